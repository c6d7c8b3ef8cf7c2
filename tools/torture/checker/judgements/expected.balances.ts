import { flag, minor, type Row, text } from '../cells.js';
import type { Evidence } from '../evidence.js';
import { isPaid } from '../tables.js';
import { cashMoves } from './cash.moves.js';

/** Sums by `<account> <code> <currency>`. */
export class Sums extends Map<string, bigint> {
  add(row: Row, code: string, amount: bigint): void {
    const name = `${text(row, 'account_id')} ${code} ${text(row, 'currency')}`;
    this.set(name, (this.get(name) ?? 0n) + amount);
  }
}

/** What the ledger should say, worked out from everything but the ledger. */
export async function expectedBalances(evidence: Evidence): Promise<Map<string, bigint>> {
  const sums = new Sums();
  await paid(evidence, sums);
  await paidBack(evidence, sums);
  await unallocated(evidence, sums);
  await spent(evidence, sums);
  await stated(evidence, sums);
  for (const { row, against, amount } of await cashMoves(evidence)) {
    sums.add(row, `drawer:${text(row, 'drawer_id')}`, amount);
    sums.add(row, against, -amount);
  }
  return sums;
}

async function paid({ tables }: Evidence, sums: Sums): Promise<void> {
  const attempts = await tables.by('payment_transactions', 'payment_id');
  for (const payment of await tables.rows('payments')) {
    const own = attempts.get(text(payment, 'id')) ?? [];
    for (const attempt of own) {
      if (attempt['status'] !== 'completed') continue;
      const lies = attempt['ledger_account'] ?? `clearing:${text(attempt, 'provider')}`;
      const excess = flag(attempt, 'overpayment');
      const amount = minor(excess ? attempt : payment, 'amount_minor');
      sums.add(attempt, lies, amount);
      if (excess) sums.add(attempt, 'unallocated', -amount);
    }
    if (!isPaid(payment)) continue;
    sums.add(payment, `settled:${text(payment, 'payable_kind')}`, -minor(payment, 'applied_minor'));
    sums.add(
      payment,
      'unallocated',
      -minor(payment, 'excess_minor') - minor(payment, 'moved_minor'),
    );
  }
}

async function paidBack({ tables }: Evidence, sums: Sums): Promise<void> {
  const byPayment = new Map<string, bigint>();
  for (const refund of await tables.rows('refunds')) {
    if (refund['status'] !== 'completed') continue;
    const amount = minor(refund, 'amount_minor');
    const from = refund['ledger_account'] ?? `clearing:${text(refund, 'provider')}`;
    sums.add(refund, from, -amount);
    const id = text(refund, 'payment_id');
    byPayment.set(id, (byPayment.get(id) ?? 0n) + amount);
  }
  // What went back without a refund of ours: reversals, chargebacks.
  for (const payment of await tables.rows('payments')) {
    if (!isPaid(payment)) continue;
    const rest = minor(payment, 'refunded_minor') - (byPayment.get(text(payment, 'id')) ?? 0n);
    if (rest !== 0n) sums.add(payment, `clearing:${text(payment, 'provider')}`, -rest);
  }
}

/** Found on statements, and what people did with what nobody owed; allocating it is a payment. */
async function unallocated({ tables }: Evidence, sums: Sums): Promise<void> {
  for (const receipt of await tables.rows('unallocated_receipts')) {
    if (receipt['kind'] !== 'unmatched') continue;
    const amount = minor(receipt, 'amount_minor');
    sums.add(receipt, `clearing:${text(receipt, 'provider')}`, amount);
    sums.add(receipt, 'unallocated', -amount);
  }
  const receipts = await tables.finder('unallocated_receipts');
  for (const act of await tables.rows('unallocated_acts')) {
    if (act['status'] !== 'done' || act['kind'] === 'allocate') continue;
    const amount = minor(act, 'amount_minor');
    const provider = receipts(text(act, 'receipt_id'))?.['provider'];
    const to =
      act['kind'] === 'credit'
        ? 'customer_credit'
        : (act['ledger_account'] ?? `clearing:${provider}`);
    sums.add(act, 'unallocated', amount);
    sums.add(act, to, -amount);
  }
}

async function spent({ tables }: Evidence, sums: Sums): Promise<void> {
  for (const expense of await tables.rows('expenses')) {
    if (expense['status'] !== 'paid') continue;
    const amount = minor(expense, 'amount_minor');
    sums.add(expense, `expense:${text(expense, 'category')}`, amount);
    sums.add(expense, text(expense, 'ledger_account'), -amount);
  }
}

/** What statements say was charged and paid out; a bank takes its charges out of what lies there. */
async function stated({ tables }: Evidence, sums: Sums): Promise<void> {
  for (const item of await tables.rows('reconciliation_items')) {
    if (item['posting_id'] === null || item['posting_id'] === undefined) continue;
    const kind = text(item, 'kind');
    const provider = text(item, 'provider');
    const amount = minor(item, 'amount_minor') * (kind === 'refund' ? -1n : 1n);
    const charged = kind === 'fee' || kind === 'levy';
    const to = charged
      ? `expense:gateway_${kind === 'fee' ? 'fees' : 'levies'}`
      : `bank:${provider}`;
    const from = charged && provider === 'manual' ? `bank:${provider}` : `clearing:${provider}`;
    sums.add(item, to, amount);
    sums.add(item, from, -amount);
  }
}
