import { minor, type Row, text } from '../cells.js';
import type { Evidence } from '../evidence.js';
import type { GatewayRefundLine } from '../evidence.types.js';
import { Judgement } from '../judgement.js';
import { minorOf } from '../money.js';

/** Where no gateway pays back. */
const BY_HAND = new Set(['manual', 'cash', 'cash_on_delivery', 'signed_webhook']);

/** The gateways' refund books and ours are the same. */
export async function gatewayRefunds(evidence: Evidence): Promise<Judgement> {
  const { gateway, tables } = evidence;
  const judgement = new Judgement('gateway-refunds', 'refunds of gateways');
  const find = await refundFinder(evidence);
  const paidBack = new Map<string, string>();
  for (const refund of gateway.refunds.values()) {
    judgement.look();
    const name = `${refund.provider} refund ${refund.id} (${refund.reference ?? refund.payment_reference})`;
    const row = find(refund, paidBack);
    if (!row) {
      judgement.fault(`${name}: no refund of ours`);
      continue;
    }
    if (refund.status !== 'completed') continue;
    const id = text(row, 'id');
    const twice = paidBack.get(id);
    if (twice !== undefined) judgement.fault(`${name}: paid back before, as ${twice}`);
    paidBack.set(id, refund.id);
    if (minorOf(refund.amount, refund.currency) !== minor(row, 'amount_minor')) {
      judgement.fault(`${name}: ${refund.amount}, ours is over ${minor(row, 'amount_minor')}`);
    }
    if (row['status'] === 'failed') judgement.fault(`${name}: ours is failed`);
  }
  if (!gateway.present) return judgement;
  for (const row of await tables.rows('refunds')) {
    const byGateway = row['status'] === 'completed' && row['settled_by'] === null;
    if (!byGateway || BY_HAND.has(text(row, 'provider')) || !evidence.ofRun(row)) continue;
    judgement.look();
    if (!paidBack.has(text(row, 'id'))) {
      judgement.fault(
        `refund ${text(row, 'id')} is completed: ${text(row, 'provider')} paid nothing back`,
      );
    }
  }
  return judgement;
}

type Find = (refund: GatewayRefundLine, taken: Map<string, string>) => Row | undefined;

/** By our reference, else by the gateway's id, else the one of that payment that is not spoken for. */
async function refundFinder({ tables }: Evidence): Promise<Find> {
  const byReference = await tables.by('refunds', 'reference');
  const byGatewayId = await tables.by('refunds', 'gateway_refund_id');
  const attempts = await tables.by('payment_transactions', 'reference');
  const byAttempt = await tables.by('refunds', 'transaction_id');
  return (refund, taken) => {
    const own = (rows: Row[] | undefined): Row | undefined =>
      rows?.find((row) => row['provider'] === refund.provider);
    const attempt = own(attempts.get(refund.payment_reference ?? ''));
    const ofAttempt = byAttempt.get(attempt?.['id'] ?? '');
    return (
      own(byReference.get(refund.reference ?? '')) ??
      own(byGatewayId.get(refund.id)) ??
      ofAttempt?.find((row) => !taken.has(text(row, 'id')) && row['status'] !== 'failed') ??
      ofAttempt?.[0]
    );
  };
}

/** Never more than was paid, neither done nor promised; and payments say what their refunds do. */
export async function refundsWithinPayment(evidence: Evidence): Promise<Judgement> {
  const { tables } = evidence;
  const judgement = new Judgement('refunds-within-payment', 'payments with refunds');
  const payment = await tables.finder('payments');
  const reversals = await reversed(evidence);
  for (const [paymentId, refunds] of await tables.by('refunds', 'payment_id')) {
    const row = payment(paymentId);
    judgement.look();
    if (!row) {
      judgement.fault(`refund ${text(refunds[0] as Row, 'id')} is of no payment`);
      continue;
    }
    const done = sum(refunds, ['completed']);
    const promised = sum(refunds, ['pending', 'processing', 'needs_attention']);
    const amount = minor(row, 'amount_minor');
    const back = done + promised + minor(row, 'moved_minor') + (reversals.get(paymentId) ?? 0n);
    const ids = refunds.map((refund) => text(refund, 'id')).join(', ');
    if (back > amount) {
      judgement.fault(`payment ${paymentId} over ${amount}: ${back} goes back (refunds ${ids})`);
    }
    if (minor(row, 'refunding_minor') !== promised) {
      judgement.fault(
        `payment ${paymentId} reserves ${minor(row, 'refunding_minor')}, refunds ${ids} promise ${promised}`,
      );
    }
    if (minor(row, 'refunded_minor') !== done + (reversals.get(paymentId) ?? 0n)) {
      judgement.fault(
        `payment ${paymentId} says ${minor(row, 'refunded_minor')} went back, refunds ${ids} say ${done}`,
      );
    }
  }
  return judgement;
}

async function reversed({ tables }: Evidence): Promise<Map<string, bigint>> {
  const sums = new Map<string, bigint>();
  for (const row of await tables.rows('manual_payment_reversals')) {
    if (row['status'] !== 'confirmed') continue;
    const id = text(row, 'payment_id');
    sums.set(id, (sums.get(id) ?? 0n) + minor(row, 'amount_minor'));
  }
  return sums;
}

function sum(refunds: Row[], states: string[]): bigint {
  return refunds
    .filter((row) => states.includes(text(row, 'status')))
    .reduce((total, row) => total + minor(row, 'amount_minor'), 0n);
}

/** Every refund that was acknowledged is there. */
export async function acknowledgedRefunds({ history, tables }: Evidence): Promise<Judgement> {
  const judgement = new Judgement('acknowledged-refunds', 'acknowledged refunds');
  const refund = await tables.finder('refunds');
  for (const { refundId, paymentId, amount } of history.refunds) {
    judgement.look();
    const row = refund(refundId);
    if (!row) {
      judgement.fault(`refund ${refundId} of payment ${paymentId} was acknowledged and is lost`);
      continue;
    }
    if (text(row, 'payment_id') !== paymentId) {
      judgement.fault(
        `refund ${refundId} was acknowledged for payment ${paymentId}, not ${text(row, 'payment_id')}`,
      );
    }
    if (minorOf(amount, text(row, 'currency')) !== minor(row, 'amount_minor')) {
      judgement.fault(
        `refund ${refundId} was acknowledged over ${String(amount)}, is over ${minor(row, 'amount_minor')} minor units`,
      );
    }
  }
  return judgement;
}
