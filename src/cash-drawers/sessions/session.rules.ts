import type { Principal } from '../../common/index.js';
import { notYourSession, sessionClosed, sessionCounting } from '../cash.errors.js';
import type { SessionRow } from '../cash.types.js';

type Named = Pick<SessionRow, 'cashier_id' | 'status' | 'blind'>;

/** A cashier works in their own session, staff in every one of their account. */
export function assertMayWorkIn(caller: Principal, session: Named): void {
  if (caller.role === 'cashier' && caller.userId !== session.cashier_id) throw notYourSession();
}

/** @throws DomainError 409 unless cash may come and go. */
export function assertOpen(session: Pick<Named, 'status'>): void {
  if (session.status === 'counting') throw sessionCounting();
  if (session.status !== 'open') throw sessionClosed();
}

/**
 * In a blind session nobody who may be counting sees what is expected before it is closed: its cashier,
 * whatever their role, and every other cashier.
 */
export function isConcealed(caller: Principal, session: Named): boolean {
  if (!session.blind || !['open', 'counting'].includes(session.status)) return false;
  return caller.role === 'cashier' || caller.userId === session.cashier_id;
}
