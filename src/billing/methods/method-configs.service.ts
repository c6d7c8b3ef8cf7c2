import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Audits } from '../../audits/index.js';
import { actorOf, invalidField, Money, type ObjectId, type Principal } from '../../common/index.js';
import { change, Transactions } from '../../database/index.js';
import type { ListSource } from '../../http/index.js';
import { methodChanged, methodNotFound } from './method.errors.js';
import type { UpdateMethodConfigDto } from './method-requests.dto.js';
import type { MethodConfigRow } from './method.types.js';

type Queries = Pick<EntityManager, 'query'>;

const COLUMNS = 'c.*';
/** They are the merchant's: the default account's administrators keep them for all branches. */
const OF_DEFAULT = 'EXISTS (SELECT FROM accounts a WHERE a.id = ? AND a.is_default)';
const SETTINGS = ['name', 'enabled', 'position', 'countries', 'currencies'] as const;

/** What the deployment offers at all. Administrators of other accounts see none of it. */
@Injectable()
export class MethodConfigs {
  constructor(
    private readonly transactions: Transactions,
    private readonly audits: Audits,
  ) {}

  sourceFor(caller: Principal): ListSource {
    return {
      select: COLUMNS,
      from: 'payment_method_configs c',
      where: [{ sql: OF_DEFAULT, params: [caller.accountId] }],
      orderings: { position: 'c.position', code: 'c.code', id: 'c.id' },
      idColumn: 'c.id',
      createdColumn: 'c.created_at',
    };
  }

  /** @throws DomainError `payment_method_not_found`, also for administrators of other accounts. */
  change(
    caller: Principal,
    id: ObjectId,
    { version, ...input }: UpdateMethodConfigDto,
  ): Promise<MethodConfigRow> {
    return this.transactions.run(async (manager) => {
      const before = await this.read(manager, caller, id);
      if (typeof version === 'number' && version !== before.version)
        throw methodChanged(before.version);
      if (input.name === null && before.kind === 'manual') {
        throw invalidField('name', 'is needed: no gateway has one for it');
      }
      const sent = SETTINGS.filter((name) => isSent(name, input[name]));
      const after = {
        ...before,
        ...Object.fromEntries(sent.map((name) => [name, input[name]])),
        ...(input.currencies ? { currencies: readCurrencies(input.currencies) } : {}),
      };
      const changed = SETTINGS.filter((name) => String(before[name]) !== String(after[name]));
      if (changed.length === 0) return before;
      await change(
        manager,
        `UPDATE payment_method_configs SET name = $2, enabled = $3, position = $4, countries = $5,
           currencies = $6, version = version + 1, updated_at = now() WHERE id = $1`,
        [before.id, ...SETTINGS.map((name) => after[name])],
      );
      await this.audits.append(manager, [
        {
          accountId: caller.accountId,
          actor: actorOf(caller),
          action: 'payment_method_config.changed',
          objectType: 'payment_method_config',
          objectId: before.id,
          changes: {
            code: before.code,
            ...Object.fromEntries(changed.map((name) => [name, [before[name], after[name]]])),
          },
        },
      ]);
      return this.read(manager, caller, { id: before.id });
    });
  }

  private async read(manager: Queries, caller: Principal, id: ObjectId): Promise<MethodConfigRow> {
    const [column, value] = 'id' in id ? ['id', id.id] : ['uuid', id.uuid];
    const rows: MethodConfigRow[] = await manager.query(
      `SELECT ${COLUMNS} FROM payment_method_configs c
       WHERE c.${column} = $1 AND ${OF_DEFAULT.replace('?', '$2')} FOR UPDATE`,
      [value, caller.accountId],
    );
    if (!rows[0]) throw methodNotFound();
    return rows[0];
  }
}

/** A null says nothing, but for the name: without one it is the gateway's own. */
function isSent(name: (typeof SETTINGS)[number], value: unknown): boolean {
  return value !== undefined && (value !== null || name === 'name');
}

function readCurrencies(codes: string[]): string[] {
  return codes.map((code) => Money.currency(code).code);
}
