import { Money } from '../../common/index.js';
import type { AttemptView, InitiateRequest } from '../../providers/index.js';
import type { AttemptRow } from '../payment.entity.js';
import { callbackUrl } from './callback-urls.js';

/** What a gateway's adapter is told of an attempt. */
export function viewOf(attempt: AttemptRow): AttemptView {
  return {
    reference: attempt.reference,
    gatewayTransactionId: attempt.gateway_transaction_id,
    gatewayData: attempt.gateway_data,
    amount: Money.ofMinor(attempt.amount_minor, attempt.currency),
    network: attempt.network,
  };
}

/** The order of an attempt, to the letter the same each time: a gateway knows a repeat by that. */
export function requestOf(attempt: AttemptRow, publicUrl: string): InitiateRequest {
  return {
    reference: attempt.reference,
    amount: Money.ofMinor(attempt.amount_minor, attempt.currency),
    phone: attempt.phone,
    network: attempt.network,
    description: attempt.description ?? attempt.reference,
    customer: { name: attempt.payer_name, email: attempt.payer_email },
    returnUrl: attempt.return_url,
    callbackUrl: callbackUrl(publicUrl, attempt.provider),
  };
}

/** Perhaps the gateway has got it, or says so by now; nothing it would have answered is here. */
export function isAnswerLost(attempt: AttemptRow): boolean {
  return (
    (attempt.status === 'unknown' || attempt.status === 'pending') &&
    attempt.answered_at === null &&
    attempt.checkout_url === null &&
    attempt.gateway_transaction_id === null &&
    Object.keys(attempt.gateway_data).length === 0
  );
}
