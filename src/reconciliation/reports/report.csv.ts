import type { CsvColumn } from '../../http/index.js';
import { type ItemDto, presentItem } from '../items/item.dto.js';
import type { ItemRow } from '../reconciliation.types.js';

const column = (title: string, value: (item: ItemDto) => string | number | null) => ({
  title,
  value: (row: ItemRow) => value(presentItem(row)),
});

/** A row for each item of a run. */
export const REPORT_CSV: readonly CsvColumn<ItemRow>[] = [
  column('id', ({ id }) => id),
  column('line', ({ line }) => line.number),
  column('kind', ({ kind }) => kind),
  column('outcome', ({ outcome }) => outcome),
  column('detail', ({ detail }) => detail),
  column('gateway_id', ({ line }) => line.gateway_id),
  column('reference', ({ line }) => line.reference),
  column('payer', ({ line }) => line.payer),
  column('description', ({ line }) => line.description),
  column('at', ({ line }) => line.at),
  column('status_there', ({ line }) => line.status),
  column('amount_there', ({ line }) => line.amount),
  column('currency_there', ({ line }) => line.currency),
  column('payment', ({ record }) => record.payment),
  column('transaction', ({ record }) => record.transaction),
  column('refund', ({ record }) => record.refund),
  column('status_here', ({ record }) => record.status),
  column('amount_here', ({ record }) => record.amount),
  column('currency_here', ({ record }) => record.currency),
  column('suggested_transaction', (item) => item.suggested_transaction),
  column('healed', ({ healed }) => String(healed)),
  column('posted', ({ posted }) => String(posted)),
  column('resolved_at', (item) => item.resolved_at),
  column('resolution', ({ resolution }) => resolution),
];
