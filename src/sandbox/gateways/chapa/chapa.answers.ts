import { chargeOf } from './chapa.notification.js';
import type { Problem } from './chapa.reader.js';
import { amountTold, decimal, type Payment, type Refund, timestamp } from './chapa.types.js';

/** Every refusal has this shape; `message` is a sentence or rules per field. */
export function refusal(message: Problem, status: string | null = 'failed'): object {
  return { message, status, data: null };
}

export function hostedLink(checkoutUrl: string): object {
  return { message: 'Hosted Link', status: 'success', data: { checkout_url: checkoutUrl } };
}

/** The amount is a number in the documentation and a string elsewhere: by turns. */
export function verification(payment: Payment, status: string, wrongAmount: boolean): object {
  const { order, looks } = payment;
  const amount = amountTold(payment, wrongAmount || payment.wrongAmount);
  const charge = chargeOf(amount);
  const form = (minor: bigint): string | number =>
    looks % 2 === 1 ? Number(decimal(minor)) : decimal(minor);
  return {
    message: 'Payment details',
    status: 'success',
    data: {
      first_name: order.firstName,
      last_name: order.lastName,
      email: order.email,
      currency: order.currency,
      amount: form(amount),
      charge: form(charge),
      mode: 'test',
      method: 'test',
      type: 'API',
      status,
      reference: payment.reference,
      tx_ref: order.txRef,
      customization: { title: order.title, description: order.description, logo: null },
      meta: order.meta,
      created_at: timestamp(payment.createdAt),
      updated_at: timestamp(payment.updatedAt),
    },
  };
}

/** Two shapes were seen: the documentation's, and one with `ref_id`; by turns. */
export function refundAccepted(refund: Refund): object {
  const { payment, reason, reference, refId, id } = refund;
  const common = {
    amount: amountOf(refund),
    currency: payment.order.currency,
    status: 'Refund Initiated',
    reason,
    merchant_reference: reference,
    created_at: timestamp(refund.createdAt),
    updated_at: timestamp(refund.createdAt),
  };
  const names =
    id % 2 === 1
      ? { id, chapa_reference: refId, bank_reference: null, ref: payment.reference }
      : { ref_id: refId };
  return {
    message: 'Refund initiated, it takes 1 to 3 business days',
    status: 'success',
    data: { ...names, ...common },
  };
}

export function refundVerification(refund: Refund, status: string): object {
  return {
    message: 'Refund details',
    status: 'success',
    data: {
      amount: amountOf(refund),
      currency: refund.payment.order.currency,
      ref_id: refund.refId,
      status,
      merchant_reference: refund.reference,
    },
  };
}

function amountOf({ amountMinor, wrongAmount }: Refund): string {
  return decimal(wrongAmount ? amountMinor / 2n || amountMinor + 1n : amountMinor);
}
