import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Audits } from '../../audits/index.js';
import { actorOf, type Principal } from '../../common/index.js';
import { Transactions } from '../../database/index.js';
import type { ProviderCode } from '../../providers/index.js';
import { type StatementMapping, usualMapping } from './statement.mapping.js';

interface MappingRow {
  provider: ProviderCode;
  mapping: Partial<StatementMapping>;
}

/** How each account's statements are read: the built-in way, with what the account has set over it. */
@Injectable()
export class Mappings {
  constructor(
    private readonly dataSource: DataSource,
    private readonly transactions: Transactions,
    private readonly audits: Audits,
  ) {}

  async of(accountId: number, provider: ProviderCode): Promise<StatementMapping> {
    const own = await this.own(accountId);
    return laidOver(usualMapping(provider), own.get(provider) ?? {});
  }

  /** What the account itself has set. */
  async own(accountId: number): Promise<Map<ProviderCode, Partial<StatementMapping>>> {
    const rows: MappingRow[] = await this.dataSource.query(
      'SELECT provider, mapping FROM reconciliation_mappings WHERE account_id = $1',
      [accountId],
    );
    return new Map(rows.map(({ provider, mapping }) => [provider, mapping]));
  }

  /** Replaces what the account has set; an empty mapping is the built-in one again. */
  async set(
    caller: Principal,
    provider: ProviderCode,
    mapping: Partial<StatementMapping>,
  ): Promise<StatementMapping> {
    await this.transactions.run(async (manager) => {
      await manager.query(
        `INSERT INTO reconciliation_mappings (account_id, provider, mapping, updated_by)
         VALUES ($1, $2, $3, $4)
         ON CONFLICT (account_id, provider) DO UPDATE
           SET mapping = $3, updated_by = $4, updated_at = now()`,
        [caller.accountId, provider, JSON.stringify(mapping), caller.userId],
      );
      await this.audits.append(manager, [
        {
          accountId: caller.accountId,
          actor: actorOf(caller),
          action: 'reconciliation.mapping_set',
          objectType: 'account',
          objectId: caller.accountId,
          changes: { provider, mapping },
        },
      ]);
    });
    return laidOver(usualMapping(provider), mapping);
  }
}

/** Columns and words that are set replace those of the same name; the others stay. */
export function laidOver(
  usual: StatementMapping,
  own: Partial<StatementMapping>,
): StatementMapping {
  return {
    ...usual,
    ...own,
    columns: { ...usual.columns, ...own.columns },
    statuses: { ...usual.statuses, ...own.statuses },
    kinds: { ...usual.kinds, ...own.kinds },
  };
}
