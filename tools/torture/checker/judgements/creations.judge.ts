import { minor, type Row, text } from '../cells.js';
import type { Evidence } from '../evidence.js';
import type { AcknowledgedCreate } from '../history.facts.js';
import { Judgement } from '../judgement.js';
import { minorOf } from '../money.js';

/** Every payment that was acknowledged is there, once, as it was acknowledged. */
export async function acknowledgedCreates({ history, tables }: Evidence): Promise<Judgement> {
  const judgement = new Judgement('acknowledged-creates', 'acknowledged payments');
  const payment = await tables.paymentFinder();
  const byKey = new Map<string, string>();
  for (const create of history.creates) {
    judgement.look();
    const row = payment(create.paymentId);
    if (!row) {
      judgement.fault(`payment ${create.paymentId} was acknowledged and is lost`);
      continue;
    }
    const told = difference(create, row, history.editedPayments.has(create.paymentId));
    if (told) judgement.fault(`payment ${create.paymentId} ${told}`);
    if (create.key === null) continue;
    const first = byKey.get(create.key);
    if (first !== undefined && first !== create.paymentId) {
      judgement.fault(
        `key ${create.key} made payments ${first} and ${create.paymentId}: one was wanted`,
      );
    }
    byKey.set(create.key, first ?? create.paymentId);
  }
  return judgement;
}

function difference(create: AcknowledgedCreate, row: Row, edited: boolean): string | null {
  const payable = payableOf(row);
  if (payable !== create.payable) {
    return `was acknowledged for ${create.payable} and is for ${payable}`;
  }
  const currency = text(row, 'currency');
  if (create.currency !== null && currency !== create.currency) {
    return `was acknowledged in ${create.currency} and is in ${currency}`;
  }
  if (edited || minorOf(create.amount, currency) === minor(row, 'amount_minor')) return null;
  return `was acknowledged over ${String(create.amount)} and is over ${minor(row, 'amount_minor')} minor units`;
}

/** One key, one answer, to the byte. */
export function idempotentAnswers({ history }: Evidence): Judgement {
  const judgement = new Judgement('idempotent-answers', 'keys answered more than once');
  for (const [name, answers] of history.repeats) {
    judgement.look();
    if (answers.differs) {
      judgement.fault(
        `${name} was answered ${answers.count} times, not always with the same bytes`,
      );
    }
  }
  return judgement;
}

/** No payment that nobody asked for: each unknown outcome explains one at most. */
export async function paymentsAskedFor(evidence: Evidence): Promise<Judgement> {
  const { history, tables } = evidence;
  const judgement = new Judgement('payments-asked-for', 'payments in the database');
  const unknown = new Map<string, number>();
  for (const { payable, amount } of history.unknownCreates.values()) {
    const wish = `${payable} ${String(amount)}`;
    unknown.set(wish, (unknown.get(wish) ?? 0) + 1);
  }
  const elsewhere = await madeElsewhere(evidence);
  for (const row of await tables.rows('payments')) {
    if (!evidence.ofRun(row)) continue;
    judgement.look();
    const id = text(row, 'id');
    const named = history.namedPayments.has(id) || history.namedPayments.has(text(row, 'uuid'));
    if (named || elsewhere(row) || explained(unknown, row)) continue;
    judgement.fault(
      `payment ${id} for ${payableOf(row)} over ${minor(row, 'amount_minor')} minor units: nobody asked for it (doubled)`,
    );
  }
  return judgement;
}

/** Placing an order announces its one payment; allocations make some, and signed confirmations. */
async function madeElsewhere({ tables }: Evidence): Promise<(payment: Row) => boolean> {
  const acts = await tables.by('unallocated_acts', 'payment_id');
  const events = await tables.by('webhook_events', 'payment_id');
  const order = await tables.finder('orders');
  const ordered = new Set<string>();
  return (payment) => {
    const id = text(payment, 'id');
    if (acts.has(id)) return true;
    const told = events.get(id) ?? [];
    if (told.some((event) => event['provider'] === 'signed_webhook')) return true;
    if (payment['payable_kind'] !== 'order' || !order(text(payment, 'payable_id'))) return false;
    const payable = payableOf(payment);
    if (ordered.has(payable)) return false;
    ordered.add(payable);
    return true;
  };
}

function payableOf(payment: Row): string {
  return `${text(payment, 'payable_kind')} ${text(payment, 'payable_id')}`;
}

/** Uses up one unknown create for the same thing and amount. */
function explained(unknown: Map<string, number>, row: Row): boolean {
  const payable = `${payableOf(row)} `;
  for (const [wish, left] of unknown) {
    if (left === 0 || !wish.startsWith(payable)) continue;
    const amount = minorOf(wish.slice(payable.length), text(row, 'currency'));
    if (amount !== null && amount !== minor(row, 'amount_minor')) continue;
    unknown.set(wish, left - 1);
    return true;
  }
  return false;
}

/** Whoever asked was answered about their own account's payments only. */
export async function ownAccountOnly({ history, tables }: Evidence): Promise<Judgement> {
  const judgement = new Judgement('own-account-only', 'payments that accounts were told of');
  const payment = await tables.paymentFinder();
  for (const { actor, account, op, paymentId } of history.seen.values()) {
    const row = payment(paymentId);
    if (!row) continue;
    judgement.look();
    if (text(row, 'account_id') !== String(account)) {
      judgement.fault(
        `${actor} of account ${account} was let ${op} payment ${paymentId} of account ${text(row, 'account_id')}`,
      );
    }
  }
  return judgement;
}
