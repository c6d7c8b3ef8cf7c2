import type { EventBus } from './event.bus.js';
import type { Provider } from './providers.js';

/** A refund in a gateway's book, in the same words for all gateways. */
export interface RefundNote {
  /** The gateway's own. */
  readonly id: string;
  readonly provider: Provider;
  /** The merchant's reference of the refund; null where the gateway takes none. */
  readonly reference: string | null;
  /** The merchant's reference of the payment that is refunded; null where it is unknown. */
  readonly payment_reference: string | null;
  /** Decimal string with the currency's own decimals. */
  readonly amount: string;
  readonly currency: string;
  readonly status: 'pending' | 'completed' | 'failed';
}

/** Tells whoever listens how a refund stands now. */
export function tellRefund(bus: EventBus, note: RefundNote): void {
  bus.publish('refund', note);
}
