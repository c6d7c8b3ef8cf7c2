import { formatMinor } from '../../common/index.js';
import type { CsvColumn } from '../../http/index.js';
import type { AttemptRow, PaymentRow } from '../payment.entity.js';

const time = (at: Date | null): string | null => at?.toISOString() ?? null;

export const PAYMENT_CSV: readonly CsvColumn<PaymentRow>[] = [
  { title: 'id', value: (row) => row.id },
  { title: 'created_at', value: (row) => time(row.created_at) },
  { title: 'payable_kind', value: (row) => row.payable_kind },
  { title: 'payable_id', value: (row) => row.payable_id },
  { title: 'payable_reference', value: (row) => row.payable_reference },
  { title: 'amount', value: (row) => formatMinor(row.amount_minor, row.currency) },
  { title: 'refunded_amount', value: (row) => formatMinor(row.refunded_minor, row.currency) },
  { title: 'excess_amount', value: (row) => formatMinor(row.excess_minor, row.currency) },
  { title: 'currency', value: (row) => row.currency },
  { title: 'payment_method', value: (row) => row.payment_method },
  { title: 'mobile_money_provider', value: (row) => row.mobile_money_provider },
  { title: 'provider', value: (row) => row.provider },
  { title: 'status', value: (row) => row.status },
  { title: 'transaction_ref', value: (row) => row.transaction_ref },
  { title: 'failure_code', value: (row) => row.failure_code },
  { title: 'failure_reason', value: (row) => row.failure_reason },
  { title: 'notes', value: (row) => row.notes },
  { title: 'paid_at', value: (row) => time(row.paid_at) },
  { title: 'uuid', value: (row) => row.uuid },
];

export const PAYMENT_CSV_EXAMPLE = [
  PAYMENT_CSV.map(({ title }) => title).join(','),
  '69,2026-01-23T05:12:00.000Z,booking,123,HTL-000008,50000.00,0.00,0.00,TZS,mobile_money,AIRTEL,azampay,completed,AZM019be9446ac770a2a65c6243434f61d8,,,,2026-01-23T05:13:00.000Z,e6e342d2-edba-4816-9e32-30fd39b5ae4c',
  '',
].join('\r\n');

/** Without what was sent to the gateway: it names the payer's phone. */
export const TRANSACTION_CSV: readonly CsvColumn<AttemptRow>[] = [
  { title: 'id', value: (row) => row.id },
  { title: 'created_at', value: (row) => time(row.created_at) },
  { title: 'payment', value: (row) => row.payment_id },
  { title: 'provider', value: (row) => row.provider },
  { title: 'transaction_reference', value: (row) => row.reference },
  { title: 'gateway_transaction_id', value: (row) => row.gateway_transaction_id },
  { title: 'amount', value: (row) => formatMinor(row.amount_minor, row.currency) },
  { title: 'currency', value: (row) => row.currency },
  { title: 'status', value: (row) => row.status },
  { title: 'overpayment', value: (row) => String(row.overpayment) },
  { title: 'review_reason', value: (row) => row.review_reason },
  { title: 'failure_code', value: (row) => row.failure_code },
  { title: 'failure_reason', value: (row) => row.failure_reason },
  { title: 'sent_at', value: (row) => time(row.sent_at) },
  { title: 'completed_at', value: (row) => time(row.completed_at) },
  { title: 'uuid', value: (row) => row.uuid },
];

export const TRANSACTION_CSV_EXAMPLE = [
  TRANSACTION_CSV.map(({ title }) => title).join(','),
  '15,2026-01-23T05:12:00.000Z,69,azampay,BOOKING-HTL-000008-3m5xkq0v9t2c7d4h,AZM019be9446ac770a2a65c6243434f61d8,50000.00,TZS,completed,false,,,,2026-01-23T05:12:01.000Z,2026-01-23T05:13:00.000Z,0da607cb-53ff-4538-9641-83d108716c19',
  '',
].join('\r\n');
