import type { Principal } from '../../common/index.js';
import type { ListSource } from '../../http/index.js';
import type { ItemsQuery } from './item.dto.js';

/** Items of a run, for lists and for files. */
export function itemsOf(
  caller: Principal,
  runId: number,
  { outcome, kind, state }: Pick<ItemsQuery, 'outcome' | 'kind' | 'state'> = {},
): ListSource {
  const open = `i.outcome <> 'matched' AND i.resolved_at IS NULL`;
  return {
    select: 'i.*',
    from: 'reconciliation_items i',
    where: [
      { sql: 'i.run_id = ?', params: [runId] },
      { sql: 'i.account_id = ?', params: [caller.accountId] },
      outcome ? { sql: 'i.outcome = ?', params: [outcome] } : null,
      kind ? { sql: 'i.kind = ?', params: [kind] } : null,
      state ? { sql: state === 'open' ? open : `NOT (${open})` } : null,
    ],
    orderings: { id: 'i.id' },
    idColumn: 'i.id',
    createdColumn: 'i.created_at',
  };
}
