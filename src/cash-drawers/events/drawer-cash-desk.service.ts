import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type {
  CashDeskPort,
  CashMoved,
  CashMovement,
  CashPayOut,
  CashRefund,
  CashSale,
} from '../../payments/index.js';
import { currencyNotHeld, noOpenSession } from '../cash.errors.js';
import type { SessionStatus } from '../cash.types.js';
import { assertOpen } from '../sessions/session.rules.js';
import { assertMayGive, assertMayTake, readHeld } from './cash.limits.js';
import { CashEvents, type EventSession, type NewEvent } from './cash-events.service.js';
import { drawerAccount } from './drawer-books.service.js';

type OpenSession = EventSession & { status: SessionStatus };

/** The open session of whoever handles the cash, as payments, refunds and expenses reach it. */
@Injectable()
export class DrawerCashDesk implements CashDeskPort {
  constructor(private readonly events: CashEvents) {}

  takeSale(manager: EntityManager, sale: CashSale): Promise<CashMoved> {
    return this.move(manager, sale, {
      type: 'sale',
      direction: 1,
      paymentId: sale.paymentId,
    });
  }

  giveRefund(manager: EntityManager, refund: CashRefund): Promise<CashMoved> {
    return this.move(manager, refund, {
      type: 'refund',
      direction: -1,
      paymentId: refund.paymentId,
      refundId: refund.refundId,
    });
  }

  payOut(manager: EntityManager, payOut: CashPayOut): Promise<CashMoved> {
    return this.move(manager, payOut, {
      type: 'pay_out',
      direction: -1,
      expenseId: payOut.expenseId,
    });
  }

  private async move(
    manager: EntityManager,
    movement: CashMovement,
    event: Omit<NewEvent, 'amount' | 'reason' | 'actorId'>,
  ): Promise<CashMoved> {
    const { amount, cashier, reason } = movement;
    const session = await this.lockSessionOf(manager, movement);
    assertOpen(session);
    const held = await readHeld(manager, session, amount.currency.code);
    if (!held) throw currencyNotHeld(amount.currency.code);
    if (event.direction === 1) assertMayTake(held);
    else assertMayGive(held, amount.minor);
    const eventId = await this.events.write(manager, session, {
      ...event,
      amount,
      reason: reason.slice(0, 500),
      actorId: cashier.userId,
    });
    return { ledgerAccount: drawerAccount(session.drawer_id), sessionId: session.id, eventId };
  }

  /** Waits while the session is being closed, and then finds it no more. */
  private async lockSessionOf(
    manager: EntityManager,
    { accountId, cashier }: CashMovement,
  ): Promise<OpenSession> {
    const rows: OpenSession[] = await manager.query(
      `SELECT id, drawer_id, account_id, cashier_id, status FROM cash_sessions
       WHERE cashier_id = $1 AND account_id = $2 AND status IN ('open', 'counting') FOR UPDATE`,
      [cashier.userId, accountId],
    );
    if (!rows[0]) throw noOpenSession();
    return rows[0];
  }
}
