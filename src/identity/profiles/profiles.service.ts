import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { Audits } from '../../audits/index.js';
import { actorOf, maskPhone, normalisePhone, type Principal } from '../../common/index.js';
import { change, Transactions } from '../../database/index.js';
import { invalidAccessToken, uniqueConflict } from '../identity.errors.js';
import {
  PHONE_CURRENCY,
  PROFILE_COLUMNS,
  USER_COLUMNS,
  type Profile,
  type UserView,
} from '../user.types.js';

/** What users may change of themselves; undefined leaves it. */
export interface ProfileChanges {
  readonly name?: string;
  readonly email?: string;
  /** Any usual form; null or '' removes it. */
  readonly phone?: string | null;
}

@Injectable()
export class Profiles {
  constructor(
    private readonly dataSource: DataSource,
    private readonly transactions: Transactions,
    private readonly audits: Audits,
  ) {}

  /** @throws DomainError `invalid_token` when the user is no longer there. */
  async read(
    userId: number,
    manager: Pick<EntityManager, 'query'> = this.dataSource,
  ): Promise<Profile> {
    const rows: Profile[] = await manager.query(
      `SELECT ${PROFILE_COLUMNS} FROM users u JOIN accounts a ON a.id = u.account_id
       WHERE u.id = $1 AND u.is_active`,
      [userId],
    );
    return rows[0] ?? gone();
  }

  /** @throws DomainError `email_taken`, `invalid_phone_number`, `invalid_token`. */
  async change(principal: Principal, changes: ProfileChanges): Promise<Profile> {
    try {
      return await this.transactions.run(async (manager) => {
        const before = await lock(manager, principal.userId);
        const after = apply(before, changes);
        const audited = differences(before, after);
        if (Object.keys(audited).length > 0) {
          await write(manager, after);
          await this.audits.append(manager, [
            {
              accountId: before.accountId,
              actor: actorOf(principal),
              action: 'user.profile_changed',
              objectType: 'user',
              objectId: before.id,
              changes: audited,
            },
          ]);
        }
        return await this.read(before.id, manager);
      });
    } catch (error) {
      throw uniqueConflict(error, { usernameIsEmail: true }) ?? error;
    }
  }
}

async function lock(manager: EntityManager, userId: number): Promise<UserView> {
  const rows: UserView[] = await manager.query(
    `SELECT ${USER_COLUMNS} FROM users u WHERE u.id = $1 AND u.is_active FOR UPDATE`,
    [userId],
  );
  return rows[0] ?? gone();
}

async function write(manager: EntityManager, user: UserView): Promise<void> {
  await change(
    manager,
    `UPDATE users SET username = $2, email = $3, name = $4, phone = $5, updated_at = now()
     WHERE id = $1`,
    [user.id, user.username, user.email, user.name, user.phone],
  );
}

function apply(before: UserView, changes: ProfileChanges): UserView {
  const { name = before.name, email = before.email } = changes;
  const phone =
    changes.phone === undefined
      ? before.phone
      : changes.phone && normalisePhone(changes.phone, PHONE_CURRENCY);
  // Whoever logs in by e-mail goes on doing so with the new one, and the old one is free for others.
  const follows = before.username.toLowerCase() === before.email?.toLowerCase();
  return {
    ...before,
    name,
    email,
    phone: phone || null,
    username: follows && email ? email : before.username,
  };
}

/** `{field: [before, after]}` of what changed, phone numbers masked. */
function differences(before: UserView, after: UserView): Record<string, unknown> {
  const masked = (phone: string | null): string | null => (phone ? maskPhone(phone) : null);
  const changes: Record<string, unknown> = {};
  if (before.name !== after.name) changes.name = [before.name, after.name];
  if (before.email !== after.email) changes.email = [before.email, after.email];
  if (before.username !== after.username) changes.username = [before.username, after.username];
  if (before.phone !== after.phone) changes.phone = [masked(before.phone), masked(after.phone)];
  return changes;
}

/** A token outlives its user by minutes at most. */
function gone(): never {
  throw invalidAccessToken();
}
