import { Injectable } from '@nestjs/common';
import type { ObjectId, Principal } from '../common/index.js';
import { isPaid, type PaymentState, Verification } from '../payments/index.js';
import type { PropertyRow } from '../properties/index.js';
import { Houses } from './houses.service.js';
import {
  paymentFailed,
  paymentPending,
  transactionNotFound,
  visitExpired,
  visitRefunded,
} from './visit.errors.js';
import { VisitRepository } from './visit.repository.js';
import { isActive, type PaidVisit, wasPaid } from './visit.types.js';
import { VisitAttempts } from './visit-attempts.repository.js';

export interface VerifiedVisit {
  house: PropertyRow;
  visit: PaidVisit;
  /** True the first time that the visitor verifies it. */
  first: boolean;
}

const UNDER_WAY = new Set<PaymentState>(['pending', 'pending_approval', 'processing']);

/** Asks the gateway about a visitor's own transaction and opens the house if it was paid. */
@Injectable()
export class VisitVerification {
  constructor(
    private readonly houses: Houses,
    private readonly visits: VisitRepository,
    private readonly attempts: VisitAttempts,
    private readonly verification: Verification,
  ) {}

  /**
   * @throws DomainError 404 for a transaction that is not the caller's for this house, 400 before it is
   * paid, after its time and after a refund, 503 while the gateway cannot be asked.
   */
  async verify(
    caller: Principal,
    propertyId: ObjectId,
    transactionId: string,
  ): Promise<VerifiedVisit> {
    const house = await this.houses.read(caller, propertyId);
    const place = { propertyId: house.id, userId: caller.userId };
    const named = await this.attempts.named(place, transactionId);
    if (!named) throw transactionNotFound();
    const { payment } = await this.verification.verifyAttempt(named.attemptId);
    const visit = await this.visits.find({ id: named.visitId });
    if (visit?.status === 'refunded') throw visitRefunded();
    if (visit?.status === 'expired' && wasPaid(visit)) throw visitExpired(visit);
    if (!isActive(visit)) throw notPaid(payment.status);
    return { house, visit, first: await this.visits.markVerified(visit.id) };
  }
}

function notPaid(status: PaymentState): Error {
  return isPaid(status) || UNDER_WAY.has(status) ? paymentPending(status) : paymentFailed(status);
}
