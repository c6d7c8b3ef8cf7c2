/** Amounts are decimal strings in their currency; moments ISO 8601 in UTC. */
export interface CloseContent {
  format: 'malipo-day-close-1';
  account: { id: number; name: string };
  number: number;
  date: string;
  /** The first close of an account reaches back to its beginning: null. */
  from: string | null;
  /** Not included. */
  until: string;
  closed_at: string;
  closed_by: { id: number; name: string } | null;
  audit: { seq: number; hash: string };
  drawers: { z_reports: CloseZReport[]; totals: CloseCash[]; open_sessions: CloseSession[] };
  manual_payments: { approved: CloseManualPayment[]; totals: CloseTotal[] };
  gateways: CloseGateway[];
  ledger: CloseLedger;
  unallocated: CloseUnallocated[];
}

export interface CloseCash {
  currency: string;
  expected: string;
  counted: string;
  variance: string;
}

export interface CloseZReport {
  id: number;
  drawer: { id: number; name: string };
  number: number;
  session: number;
  cashier: string;
  closed_at: string;
  hash: string;
  currencies: CloseCash[];
}

export interface CloseSession {
  id: number;
  number: number;
  drawer: { id: number; name: string };
  cashier: string;
  opened_at: string;
}

export interface CloseTotal {
  currency: string;
  count: number;
  amount: string;
}

export interface CloseManualPayment {
  payment: number;
  invoice: number;
  reference: string;
  currency: string;
  amount: string;
  approved_by: string;
  approved_at: string;
}

export interface CloseGateway {
  provider: string;
  currency: string;
  /** By payments and attempts. */
  paid_count: number;
  paid: string;
  /** By the ledger: refunds, reversals and chargebacks. */
  refunded_count: number;
  refunded: string;
  /** What else moved its clearing account: settlements, money found on statements. */
  other: string;
  /** All that moved its clearing account: paid − refunded + other. */
  movement: string;
}

export interface CloseLedger {
  /** Journals that this close covers, each close its own. */
  journals: number;
  /** Of these, those that were written before the day and became visible after its predecessor was closed. */
  late: number;
  first_journal: number | null;
  last_journal: number | null;
  /** SHA-256 of the digest before (nothing for the first), a line feed, the journals' hashes. */
  digest: string;
  accounts: CloseBalance[];
}

export interface CloseBalance {
  code: string;
  kind: string;
  currency: string;
  opening: string;
  movement: string;
  closing: string;
}

export interface CloseUnallocated {
  currency: string;
  /** In the queue when the day was closed. */
  count: number;
  open: string;
  /** What the ledger owes by its `unallocated` account at the day's end. */
  ledger: string;
}

/** A row of `day_closes`. */
export interface CloseRow {
  id: number;
  uuid: string;
  account_id: number;
  number: number;
  date: string;
  previous_hash: string | null;
  hash: string;
  content: string;
  closed_by: number | null;
  created_at: Date;
}

export const CLOSE_COLUMNS = `d.id, d.uuid, d.account_id, d.number, d.date, d.previous_hash, d.hash,
  d.content, d.closed_by, d.created_at`;

export function contentOfClose({ content }: Pick<CloseRow, 'content'>): CloseContent {
  return JSON.parse(content) as CloseContent;
}
