import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Money } from '../../common/index.js';
import type { Direction, EventType, SessionRow } from '../cash.types.js';

/** The session that an event belongs to; its row is locked. */
export type EventSession = Pick<SessionRow, 'id' | 'drawer_id' | 'account_id' | 'cashier_id'>;

export interface NewEvent {
  type: EventType;
  direction: Direction;
  amount: Money;
  reason: string;
  actorId: number;
  /** The same on both events of an exchange. */
  exchangeId?: string;
  paymentId?: number | null;
  refundId?: number | null;
  expenseId?: number;
  claimId?: string | null;
}

/** What happened to a drawer's cash: written once, never changed. */
@Injectable()
export class CashEvents {
  /**
   * Appends the event and answers its id. The database refuses it unless the session is open, takes the
   * currency, and holds as much as goes out.
   */
  async write(manager: EntityManager, session: EventSession, event: NewEvent): Promise<number> {
    const [row]: { id: string }[] = await manager.query(
      `INSERT INTO cash_events (account_id, drawer_id, session_id, cashier_id, type, direction,
         currency, amount_minor, reason, exchange_id, payment_id, refund_id, expense_id, actor_id,
         idempotency_claim_id)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) RETURNING id`,
      [
        session.account_id,
        session.drawer_id,
        session.id,
        session.cashier_id,
        event.type,
        event.direction,
        event.amount.currency.code,
        event.amount.minor.toString(),
        event.reason,
        event.exchangeId ?? null,
        event.paymentId ?? null,
        event.refundId ?? null,
        event.expenseId ?? null,
        event.actorId,
        event.claimId ?? null,
      ],
    );
    if (!row) throw new Error('the event was not written');
    return Number(row.id);
  }
}
