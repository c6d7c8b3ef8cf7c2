import type { Actor, Principal } from '../../common/index.js';
import type { MobileNetwork, PaymentMethod, PaymentProvider } from '../../providers/index.js';
import type { Payable, PayableKind } from '../payable.port.js';
import type { AttemptRow, PaymentRow } from '../payment.entity.js';

/** What a caller asks for, as it came. */
export interface CheckoutRequest {
  payable: { kind: PayableKind; id: unknown };
  provider: string | null;
  /** Null: all that is owed. */
  amount: string | number | null;
  method: PaymentMethod | null;
  network: MobileNetwork | null;
  phone: string | null;
  email: string | null;
  name: string | null;
  returnUrl: string | null;
}

/** The same, decided: who pays what through which gateway. */
export interface CheckoutOrder {
  actor: Actor;
  /** Who asks, where somebody is logged in: cash goes into this person's drawer. */
  caller: CheckoutCaller;
  /** Minor units; null: all that is owed. */
  amountMinor: bigint | null;
  provider: PaymentProvider;
  payable: Payable;
  method: PaymentMethod;
  network: MobileNetwork | null;
  phone: string | null;
  payer: { name: string | null; email: string | null };
  returnUrl: string | null;
  claimId: string | null;
}

export interface StartedCheckout {
  payment: PaymentRow;
  attempt: AttemptRow;
}

/** Null for a guest. */
export type CheckoutCaller = Principal | null;
