import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { Audits } from '../../audits/index.js';
import { actorOf, type ObjectId, type Principal } from '../../common/index.js';
import { change, Transactions } from '../../database/index.js';
import {
  differences,
  INITIAL_SETTINGS,
  METHOD_SETTINGS,
  type MethodSettings,
  withInput,
} from './account-method.settings.js';
import { methodArchived, methodChanged, methodNotFound } from './method.errors.js';
import type { CreateAccountMethodDto, UpdateAccountMethodDto } from './method-requests.dto.js';
import { ACCOUNT_METHOD_COLUMNS, type AccountMethodRow } from './method.types.js';

type Queries = Pick<EntityManager, 'query'>;

/** Where an account takes transfers, as its administrators set it up. A method is archived, never deleted. */
@Injectable()
export class AccountMethods {
  constructor(
    private readonly dataSource: DataSource,
    private readonly transactions: Transactions,
    private readonly audits: Audits,
  ) {}

  /** @throws DomainError `payment_method_not_found`, also for another account's. */
  async read(
    caller: Principal,
    id: ObjectId,
    manager: Queries = this.dataSource,
    lock: '' | 'FOR UPDATE' = '',
  ): Promise<AccountMethodRow> {
    const [column, value] = 'id' in id ? ['id', id.id] : ['uuid', id.uuid];
    const rows: AccountMethodRow[] = await manager.query(
      `SELECT ${ACCOUNT_METHOD_COLUMNS} FROM account_payment_methods m
       WHERE m.${column} = $1 AND m.account_id = $2 ${lock}`,
      [value, caller.accountId],
    );
    if (!rows[0]) throw methodNotFound();
    return rows[0];
  }

  /** The same claim again answers the method it made before. */
  create(
    caller: Principal,
    wanted: CreateAccountMethodDto,
    claimId: string | null,
  ): Promise<AccountMethodRow> {
    return this.transactions.run(async (manager) => {
      const made = await this.madeByClaim(manager, claimId);
      if (made) return this.read(caller, { id: made }, manager);
      const settings = withInput(INITIAL_SETTINGS, wanted.currency, wanted);
      const country = wanted.country ?? null;
      if (settings.is_default) await this.dropDefault(manager, caller, wanted.currency, country);
      const [row]: { id: number }[] = await manager.query(
        `INSERT INTO account_payment_methods (account_id, code, country, currency, created_by,
           idempotency_claim_id, ${METHOD_SETTINGS.join(', ')})
         VALUES ($1, $2, $3, $4, $5, $6, ${METHOD_SETTINGS.map((_, n) => `$${n + 7}`).join(', ')})
         RETURNING id`,
        [
          caller.accountId,
          wanted.method,
          country,
          wanted.currency,
          caller.userId,
          claimId,
          ...METHOD_SETTINGS.map((name) => settings[name]),
        ],
      );
      if (!row) throw new Error('the payment method was not inserted');
      await this.audit(manager, caller, row.id, 'payment_method.created', {
        method: wanted.method,
        currency: wanted.currency,
        country,
        ...differences(INITIAL_SETTINGS, settings),
      });
      return this.read(caller, { id: row.id }, manager);
    });
  }

  /** @throws DomainError 409 when it is archived or its version is another than the named one. */
  change(
    caller: Principal,
    id: ObjectId,
    { version, ...input }: UpdateAccountMethodDto,
  ): Promise<AccountMethodRow> {
    return this.transactions.run(async (manager) => {
      const before = await this.read(caller, id, manager, 'FOR UPDATE');
      if (typeof version === 'number' && version !== before.version)
        throw methodChanged(before.version);
      if (before.archived_at) throw methodArchived();
      const after = withInput(before, before.currency, input);
      const changes = differences(before, after);
      if (Object.keys(changes).length === 0) return before;
      if (after.is_default && !before.is_default) {
        await this.dropDefault(manager, caller, before.currency, before.country);
      }
      await this.update(manager, before.id, after);
      await this.audit(manager, caller, before.id, 'payment_method.changed', changes);
      return this.read(caller, { id: before.id }, manager);
    });
  }

  /** It is offered no more; payments made by it keep it. Archived again, it stays as it is. */
  archive(caller: Principal, id: ObjectId): Promise<AccountMethodRow> {
    return this.transactions.run(async (manager) => {
      const before = await this.read(caller, id, manager, 'FOR UPDATE');
      if (before.archived_at) return before;
      await change(
        manager,
        `UPDATE account_payment_methods SET archived_at = now(), is_default = false,
           version = version + 1, updated_at = now() WHERE id = $1`,
        [before.id],
      );
      await this.audit(manager, caller, before.id, 'payment_method.archived', {
        name: before.name,
      });
      return this.read(caller, { id: before.id }, manager);
    });
  }

  private async madeByClaim(
    manager: EntityManager,
    claimId: string | null,
  ): Promise<number | null> {
    if (!claimId) return null;
    const rows: { id: number }[] = await manager.query(
      'SELECT id FROM account_payment_methods WHERE idempotency_claim_id = $1',
      [claimId],
    );
    return rows[0]?.id ?? null;
  }

  /** There is one default in each currency and country; two made at once: the second gets a conflict. */
  private async dropDefault(
    manager: EntityManager,
    caller: Principal,
    currency: string,
    country: string | null,
  ): Promise<void> {
    const dropped = await change<{ id: number }>(
      manager,
      `UPDATE account_payment_methods
       SET is_default = false, version = version + 1, updated_at = now()
       WHERE account_id = $1 AND currency = $2 AND country IS NOT DISTINCT FROM $3 AND is_default
       RETURNING id`,
      [caller.accountId, currency, country],
    );
    for (const { id } of dropped) {
      await this.audit(manager, caller, id, 'payment_method.changed', {
        is_default: [true, false],
      });
    }
  }

  private async update(
    manager: EntityManager,
    id: number,
    settings: MethodSettings,
  ): Promise<void> {
    await change(
      manager,
      `UPDATE account_payment_methods
       SET ${METHOD_SETTINGS.map((name, n) => `${name} = $${n + 2}`).join(', ')},
         version = version + 1, updated_at = now()
       WHERE id = $1`,
      [id, ...METHOD_SETTINGS.map((name) => settings[name])],
    );
  }

  private async audit(
    manager: EntityManager,
    caller: Principal,
    id: number,
    action: string,
    changes: Record<string, unknown>,
  ): Promise<void> {
    await this.audits.append(manager, [
      {
        accountId: caller.accountId,
        actor: actorOf(caller),
        action,
        objectType: 'payment_method',
        objectId: id,
        changes,
      },
    ]);
  }
}
