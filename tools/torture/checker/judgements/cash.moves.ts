import { flag, minor, type Row, text } from '../cells.js';
import type { Evidence } from '../evidence.js';

/** A move of a drawer's cash that no payment, refund or expense posts, with its other side. */
export interface CashMove {
  /** Has `account_id`, `drawer_id` and `currency`. */
  row: Row;
  against: string;
  /** Minor units into the drawer; negative out of it. */
  amount: bigint;
}

const AGAINST: Readonly<Record<string, string>> = {
  pay_in: 'cash_paid_in',
  pay_out: 'cash_paid_out',
  drop_to_safe: 'safe',
  bank_deposit: 'bank_in_transit',
  change_exchange: 'cash_exchange',
  adjustment: 'cash_over_short',
};

export async function cashMoves({ tables }: Evidence): Promise<CashMove[]> {
  const moves: CashMove[] = [];
  for (const row of await tables.rows('cash_events')) {
    const against = AGAINST[text(row, 'type')];
    if (!against || row['expense_id'] !== null) continue;
    moves.push({ row, against, amount: signed(row) });
  }
  const session = await tables.finder('cash_sessions');
  for (const currency of await tables.rows('cash_session_currencies')) {
    const of = session(text(currency, 'session_id'));
    if (!of) continue;
    const row: Row = { ...of, currency: text(currency, 'currency') };
    const found =
      minor(currency, 'declared_opening_minor') - minor(currency, 'expected_opening_minor');
    moves.push({ row, against: found > 0n ? 'cash_float' : 'cash_over_short', amount: found });
    const status = text(of, 'status');
    if (status === 'reviewed' || (status === 'closed' && !flag(of, 'review_required'))) {
      moves.push({ row, against: 'cash_over_short', amount: minor(currency, 'variance_minor') });
    }
  }
  return moves;
}

/** Minor units into the drawer; negative out of it. */
export function signed(event: Row): bigint {
  return minor(event, 'amount_minor') * BigInt(text(event, 'direction'));
}
