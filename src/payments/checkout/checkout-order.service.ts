import { Inject, Injectable } from '@nestjs/common';
import {
  type Actor,
  actorOf,
  DomainError,
  invalidField,
  Money,
  normalisePhone,
  parseObjectId,
} from '../../common/index.js';
import { CONFIG, type Config } from '../../config/index.js';
import { addressKey, RateLimits } from '../../http/index.js';
import { Users } from '../../identity/index.js';
import { type PaymentProvider, Providers } from '../../providers/index.js';
import { payerPhone } from '../attempts/payer-phone.js';
import { mayPay, titled } from '../payable.rules.js';
import type { Payable } from '../payable.port.js';
import { Payables } from '../payables.registry.js';
import type { CheckoutCaller, CheckoutOrder, CheckoutRequest } from './checkout.types.js';
import { assertMayTakeCash } from '../tenders/cash-payments.service.js';
import { chooseProvider, isCash } from './provider-choice.js';

const GUEST: Actor = { userId: null, label: 'guest', role: 'guest' };

/** Decides who pays what, through which gateway, on which phone; writes nothing and asks no gateway. */
@Injectable()
export class CheckoutOrders {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly payables: Payables,
    private readonly users: Users,
    private readonly providers: Providers,
    private readonly limits: RateLimits,
  ) {}

  /** `address`: where the call comes from; guests are counted by it. */
  async decide(
    caller: CheckoutCaller,
    address: string,
    request: CheckoutRequest,
    claimId: string | null,
  ): Promise<CheckoutOrder> {
    if (!caller) await this.limits.consume('guest', addressKey(address));
    if (caller?.role === 'owner') {
      throw new DomainError('forbidden', 'forbidden', 'Your role does not allow this');
    }
    const payable = await this.visible(caller, request);
    const provider = chooseProvider(this.providers.enabled(), payable.currency, request.provider);
    if (isCash(provider)) assertMayTakeCash(caller);
    return {
      actor: caller ? actorOf(caller) : GUEST,
      caller,
      amountMinor: amountOf(request.amount, payable),
      provider,
      payable,
      method: request.method ?? provider.capabilities.methods[0] ?? 'online',
      network: request.network,
      phone: await this.phone(caller, request, payable, provider),
      payer: { name: request.name, email: request.email },
      returnUrl: this.returnUrl(request.returnUrl),
      claimId,
    };
  }

  /** Guests pay bookings they know the uuid of, where the deployment lets them. */
  private async visible(caller: CheckoutCaller, request: CheckoutRequest): Promise<Payable> {
    const { kind, id: raw } = request.payable;
    const id = typeof raw === 'string' || typeof raw === 'number' ? parseObjectId(raw) : null;
    if (!caller && !this.config.allowGuestCheckout) {
      throw new DomainError('unauthenticated', 'unauthenticated', 'Log in first');
    }
    const open = caller !== null || (kind === 'booking' && id !== null && 'uuid' in id);
    const payable = id && open ? await this.payables.find(kind)?.find(id) : null;
    if (!payable || (caller && !mayPay(caller, payable))) {
      throw new DomainError('not_found', 'payable_not_found', `${titled(kind)} not found`);
    }
    return payable;
  }

  /** A number in the request wins over the profile's; a guest's prompt goes to the booking's own. */
  private async phone(
    caller: CheckoutCaller,
    request: CheckoutRequest,
    payable: Payable,
    provider: PaymentProvider,
  ): Promise<string | null> {
    const prompted = provider.capabilities.needsPhone;
    if (!caller && prompted) return payerPhone('staff', null, payable.customerPhone);
    if (request.phone) return normalisePhone(request.phone, payable.currency, 'phone_number');
    const own = caller ? ((await this.users.find(caller.userId))?.phone ?? null) : null;
    if (prompted) return payerPhone(caller?.role ?? 'staff', own, payable.customerPhone);
    return caller?.role === 'customer' ? own : payable.customerPhone;
  }

  /** Only addresses on the list: anything else would let a stranger send payers anywhere. */
  private returnUrl(wanted: string | null): string | null {
    if (wanted === null || this.config.returnUrlAllowlist.includes(wanted)) return wanted;
    throw invalidField('return_url', 'must be one of the addresses in RETURN_URL_ALLOWLIST');
  }
}

function amountOf(wanted: string | number | null, payable: Payable): bigint | null {
  return wanted === null ? null : Money.parse(wanted, payable.currency).minor;
}
