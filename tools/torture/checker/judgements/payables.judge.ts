import { flag, minor, text } from '../cells.js';
import type { Evidence } from '../evidence.js';
import type { EvidenceTable } from '../evidence.types.js';
import { Judgement } from '../judgement.js';

const PAYABLES: Readonly<Record<string, EvidenceTable>> = {
  booking: 'bookings',
  order: 'orders',
  invoice: 'invoices',
  visit: 'visits',
};

/** What bookings, orders, invoices and visits say was paid is what payments applied to them. */
export async function payablesPaid({ tables }: Evidence): Promise<Judgement> {
  const judgement = new Judgement('payables-paid', 'bookings, orders, invoices, visits');
  const applied = new Map<string, bigint>();
  for (const payment of await tables.rows('payments')) {
    const name = `${text(payment, 'payable_kind')} ${text(payment, 'payable_id')}`;
    applied.set(name, (applied.get(name) ?? 0n) + minor(payment, 'applied_minor'));
  }
  for (const [kind, table] of Object.entries(PAYABLES)) {
    for (const row of await tables.rows(table)) {
      judgement.look();
      const name = `${kind} ${text(row, 'id')}`;
      const sum = applied.get(name) ?? 0n;
      if (minor(row, 'paid_minor') !== sum) {
        judgement.fault(`${name} says ${minor(row, 'paid_minor')} was paid, payments say ${sum}`);
      }
      applied.delete(name);
    }
    if (!tables.has(table)) continue;
    for (const name of applied.keys()) {
      if (name.startsWith(`${kind} `)) judgement.fault(`payments are for ${name}, which is gone`);
    }
  }
  return judgement;
}

/** The queue holds what payments have in excess and attempts in overpayment, less what people took. */
export async function unallocatedQueue({ tables }: Evidence): Promise<Judgement> {
  const judgement = new Judgement('unallocated-queue', 'receipts nobody owed');
  const payment = await tables.finder('payments');
  const acts = await tables.by('unallocated_acts', 'receipt_id');
  const excessOf = new Set<string>();
  for (const receipt of await tables.rows('unallocated_receipts')) {
    judgement.look();
    const id = text(receipt, 'id');
    const taken = (acts.get(id) ?? [])
      .filter((act) => act['status'] !== 'rejected')
      .reduce((sum, act) => sum + minor(act, 'amount_minor'), 0n);
    const excess = receipt['kind'] === 'excess' ? payment(text(receipt, 'payment_id')) : null;
    if (excess) excessOf.add(text(excess, 'id'));
    const left = excess ? minor(excess, 'excess_minor') : minor(receipt, 'amount_minor') - taken;
    if (minor(receipt, 'left_minor') !== left) {
      judgement.fault(
        `receipt ${id} has ${minor(receipt, 'left_minor')} left, should have ${left}`,
      );
    }
  }
  for (const row of await tables.rows('payments')) {
    if (minor(row, 'excess_minor') === 0n) continue;
    judgement.look();
    if (!excessOf.has(text(row, 'id'))) {
      judgement.fault(`the excess of payment ${text(row, 'id')} is not in the queue`);
    }
  }
  const kept = await tables.by('unallocated_receipts', 'transaction_id');
  for (const attempt of await tables.rows('payment_transactions')) {
    if (!flag(attempt, 'overpayment')) continue;
    judgement.look();
    if (kept.get(text(attempt, 'id'))?.length !== 1) {
      judgement.fault(`overpayment of attempt ${text(attempt, 'id')} is not in the queue, once`);
    }
  }
  return judgement;
}

/** Credits follow from what paid for invoices, entry by entry. */
export async function credits({ tables }: Evidence): Promise<Judgement> {
  const judgement = new Judgement('credits', 'credit accounts and paid invoices');
  const byPayment = new Map<string, bigint>();
  const balance = new Map<string, bigint>();
  for (const entry of await tables.rows('credit_entries')) {
    const account = text(entry, 'credit_account_id');
    balance.set(account, (balance.get(account) ?? 0n) + minor(entry, 'amount_minor'));
    const id = entry['payment_id'];
    if (entry['source_type'] !== 'invoice' || typeof id !== 'string') continue;
    byPayment.set(id, (byPayment.get(id) ?? 0n) + minor(entry, 'amount_minor'));
  }
  for (const account of await tables.rows('credit_accounts')) {
    judgement.look();
    const sum = balance.get(text(account, 'id')) ?? 0n;
    if (minor(account, 'balance_minor') !== sum) {
      judgement.fault(
        `credit account ${text(account, 'id')} says ${minor(account, 'balance_minor')}, its entries ${sum}`,
      );
    }
  }
  for (const payment of await tables.rows('payments')) {
    if (payment['payable_kind'] !== 'invoice') continue;
    judgement.look();
    const sum = byPayment.get(text(payment, 'id')) ?? 0n;
    if (minor(payment, 'applied_minor') !== sum) {
      judgement.fault(
        `payment ${text(payment, 'id')} applied ${minor(payment, 'applied_minor')} to its invoice, credited ${sum}`,
      );
    }
  }
  return judgement;
}

/** What products hold back is what unpaid orders hold. */
export async function stock({ tables }: Evidence): Promise<Judgement> {
  const judgement = new Judgement('stock', 'products');
  const order = await tables.finder('orders');
  const held = new Map<string, number>();
  for (const item of await tables.rows('order_items')) {
    if (order(text(item, 'order_id'))?.['stock_state'] !== 'held') continue;
    const product = text(item, 'product_id');
    held.set(product, (held.get(product) ?? 0) + Number(text(item, 'quantity')));
  }
  for (const row of await tables.rows('products')) {
    judgement.look();
    const should = held.get(text(row, 'id')) ?? 0;
    if (Number(text(row, 'reserved')) !== should) {
      judgement.fault(
        `product ${text(row, 'id')} holds ${text(row, 'reserved')} back, orders hold ${should}`,
      );
    }
  }
  return judgement;
}
