import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { DomainError, type Money, type Principal } from '../common/index.js';
import type { LedgerCode } from '../ledger/index.js';

/** Cash that changes hands at a person's drawer, with what it is for. */
export interface CashMovement {
  accountId: number;
  /** Whose open session it goes through. */
  cashier: Principal;
  amount: Money;
  /** Why, in words that a report can print. */
  reason: string;
}

export interface CashSale extends CashMovement {
  paymentId: number;
}

export interface CashRefund extends CashMovement {
  /** Null for money that belongs to no payment. */
  paymentId: number | null;
  /** Null where no refund was asked for: unallocated money that is handed back. */
  refundId: number | null;
}

export interface CashPayOut extends CashMovement {
  expenseId: number;
}

export interface CashMoved {
  /** The drawer's account in the ledger, e.g. `drawer:7`: the caller posts to it. */
  ledgerAccount: LedgerCode;
  sessionId: number;
  eventId: number;
}

/**
 * How payments, refunds and expenses reach the cash drawer of whoever handles the cash. Runs inside the
 * caller's transaction, under the session's row lock, which comes after payable, payment and attempt and
 * before the ledger. The caller posts the journal.
 * @throws DomainError 409 when that person has no open session or the drawer may not take or give it.
 */
export interface CashDeskPort {
  takeSale(manager: EntityManager, sale: CashSale): Promise<CashMoved>;
  giveRefund(manager: EntityManager, refund: CashRefund): Promise<CashMoved>;
  payOut(manager: EntityManager, payOut: CashPayOut): Promise<CashMoved>;
}

/** Where the drawers make themselves known. Without them nobody can take or give cash. */
@Injectable()
export class CashDesk implements CashDeskPort {
  private port: CashDeskPort | null = null;

  register(port: CashDeskPort): void {
    if (this.port) throw new Error('the cash desk is registered twice');
    this.port = port;
  }

  async takeSale(manager: EntityManager, sale: CashSale): Promise<CashMoved> {
    return this.open().takeSale(manager, sale);
  }

  async giveRefund(manager: EntityManager, refund: CashRefund): Promise<CashMoved> {
    return this.open().giveRefund(manager, refund);
  }

  async payOut(manager: EntityManager, payOut: CashPayOut): Promise<CashMoved> {
    return this.open().payOut(manager, payOut);
  }

  private open(): CashDeskPort {
    if (this.port) return this.port;
    throw new DomainError(
      'conflict',
      'no_open_drawer_session',
      'Open a cash drawer session before handling cash',
    );
  }
}
