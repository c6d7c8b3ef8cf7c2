import { createHmac } from 'node:crypto';
import { amountTold, decimal, type Payment, timestamp } from './chapa.types.js';

export type EventName =
  'charge.success' | 'charge.failed/cancelled' | 'charge.refunded' | 'charge.reversed';

const STATUSES: Readonly<Record<EventName, string>> = {
  'charge.success': 'success',
  'charge.failed/cancelled': 'failed/cancelled',
  'charge.refunded': 'refunded',
  'charge.reversed': 'reversed',
};

/** Chapa's share of a payment, which it prints with every amount: 3 percent. */
export function chargeOf(minor: bigint): bigint {
  return (minor * 3n) / 100n;
}

/** The bytes of a notification: flat, slashes escaped as PHP does, and a number that JavaScript would rewrite. */
export function notificationBody(payment: Payment, event: EventName, at: number): string {
  const { order, reference } = payment;
  const amount = amountTold(payment);
  const body = {
    event,
    first_name: order.firstName,
    last_name: order.lastName,
    email: order.email,
    mobile: order.phoneNumber?.replace(/^0/, '251') ?? null,
    currency: order.currency,
    amount: decimal(amount),
    charge: decimal(chargeOf(amount)),
    status: STATUSES[event],
    mode: 'test',
    reference,
    created_at: timestamp(payment.createdAt),
    updated_at: timestamp(at),
    type: 'API',
    tx_ref: order.txRef,
    payment_method: 'test',
    customization: { title: order.title, description: order.description, logo: null },
    meta: { exchange_rate: '1.0', receipt: `https://chapa.link/payment-receipt/${reference}` },
  };
  return JSON.stringify(body).replaceAll('/', '\\/').replace('"1.0"', '1.0');
}

/** Signs the body; and, beside it, the secret by itself, which proves nothing and is sent all the same. */
export function signatureHeaders(body: string, secret: string): Record<string, string> {
  return { 'x-chapa-signature': hmac(secret, body), ...constantHeader(secret) };
}

export function constantHeader(secret: string): Record<string, string> {
  return { 'chapa-signature': hmac(secret, secret) };
}

function hmac(secret: string, text: string): string {
  return createHmac('sha256', secret).update(text).digest('hex');
}
