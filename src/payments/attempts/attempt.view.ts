import { Money } from '../../common/index.js';
import type { AttemptView } from '../../providers/index.js';
import type { AttemptRow } from '../payment.entity.js';

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
