import type { EntityManager } from 'typeorm';
import { holdingLimitReached, notEnoughCash } from '../cash.errors.js';
import type { EventSession } from './cash-events.service.js';

/** What a session's drawer holds of a currency, and how much it may; minor units as text. */
export interface Held {
  currency: string;
  balance_minor: string;
  holding_limit_minor: string | null;
}

/** Under the session's lock; null when the session does not take the currency. */
export async function readHeld(
  manager: EntityManager,
  session: EventSession,
  currency: string,
): Promise<Held | null> {
  const rows: Held[] = await manager.query(
    `SELECT c.currency, c.balance_minor, l.holding_limit_minor FROM cash_session_currencies c
     LEFT JOIN cash_drawer_currencies l ON l.drawer_id = $2 AND l.currency = c.currency
     WHERE c.session_id = $1 AND c.currency = $3`,
    [session.id, session.drawer_id, currency],
  );
  return rows[0] ?? null;
}

/**
 * The amount that crosses the limit is still taken: it has been handed over. The next is not.
 * @throws DomainError `holding_limit_reached`.
 */
export function assertMayTake(held: Held): void {
  const { currency, balance_minor: balance, holding_limit_minor: limit } = held;
  if (limit !== null && BigInt(balance) >= BigInt(limit)) throw holdingLimitReached(currency);
}

/** @throws DomainError `not_enough_cash`. */
export function assertMayGive(held: Held, amountMinor: bigint): void {
  if (BigInt(held.balance_minor) < amountMinor) throw notEnoughCash(held.currency);
}
