import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Audits } from '../../audits/index.js';
import { DomainError, type Actor } from '../../common/index.js';

export interface NamedAccount {
  readonly id: number;
  /** True when it was made just now. */
  readonly created: boolean;
}

const MAX_NAME = 200;
/** Counted in characters, as PostgreSQL does; half a surrogate pair cannot be stored. */
const FORM = new RegExp(`^[^\\p{Cc}\\p{Cs}]{1,${MAX_NAME}}$`, 'u');
export const ACCOUNT_NAME_RULE = `must be 1 to ${MAX_NAME} printable characters, such as Zanzibar Branch`;

/** The branches of the merchant. A name means one of them, whatever its case and spacing. */
@Injectable()
export class Accounts {
  constructor(private readonly audits: Audits) {}

  /**
   * The account of this name, made now when there is none. Of two callers at once the second waits for the
   * first and finds its account.
   * @throws DomainError `invalid_account_name`
   */
  async findOrCreate(manager: EntityManager, wish: string, actor: Actor): Promise<NamedAccount> {
    const name = accountName(wish) ?? refuse();
    const known = await find(manager, name);
    if (known !== null) return { id: known, created: false };
    const made: { id: number }[] = await manager.query(
      `INSERT INTO accounts (name) VALUES ($1) ON CONFLICT ((lower(name))) DO NOTHING RETURNING id`,
      [name],
    );
    const id = made[0]?.id;
    if (id === undefined) {
      // Somebody else's, committed while we waited: a statement of its own sees it.
      return { id: (await find(manager, name)) ?? vanished(name), created: false };
    }
    await this.audits.append(manager, [
      {
        accountId: id,
        actor,
        action: 'account.created',
        objectType: 'account',
        objectId: id,
        changes: { name },
      },
    ]);
    return { id, created: true };
  }
}

/** The one spelling of what a person typed; null when it is no name. */
export function accountName(wish: string): string | null {
  const name = wish.normalize('NFC').trim().replaceAll(/\s+/g, ' ');
  return FORM.test(name) ? name : null;
}

function refuse(): never {
  throw new DomainError('invalid', 'invalid_account_name', `account: ${ACCOUNT_NAME_RULE}`, {
    errors: { account: [ACCOUNT_NAME_RULE] },
  });
}

async function find(manager: EntityManager, name: string): Promise<number | null> {
  const rows: { id: number }[] = await manager.query(
    `SELECT id FROM accounts WHERE lower(name) = lower($1)`,
    [name],
  );
  return rows[0]?.id ?? null;
}

function vanished(name: string): never {
  throw new Error(`the account ${name} was removed while it was looked up`);
}
