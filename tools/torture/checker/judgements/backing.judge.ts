import { minor, type Row, text } from '../cells.js';
import type { Evidence } from '../evidence.js';
import { Judgement } from '../judgement.js';
import { minorOf } from '../money.js';

/** Answers what is missing behind a completed attempt; null when its money is there. */
type Backing = (evidence: Evidence, attempt: Row) => Promise<string | null>;

const BY_PROVIDER: Record<string, Backing> = {
  manual: byReview,
  cash: byDrawer,
  cash_on_delivery: byDrawer,
  signed_webhook: bySignedConfirmation,
};

/** Nothing is completed without money: a gateway's, a genuine signed notification's, a person's. */
export async function completedWithMoney(evidence: Evidence): Promise<Judgement> {
  const judgement = new Judgement('completed-with-money', 'completed attempts');
  for (const attempt of await evidence.tables.rows('payment_transactions')) {
    if (attempt['status'] !== 'completed' || !evidence.ofRun(attempt)) continue;
    judgement.look();
    const backing = BY_PROVIDER[text(attempt, 'provider')] ?? byGateway;
    const missing = await backing(evidence, attempt);
    if (missing) {
      judgement.fault(
        `attempt ${text(attempt, 'id')} of payment ${text(attempt, 'payment_id')} is completed: ${missing}`,
      );
    }
  }
  return judgement;
}

async function byGateway(evidence: Evidence, attempt: Row): Promise<string | null> {
  if (await confirmedByTwo(evidence, attempt)) return null;
  const provider = text(attempt, 'provider');
  const reference = text(attempt, 'reference');
  const taken = evidence.gateway.of(provider, reference).filter((order) => order.taken);
  const amount = minor(attempt, 'amount_minor');
  const currency = text(attempt, 'currency');
  const equal = taken.some((order) => order.amountMinor === amount && order.currency === currency);
  if (equal) return null;
  const told = evidence.history.toldOfMoney.get(`${provider} ${reference}`) ?? [];
  if (told.some((sent) => minorOf(sent.amount, currency) === amount)) return null;
  return taken.length + told.length > 0
    ? `${provider} took another amount than ${amount} ${currency}`
    : `${provider} took nothing for ${reference}`;
}

async function bySignedConfirmation(evidence: Evidence, attempt: Row): Promise<string | null> {
  const { gateway, history, tables } = evidence;
  const id = attempt['gateway_transaction_id'];
  const payment = (await tables.finder('payments'))(text(attempt, 'payment_id'));
  const currency = text(attempt, 'currency');
  const amount = minor(attempt, 'amount_minor');
  const told = history.toldOfMoney.get(`signed_webhook ${payment?.['payable_id']}`) ?? [];
  const equal = (sent: (typeof told)[number]): boolean =>
    sent.transaction === id && minorOf(sent.amount, currency) === amount;
  if (told.some(equal)) return null;
  for (const order of gateway.orders.values()) {
    const same = order.provider === 'signed_webhook' && order.gatewayReference === id;
    if (same && order.taken && order.amountMinor === amount) return null;
  }
  return `nobody confirmed ${id} over ${amount} ${currency}`;
}

/** A transfer that a reviewer approved, or money of the queue that was allocated. */
async function byReview(evidence: Evidence, attempt: Row): Promise<string | null> {
  const { tables } = evidence;
  const paymentId = text(attempt, 'payment_id');
  const amount = minor(attempt, 'amount_minor');
  const reviews = (await tables.by('manual_payment_reviews', 'payment_id')).get(paymentId) ?? [];
  const approved = reviews.find((row) => row['decision'] === 'approved');
  if (approved) {
    const received = minor(approved, 'received_minor');
    return received === amount ? null : `the reviewer saw ${received}, not ${amount}`;
  }
  const acts = (await tables.by('unallocated_acts', 'payment_id')).get(paymentId) ?? [];
  const allocated = acts.some(
    (row) =>
      row['kind'] === 'allocate' &&
      row['status'] === 'done' &&
      minor(row, 'amount_minor') === amount,
  );
  return allocated ? null : 'nobody approved it';
}

/** Cash lies in a drawer since. */
async function byDrawer(evidence: Evidence, attempt: Row): Promise<string | null> {
  const events = await evidence.tables.by('cash_events', 'payment_id');
  const sales = (events.get(text(attempt, 'payment_id')) ?? []).filter(
    (row) => row['type'] === 'sale',
  );
  const amount = minor(attempt, 'amount_minor');
  const equal = sales.filter(
    (row) => minor(row, 'amount_minor') === amount && row['currency'] === attempt['currency'],
  );
  return equal.length === 1
    ? null
    : `${sales.length} sales in drawers, ${equal.length} over ${amount}`;
}

/** Two people decided that it was paid. */
async function confirmedByTwo({ tables }: Evidence, attempt: Row): Promise<boolean> {
  const rows = await tables.by('transaction_resolutions', 'transaction_id');
  return (rows.get(text(attempt, 'id')) ?? []).some(
    (row) => row['status'] === 'confirmed' && row['outcome'] === 'completed',
  );
}
