import { randomToken } from '../../common/index.js';
import type { Clock } from './clock.js';
import type { EventBus } from './event.bus.js';
import type { Provider } from './providers.js';
import { RecentList } from './recent.list.js';
import { RecentMap } from './recent.map.js';
import { SandboxError } from './sandbox.error.js';

export type CheckoutStatus = 'open' | 'paid' | 'failed' | 'cancelled' | 'expired';
export type CheckoutAnswer = 'paid' | 'failed' | 'cancelled';

/** A hosted page that a payer was sent to, as the JSON API shows it. */
export interface Checkout {
  readonly id: string;
  readonly provider: Provider;
  readonly merchant: string;
  readonly description: string;
  /** Decimal string with the currency's own decimals. */
  readonly amount: string;
  readonly currency: string;
  /** The product's reference. */
  readonly reference: string;
  readonly gateway_reference: string;
  /** Exactly as handed to the payer. */
  readonly url: string;
  status: CheckoutStatus;
  /** After a failure the page can be paid still. */
  may_retry: boolean;
  /** Where the payer goes afterwards; the gateway fills it in when the page is answered. */
  return_url: string | null;
  readonly created_at: string;
  answered_at: string | null;
}

export type NewCheckout = Omit<
  Checkout,
  'id' | 'url' | 'status' | 'may_retry' | 'return_url' | 'created_at' | 'answered_at'
> & {
  may_retry?: boolean;
  /** The address is the gateway's affair; it may contain the id. */
  url: (id: string) => string;
};

/** Can the payer do anything on this page? */
export function isPayable({ status, may_retry }: Checkout): boolean {
  return status === 'open' || (status === 'failed' && may_retry);
}

/** Every hosted page the gateways opened. */
export class Checkouts {
  readonly #checkouts = new RecentList<Checkout>();
  readonly #byId = new RecentMap<Checkout>();

  constructor(
    private readonly clock: Clock,
    private readonly bus: EventBus,
  ) {}

  open(checkout: NewCheckout): Checkout {
    const id = `chk_${randomToken(6)}`;
    const opened: Checkout = {
      id,
      ...checkout,
      url: checkout.url(id),
      status: 'open',
      may_retry: checkout.may_retry ?? false,
      return_url: null,
      created_at: this.clock.iso(),
      answered_at: null,
    };
    this.#checkouts.add(opened);
    this.#byId.set(id, opened);
    this.bus.publish('checkout', opened);
    return opened;
  }

  /** Newest first. */
  list(pass?: (checkout: Checkout) => boolean): Checkout[] {
    return this.#checkouts.list(pass);
  }

  /** @throws SandboxError 404. */
  get(id: string): Checkout {
    const checkout = this.#byId.get(id);
    if (!checkout) throw new SandboxError(404, `There is no checkout ${id}`);
    return checkout;
  }

  /** The page ends, once but for failures. @throws SandboxError 404, or 409 when it has ended. */
  close(id: string, status: Exclude<CheckoutStatus, 'open'>): Checkout {
    const checkout = this.get(id);
    if (!isPayable(checkout)) {
      throw new SandboxError(409, `Checkout ${id} is ${checkout.status} already`);
    }
    checkout.status = status;
    checkout.answered_at = this.clock.iso();
    this.bus.publish('checkout', checkout);
    return checkout;
  }

  clear(): void {
    this.#checkouts.clear();
    this.#byId.clear();
  }
}
