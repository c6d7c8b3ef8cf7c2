import type { Credentials, Refund, Session } from './stripe.types.js';

type Fields = Readonly<Record<string, unknown>>;

const seconds = (ms: number): number => Math.floor(ms / 1000);

/** A session on the wire; the address is there only while it is open. */
export function sessionObject(session: Session, { live }: Credentials, wrong = false): Fields {
  const { order, status } = session;
  const total = Number(session.wrongAmount || wrong ? otherThan(order.amount) : order.amount);
  return {
    id: session.id,
    object: 'checkout.session',
    adaptive_pricing: { enabled: false },
    amount_subtotal: total,
    amount_total: total,
    cancel_url: order.cancelUrl,
    client_reference_id: order.clientReference,
    created: seconds(session.created),
    currency: order.currency,
    customer: null,
    customer_email: order.customerEmail,
    expires_at: seconds(session.expiresAt),
    livemode: live,
    metadata: order.metadata,
    mode: 'payment',
    payment_intent: session.intent?.id ?? null,
    payment_method_types: order.methods.length > 0 ? order.methods : ['card'],
    payment_status: session.paid ? 'paid' : 'unpaid',
    status,
    success_url: order.successUrl,
    ui_mode: 'hosted_page',
    url: status === 'open' ? session.url : null,
  };
}

export function refundObject(refund: Refund): Fields {
  const { session, status } = refund;
  return {
    id: refund.id,
    object: 'refund',
    amount: Number(refund.amount),
    charge: session.intent?.charge ?? null,
    created: seconds(refund.created),
    currency: session.order.currency,
    metadata: refund.metadata,
    payment_intent: session.intent?.id ?? null,
    reason: refund.reason,
    status,
    ...(status === 'pending' && { pending_reason: 'processing' }),
    ...(status === 'failed' && { failure_reason: 'expired_or_canceled_card' }),
  };
}

export function chargeObject(session: Session, refunded: bigint, { live }: Credentials): Fields {
  const { order, intent } = session;
  return {
    id: intent?.charge ?? null,
    object: 'charge',
    amount: Number(order.amount),
    amount_refunded: Number(refunded),
    currency: order.currency,
    livemode: live,
    metadata: order.intentMetadata,
    paid: true,
    payment_intent: intent?.id ?? null,
    refunded: refunded === order.amount,
  };
}

/** Half of it. */
function otherThan(amount: bigint): bigint {
  return amount > 1n ? amount / 2n : amount + 1n;
}
