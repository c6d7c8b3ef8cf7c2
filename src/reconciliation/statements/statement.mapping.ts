import type { ProviderCode } from '../../providers/index.js';
import type { LINE_KINDS, LINE_STATES } from '../reconciliation.types.js';

/** Columns that a statement may have; each is found by any of its headings. */
export const STATEMENT_COLUMNS = [
  'gateway_id',
  'reference',
  'amount',
  'credit',
  'debit',
  'currency',
  'fee',
  'levy',
  'time',
  'status',
  'kind',
  'payer',
  'description',
] as const;
export type StatementColumn = (typeof STATEMENT_COLUMNS)[number];

export const DATE_FORMATS = ['iso', 'dmy', 'mdy'] as const;
export type DateFormat = (typeof DATE_FORMATS)[number];
export const DELIMITERS = [',', ';', '\t', '|'] as const;

/** How a gateway's statements are to be read. */
export interface StatementMapping {
  /** Headings per column, compared without case, spaces and punctuation; the first one found counts. */
  columns: Partial<Record<StatementColumn, string[]>>;
  delimiter: (typeof DELIMITERS)[number];
  decimal: '.' | ',';
  dateFormat: DateFormat;
  /** Of times that name no zone: `+03:00`. */
  utcOffset: string;
  /** Where the file names none. */
  currency: string | null;
  /** The amount is what is left after fee and levy. */
  amountIsNet: boolean;
  /** Words of the status column; a word that stands nowhere is `unknown`. No column: all is paid. */
  statuses: Partial<Record<(typeof LINE_STATES)[number], string[]>>;
  /** Words of the kind column; a word that stands nowhere is a payment, or a refund when negative. */
  kinds: Partial<Record<(typeof LINE_KINDS)[number], string[]>>;
}

const USUAL: StatementMapping = {
  columns: {
    gateway_id: ['gateway id', 'transaction id', 'txn id', 'trans id', 'receipt no', 'id'],
    reference: [
      'our reference',
      'external id',
      'external reference',
      'client reference',
      'merchant reference',
      'order id',
      'reference',
    ],
    amount: ['gross amount', 'gross', 'amount', 'transaction amount'],
    currency: ['currency', 'currency code'],
    fee: ['fee', 'fees', 'charge', 'charges', 'commission'],
    levy: ['levy', 'government levy', 'tax', 'vat'],
    time: ['time', 'timestamp', 'completed at', 'created at', 'date', 'transaction date'],
    status: ['status', 'state', 'transaction status'],
    kind: ['type', 'kind', 'transaction type'],
    payer: ['payer', 'msisdn', 'phone', 'from', 'counterparty mobile', 'customer'],
    description: ['description', 'details', 'narration', 'message', 'note'],
  },
  delimiter: ',',
  decimal: '.',
  dateFormat: 'iso',
  utcOffset: '+00:00',
  currency: null,
  amountIsNet: false,
  statuses: {
    paid: ['success', 'successful', 'succeeded', 'paid', 'completed', 'complete', 'available'],
    pending: ['pending', 'processing', 'initiated', 'in progress', 'created'],
    failed: ['failed', 'fail', 'failure', 'cancelled', 'canceled', 'expired', 'declined'],
    reversed: ['reversed', 'chargeback', 'disputed'],
  },
  kinds: {
    payment: ['payment', 'collection', 'charge', 'sale', 'credit', 'c2b'],
    refund: ['refund', 'reversal', 'payment refund', 'disbursement'],
    fee: ['fee', 'fees', 'commission'],
    levy: ['levy', 'tax'],
    settlement: ['settlement', 'payout', 'transfer', 'withdrawal', 'b2b'],
  },
};

/** What differs from the usual, gateway by gateway. */
const OWN: Partial<Record<ProviderCode, Partial<StatementMapping>>> = {
  azampay: {
    currency: 'TZS',
    utcOffset: '+03:00',
    columns: {
      ...USUAL.columns,
      gateway_id: ['transid', 'pgreferenceid', ...(USUAL.columns.gateway_id ?? [])],
      reference: ['utilityref', 'externalreference', ...(USUAL.columns.reference ?? [])],
    },
  },
  chapa: {
    currency: 'ETB',
    utcOffset: '+03:00',
    columns: {
      ...USUAL.columns,
      gateway_id: ['reference', 'reference id', 'ref id'],
      reference: ['tx ref', 'transaction reference'],
    },
  },
  mtn_momo: {
    columns: {
      ...USUAL.columns,
      gateway_id: ['financial transaction id', ...(USUAL.columns.gateway_id ?? [])],
    },
  },
  orange_money: {
    columns: {
      ...USUAL.columns,
      gateway_id: ['txnid', ...(USUAL.columns.gateway_id ?? [])],
    },
  },
  stripe: {
    columns: {
      ...USUAL.columns,
      gateway_id: ['payment intent id', 'source', 'source id', 'id'],
      reference: ['client reference id', 'reference'],
    },
  },
  manual: {
    dateFormat: 'dmy',
    utcOffset: '+03:00',
    // What a bank calls a transfer is money that came in, not a payout of its own.
    kinds: { fee: ['fee', 'charge', 'bank charge', 'commission'], levy: ['levy', 'tax'] },
    columns: {
      reference: ['reference', 'transaction reference', 'cheque no', 'ref'],
      gateway_id: ['bank reference', 'transaction id', 'ft number'],
      amount: ['amount'],
      credit: ['credit', 'money in', 'deposit', 'paid in'],
      debit: ['debit', 'money out', 'withdrawal', 'paid out'],
      currency: ['currency', 'currency code'],
      time: ['value date', 'date', 'posting date', 'transaction date'],
      kind: ['type'],
      payer: ['payer', 'counterparty', 'name'],
      description: ['description', 'details', 'narration', 'particulars'],
    },
  },
};

export function usualMapping(provider: ProviderCode): StatementMapping {
  return { ...USUAL, ...OWN[provider] };
}

/** Headings and words as they are compared. */
export function plainWord(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]/gu, '');
}
