import { Injectable } from '@nestjs/common';
import { Money, type ObjectId, type Principal } from '../common/index.js';
import { Houses } from './houses.service.js';
import { visitsNotOffered } from './visit.errors.js';
import type { VisitStatusFacts } from './visit.presenter.js';
import { VisitRepository } from './visit.repository.js';
import { isActive } from './visit.types.js';
import { VisitAttempts } from './visit-attempts.repository.js';

/** How a caller's visit to a house stands. */
@Injectable()
export class VisitStatuses {
  constructor(
    private readonly houses: Houses,
    private readonly visits: VisitRepository,
    private readonly attempts: VisitAttempts,
  ) {}

  /** @throws DomainError 404, 400 for what cannot be visited. */
  async read(caller: Principal, propertyId: ObjectId): Promise<VisitStatusFacts> {
    const house = await this.houses.read(caller, propertyId);
    const visit = await this.visits.current({ propertyId: house.id, userId: caller.userId });
    // Only what is paid or being paid keeps its price; anything else costs what the house asks now.
    const priced =
      visit && (isActive(visit) || (await this.attempts.running(visit.id)) !== null) ? visit : null;
    if (priced) return { house, visit, cost: Money.ofMinor(priced.cost_minor, priced.currency) };
    const { visit_cost_minor: minor, visit_cost_currency: currency } = house;
    if (!minor || !currency) throw visitsNotOffered();
    return { house, visit, cost: Money.ofMinor(minor, currency) };
  }
}
