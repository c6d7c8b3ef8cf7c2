import type { Prompt } from '../../core/prompts.store.js';
import { moneyOf } from './mtn-momo.reader.js';
import type { Payment, Refund, Status } from './mtn-momo.types.js';

export interface Standing {
  readonly status: Status;
  readonly reason: string | null;
}

/** Where a payment stands by what became of its prompt. */
export function standingOf(payment: Payment, prompt: Prompt): Standing {
  const failed = (reason: string): Standing => ({
    status: 'FAILED',
    reason: payment.forcedReason ?? reason,
  });
  switch (prompt.status) {
    case 'approved':
      return { status: 'SUCCESSFUL', reason: null };
    case 'declined':
      return failed(
        prompt.reason === 'insufficient_funds' ? 'NOT_ENOUGH_FUNDS' : 'APPROVAL_REJECTED',
      );
    case 'pending':
      return { status: 'PENDING', reason: null };
    default:
      // No approval within the time given.
      return payment.endless
        ? { status: 'PENDING', reason: null }
        : failed('COULD_NOT_PERFORM_TRANSACTION');
  }
}

/** A payment as a status answer tells it. */
export function paymentObject(payment: Payment, standing: Standing, wrong: boolean): object {
  const { body, financialTransactionId } = payment;
  const { status } = standing;
  return {
    ...(status === 'SUCCESSFUL' && { financialTransactionId: String(financialTransactionId) }),
    ...(body.externalId !== null && { externalId: body.externalId }),
    amount: amountTold(body, wrong || payment.wrongAmount),
    currency: body.currency,
    payer: body.payer,
    payerMessage: body.payerMessage,
    payeeNote: body.payeeNote,
    status,
    ...reasonOf(payment.number, standing),
  };
}

/** As a callback tells it: the same, with numbers where some examples have them. */
export function callbackObject(payment: Payment, standing: Standing): object {
  const told = paymentObject(payment, standing, false);
  return {
    ...told,
    amount: Number(amountTold(payment.body, payment.wrongAmount)),
    ...(standing.status === 'SUCCESSFUL' && {
      financialTransactionId: payment.financialTransactionId,
    }),
  };
}

export function refundObject(refund: Refund, wrong: boolean): object {
  const { body, status, reason, financialTransactionId } = refund;
  return {
    ...(status === 'SUCCESSFUL' && { financialTransactionId: String(financialTransactionId) }),
    ...(body.externalId !== null && { externalId: body.externalId }),
    amount: amountTold(body, wrong),
    currency: body.currency,
    ...(refund.payee && { payee: refund.payee }),
    payerMessage: body.payerMessage,
    payeeNote: body.payeeNote,
    status,
    ...reasonOf(refund.number, { status, reason }),
  };
}

/** An object in the definitions, a string in MTN's sandbox: every other one so. */
function reasonOf(number: number, { reason }: Standing): object {
  if (reason === null) return {};
  return number % 2 === 0
    ? { reason: { code: reason, message: `${reason} was reported` } }
    : { reason };
}

function amountTold(body: { amount: string; currency: string }, wrong: boolean): string {
  if (!wrong) return body.amount;
  const whole = Number(moneyOf(body)?.minor ?? 2n) > 1 ? Math.floor(Number(body.amount) / 2) : 0;
  return String(whole > 0 ? whole : Math.ceil(Number(body.amount)) + 1);
}
