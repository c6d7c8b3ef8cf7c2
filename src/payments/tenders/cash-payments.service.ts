import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { actorOf, DomainError, formatMinor, Money, type Principal } from '../../common/index.js';
import { CashDesk } from '../cash-desk.port.js';
import type { AttemptRow } from '../payment.entity.js';
import { attemptInProgress, moreThanOwed, wrongState } from '../payment.errors.js';
import { PaymentRepository } from '../payment.repository.js';
import { isPaid, transition } from '../payment.state.js';
import { Settlement } from '../settlement/settlement.service.js';
import type { LockedRows } from '../settlement/settlement.types.js';
import { TenderAttempts } from './tender-attempts.service.js';

/** Who may take cash; everybody else is told so before anything is looked at. */
const TAKERS: ReadonlySet<string> = new Set(['cashier', 'staff', 'admin']);

/** @throws DomainError 403 for a customer, an owner or a guest. */
export function assertMayTakeCash(caller: Principal | null): asserts caller is Principal {
  if (caller && TAKERS.has(caller.role)) return;
  throw new DomainError(
    'forbidden',
    'cash_needs_cashier',
    'Cash is taken by a cashier or a staff member with an open drawer session',
  );
}

/**
 * Cash over the counter and on delivery: complete at once, into the open drawer session of whoever
 * takes it. Payment, attempt, drawer event, payable and ledger move in one commit.
 */
@Injectable()
export class CashPayments {
  constructor(
    private readonly repository: PaymentRepository,
    private readonly attempts: TenderAttempts,
    private readonly desk: CashDesk,
    private readonly settlement: Settlement,
  ) {}

  /** The attempt that this claim took before. */
  takenByClaim(manager: EntityManager, claimId: string | null): Promise<AttemptRow | null> {
    return this.attempts.ofClaim(manager, claimId);
  }

  /**
   * Under the locks of payable and payment. A payment that is paid already is left as it is.
   * @throws DomainError 409 without an open session or while a gateway is at work, 400 more than owed.
   */
  async take(
    manager: EntityManager,
    cashier: Principal,
    { port, payable, payment }: LockedRows,
    claimId: string | null,
  ): Promise<AttemptRow | null> {
    if (isPaid(payment.status)) return this.attempts.ofClaim(manager, claimId);
    if (await this.repository.findOpenAttempt(manager, payment.id)) throw attemptInProgress(30);
    if (!transition(payment.status, 'completed', 'cash').allowed) {
      throw wrongState(payment.status, 'collected');
    }
    const amount = Money.ofMinor(payment.amount_minor, payment.currency);
    if (amount.minor > payable.owedMinor) {
      throw moreThanOwed(formatMinor(payable.owedMinor, payable.currency), payable.currency);
    }
    const actor = actorOf(cashier);
    await port.hold?.(manager, { payableId: payable.id, actor });
    const attempt = await this.attempts.write(manager, payment, {
      provider: payment.payment_method === 'COD' ? 'cash_on_delivery' : 'cash',
      actor,
      claimId,
      gatewayTransactionId: null,
    });
    const { ledgerAccount } = await this.desk.takeSale(manager, {
      accountId: payment.account_id,
      cashier,
      amount,
      paymentId: payment.id,
      reason: payable.title,
    });
    await this.settlement.settle(manager, {
      kind: 'paid',
      transactionId: attempt.id,
      cause: 'cash',
      gatewayTransactionId: null,
      amount: null,
      wireStatus: null,
      ledgerAccount,
      actor,
    });
    return attempt;
  }
}
