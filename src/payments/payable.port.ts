import type { EntityManager } from 'typeorm';
import type { Actor, ObjectId } from '../common/index.js';

export const PAYABLE_KINDS = ['booking', 'order', 'invoice', 'visit'] as const;
export type PayableKind = (typeof PAYABLE_KINDS)[number];

/** What is owed, to whom, by whom: all the payments module knows of a booking, an order, an invoice or a visit. */
export interface Payable {
  kind: PayableKind;
  id: number;
  uuid: string;
  accountId: number;
  /** The number people know it by, e.g. `HTL-000008`. */
  reference: string;
  /** For prompts and e-mails, e.g. "Booking HTL-000008 at Coral Beach Hotel". */
  title: string;
  currency: string;
  totalMinor: bigint;
  /** Completed payments net of refunds, in minor units. */
  paidMinor: bigint;
  /** What may still be paid, in minor units; 0 once it is cancelled. */
  owedMinor: bigint;
  /** The user who owes it; null for a walk-in. */
  customerId: number | null;
  customerName: string | null;
  customerEmail: string | null;
  /** Digits with country code. */
  customerPhone: string | null;
  /** Owner of the property it belongs to. */
  ownerId: number | null;
  /** False: only the exact total is accepted (orders, visits). */
  acceptsParts: boolean;
  /**
   * The row that all of this was read from, where `version` grows with every change of it: lets a statement
   * make sure that it is still so. Payables without it are always locked before they are looked at.
   */
  seen?: { table: 'bookings'; version: number };
}

export interface PayableFact {
  payableId: number;
  paymentId: number;
  /** Positive, minor units of the payable's currency. */
  amountMinor: bigint;
  /** The payment had been paid before, and money of it that had gone back is here again. */
  returned?: boolean;
  /** Who or what caused it, for the payable's own audit entries. */
  actor: Actor;
}

/** A payment ended without money, and no other one of the payable is under way. */
export interface PayableRelease {
  payableId: number;
  paymentId: number;
  outcome: 'failed' | 'cancelled' | 'expired';
  actor: Actor;
}

/**
 * How the payments module reaches what is paid for. A payable's module registers itself; payments never
 * imports it. `settle` and `reverse` run inside the settling transaction, under the lock that `lock` took.
 */
export interface PayablePort {
  readonly kind: PayableKind;
  /** Reads without a lock; null when there is none. */
  find(id: ObjectId): Promise<Payable | null>;
  /** Takes the row lock: the first lock of every transaction that moves its money. */
  lock(manager: EntityManager, id: ObjectId): Promise<Payable | null>;
  /** Applies up to what is owed and answers how much was applied; the rest is unallocated money. */
  settle(manager: EntityManager, fact: PayableFact): Promise<{ appliedMinor: bigint }>;
  /** Takes back money that was applied before. */
  reverse(manager: EntityManager, fact: PayableFact): Promise<void>;
  /**
   * Before an attempt opens: keeps ready, or gets ready again, what the money is for (stock).
   * @throws DomainError `refused` when it is to be had no more.
   */
  hold?(manager: EntityManager, hold: { payableId: number; actor: Actor }): Promise<void>;
  /** Lets go of what was kept ready; a later attempt asks for it again by `hold`. */
  release?(manager: EntityManager, ended: PayableRelease): Promise<void>;
  /** Details for answers and e-mails, in one query. */
  describe(ids: number[]): Promise<Map<number, PayableDescription>>;
}

export interface PayableDescription {
  kind: PayableKind;
  id: number;
  uuid: string;
  reference: string;
  status: string;
  title: string;
  /** Name of the property or shop; place, dates and guests where it has them. */
  property: string | null;
  location: string | null;
  checkIn: string | null;
  checkOut: string | null;
  guests: number | null;
  customerName: string | null;
  customerEmail: string | null;
  customerPhone: string | null;
}
