import { flag, minor, type Row, text } from '../cells.js';
import type { Evidence } from '../evidence.js';
import type { GatewayOrder } from '../gateway.facts.js';
import { Judgement } from '../judgement.js';
import { isPaid } from '../tables.js';

const OPEN = new Set(['initiated', 'pending', 'unknown']);

/** All money that gateways took is on one payment, in the queue, or in a person's hands. */
export async function moneyTaken(evidence: Evidence): Promise<Judgement> {
  const { gateway, tables } = evidence;
  const judgement = new Judgement('money-taken', 'payments that gateways took');
  const attempts = await tables.by('payment_transactions', 'reference');
  const byGatewayId = await tables.by('payment_transactions', 'gateway_transaction_id');
  const flagged = await flaggedReferences(evidence);
  const unmatched = await tables.by('unallocated_receipts', 'reference');
  let open = 0;
  const credited = new Map<string, string>();
  for (const order of gateway.orders.values()) {
    if (!order.taken) continue;
    judgement.look();
    const name = `${order.provider} took ${order.amountMinor} ${order.currency} (${order.id}, reference ${order.reference})`;
    const attempt = attemptOf(order, attempts, byGatewayId);
    if (flagged.has(`${order.provider} ${order.reference}`)) continue;
    if (!attempt) {
      if (!unmatched.has(order.gatewayReference)) judgement.fault(`${name}: no attempt knows it`);
      continue;
    }
    const id = text(attempt, 'id');
    const other = credited.get(id);
    if (other !== undefined) judgement.fault(`${name}: taken twice, as ${other} too`);
    credited.set(id, order.id);
    const status = text(attempt, 'status');
    if (status === 'completed') {
      const problem = await credit(evidence, order, attempt);
      if (problem) judgement.fault(`${name}: ${problem}`);
    } else if (attempt['review_reason'] === null) {
      if (OPEN.has(status)) open += 1;
      else judgement.fault(`${name}: attempt ${id} is ${status} and nobody is told (lost)`);
    }
  }
  if (open > 0) judgement.note(`${open} taken at gateways are still to be learnt of`);
  return judgement;
}

function attemptOf(
  order: GatewayOrder,
  attempts: Map<string, Row[]>,
  byGatewayId: Map<string, Row[]>,
): Row | undefined {
  const own = (rows: Row[] | undefined): Row | undefined =>
    rows?.find((row) => row['provider'] === order.provider);
  return own(attempts.get(order.reference)) ?? own(byGatewayId.get(order.gatewayReference));
}

/** What is wrong with where the money went; null when all is well. */
async function credit(
  { tables }: Evidence,
  order: GatewayOrder,
  attempt: Row,
): Promise<string | null> {
  const id = text(attempt, 'id');
  const amount = minor(attempt, 'amount_minor');
  if (amount !== order.amountMinor || text(attempt, 'currency') !== order.currency) {
    return `attempt ${id} counts ${amount} ${text(attempt, 'currency')}`;
  }
  const payment = (await tables.finder('payments'))(text(attempt, 'payment_id'));
  if (!payment) return `attempt ${id} belongs to no payment`;
  if (flag(attempt, 'overpayment')) {
    const queue = (await tables.by('unallocated_receipts', 'transaction_id')).get(id) ?? [];
    const kept = queue.filter((row) => minor(row, 'amount_minor') === amount);
    return kept.length === 1 ? null : `the excess of attempt ${id} is not in the queue`;
  }
  return isPaid(payment) ? null : `payment ${text(payment, 'id')} is ${text(payment, 'status')}`;
}

/** References that a person is to look at: parked notifications. */
async function flaggedReferences({ tables }: Evidence): Promise<Set<string>> {
  const flagged = new Set<string>();
  for (const event of await tables.rows('webhook_events')) {
    if (event['status'] === 'parked') {
      flagged.add(`${text(event, 'provider')} ${text(event, 'reference')}`);
    }
  }
  return flagged;
}

/** A payment is paid by exactly one attempt, over its amount. */
export async function paidOnce(evidence: Evidence): Promise<Judgement> {
  const judgement = new Judgement('paid-once', 'paid payments');
  const attempts = await evidence.tables.by('payment_transactions', 'payment_id');
  for (const payment of await evidence.tables.rows('payments')) {
    if (!evidence.ofRun(payment) || !isPaid(payment)) continue;
    judgement.look();
    const id = text(payment, 'id');
    const paying = (attempts.get(id) ?? []).filter(
      (row) => row['status'] === 'completed' && !flag(row, 'overpayment'),
    );
    if (paying.length !== 1) {
      judgement.fault(`payment ${id} is paid by ${paying.length} attempts`);
      continue;
    }
    const paid = minor(paying[0] as Row, 'amount_minor');
    if (paid !== minor(payment, 'amount_minor')) {
      judgement.fault(`payment ${id} is over ${minor(payment, 'amount_minor')}, paid ${paid}`);
    }
  }
  return judgement;
}

/** Gateways were asked for nothing but what attempts say, and for each attempt once. */
export async function gatewayOrdersKnown({ gateway, tables }: Evidence): Promise<Judgement> {
  const judgement = new Judgement('gateway-orders-known', 'orders at gateways');
  const attempts = await tables.by('payment_transactions', 'reference');
  for (const [reference, orders] of gateway.byReference) {
    for (const order of orders) {
      // Signed confirmations name the order of a shop: nobody asked that gateway for anything.
      if (order.provider === 'signed_webhook') continue;
      judgement.look();
      if (!attempts.get(reference)?.some((row) => row['provider'] === order.provider)) {
        judgement.fault(
          `${order.provider} was asked for ${order.id} as ${reference}, which no attempt knows`,
        );
      }
    }
    const prompts = orders.filter(({ kind }) => kind === 'prompt');
    if (prompts.length > 1) {
      judgement.fault(`the payer was prompted ${prompts.length} times for ${reference}`);
    }
  }
  return judgement;
}

/**
 * Nothing is called failed while its gateway may still take it, or took it. What the gateway itself denied
 * twice (`not_received`), or a newer page replaced, is told apart by its code; people may decide otherwise.
 */
export async function failedForGood(evidence: Evidence): Promise<Judgement> {
  const { gateway, tables } = evidence;
  const judgement = new Judgement('failed-for-good', 'attempts that were called failed');
  const resolved = await tables.by('transaction_resolutions', 'transaction_id');
  const byId = await tables.finder('payment_transactions');
  for await (const entry of tables.stream('audit_entries')) {
    if (entry['action'] !== 'transaction.failed') continue;
    const attempt = byId(text(entry, 'object_id'));
    if (!attempt || !evidence.ofRun(attempt)) continue;
    judgement.look();
    const code = codeOf(text(entry, 'changes'));
    if (code === 'not_received' || code === 'superseded') continue;
    if (resolved.has(text(attempt, 'id'))) continue;
    const reference = text(attempt, 'reference');
    for (const order of gateway.of(text(attempt, 'provider'), reference)) {
      const alive = order.taken || order.status === 'pending';
      // One that tells of failure and success both is believed as it comes; the money is looked for elsewhere.
      if (order.kind === 'prompt' && alive && !order.toldOfFailure) {
        judgement.fault(
          `attempt ${text(attempt, 'id')} was called failed (${code}) while ${order.provider} has ${order.id} ${order.status}`,
        );
      }
    }
  }
  return judgement;
}

function codeOf(changes: string): string {
  const { code } = JSON.parse(changes) as { code?: unknown };
  return String(code);
}
