import { Injectable } from '@nestjs/common';
import { DomainError, type ObjectId, type Principal } from '../common/index.js';
import type { StartedCheckout } from '../payments/index.js';
import type { PropertyRow } from '../properties/index.js';
import { Houses } from './houses.service.js';
import { visitsNotOffered } from './visit.errors.js';
import { VisitRepository } from './visit.repository.js';
import { isActive, type PaidVisit } from './visit.types.js';
import { VisitOpening } from './visit-opening.service.js';
import { VisitOrders, type WantedVisit } from './visit-orders.service.js';
import { VisitPayments } from './visit-payments.service.js';

/** A prompt on its way, or the visit that is paid already. */
export type InitiatedVisit =
  | { active: PaidVisit }
  | { active: null; house: PropertyRow; visitId: number; started: StartedCheckout };

/** Paying for a visit to a house. */
@Injectable()
export class Visits {
  constructor(
    private readonly houses: Houses,
    private readonly visits: VisitRepository,
    private readonly opening: VisitOpening,
    private readonly orders: VisitOrders,
    private readonly payments: VisitPayments,
  ) {}

  /**
   * Called again it answers the prompt under way, or the visit that is paid.
   * @throws DomainError 404, 400 for what cannot be visited or paid, and what the gateway fails with.
   */
  async initiate(
    caller: Principal,
    propertyId: ObjectId,
    wanted: WantedVisit,
    claimId: string | null,
  ): Promise<InitiatedVisit> {
    const house = await this.houses.read(caller, propertyId);
    const place = { propertyId: house.id, userId: caller.userId };
    const current = await this.visits.current(place);
    if (isActive(current)) return { active: current };
    const open = current?.status === 'pending' ? current : null;
    const currency = open?.currency ?? house.visit_cost_currency;
    if (!currency) throw visitsNotOffered();
    const order = await this.orders.decide(caller, currency, wanted);
    const visit = await this.opening.open(house, caller);
    if (!visit) throw visitsNotOffered();
    if (isActive(visit)) return { active: visit };
    try {
      const payable = await this.orders.payableOf(visit.id);
      const started = await this.payments.start({ ...order, payable, claimId });
      return { active: null, house, visitId: visit.id, started };
    } catch (error) {
      const paid = isPaidMeanwhile(error) ? await this.visits.current(place) : null;
      if (isActive(paid)) return { active: paid };
      throw error;
    }
  }
}

function isPaidMeanwhile(error: unknown): boolean {
  return error instanceof DomainError && error.code === 'payment_already_completed';
}
