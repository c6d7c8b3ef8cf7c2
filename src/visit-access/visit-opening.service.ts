import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Audits } from '../audits/index.js';
import { type Actor, actorOf, formatMinor, type Principal } from '../common/index.js';
import { change, Transactions } from '../database/index.js';
import type { PropertyRow } from '../properties/index.js';
import { VisitAttempts } from './visit-attempts.repository.js';
import { type VisitPlace, VisitRepository } from './visit.repository.js';
import type { VisitRow } from './visit.types.js';

const LOCKED = 'FOR UPDATE OF v';
const UNIQUE_VIOLATION = '23505';
/** A visit may end between being found and being locked. */
const TRIES = 5;

/** Keeps it at one open or active visit per house and visitor, whoever comes at the same time. */
@Injectable()
export class VisitOpening {
  constructor(
    private readonly transactions: Transactions,
    private readonly visits: VisitRepository,
    private readonly attempts: VisitAttempts,
    private readonly audits: Audits,
  ) {}

  /**
   * The visitor's open or active visit, made where there is none. Its price is that of the house from now
   * on; while an attempt is under way it stays. Null when nothing is open and the house has no price.
   */
  open(house: PropertyRow, caller: Principal): Promise<VisitRow | null> {
    return this.transactions.run((manager) => this.openIn(manager, house, caller));
  }

  /** Runs `activate` if the visit's place is free or its holder's time is over; else false. */
  async takePlace(
    manager: EntityManager,
    visit: VisitRow,
    actor: Actor,
    activate: () => Promise<unknown>,
  ): Promise<boolean> {
    await this.expire(manager, { propertyId: visit.property_id, userId: visit.user_id }, actor);
    await manager.query('SAVEPOINT visit_place');
    try {
      await activate();
    } catch (error) {
      if ((error as { code?: unknown }).code !== UNIQUE_VIOLATION) throw error;
      await manager.query('ROLLBACK TO SAVEPOINT visit_place');
      return false;
    }
    await manager.query('RELEASE SAVEPOINT visit_place');
    return true;
  }

  private async openIn(
    manager: EntityManager,
    house: PropertyRow,
    caller: Principal,
  ): Promise<VisitRow | null> {
    const place = { propertyId: house.id, userId: caller.userId };
    const actor = actorOf(caller);
    for (let attempt = 1; attempt <= TRIES; attempt += 1) {
      await this.expire(manager, place, actor);
      const made = await this.insert(manager, house, caller.userId);
      const visit = await this.visits.current(place, manager, LOCKED);
      if (visit && made) await this.auditNew(manager, visit, actor);
      if (visit) return made ? visit : this.atPriceOf(manager, house, visit, actor);
      if (!house.visit_cost_minor) return null;
    }
    throw new Error(`visits of user ${caller.userId} to property ${house.id} end as they begin`);
  }

  private async expire(manager: EntityManager, place: VisitPlace, actor: Actor): Promise<void> {
    const expired = await this.visits.expire(manager, place);
    await this.audits.append(
      manager,
      expired.map((visit) => ({
        accountId: visit.account_id,
        actor,
        action: 'visit.expired',
        objectType: 'visit',
        objectId: visit.id,
        paymentId: visit.payment_id,
        changes: { status: ['active', 'expired'] },
      })),
    );
  }

  /** Of two at once the index lets one in; the other waits here until that is decided. */
  private async insert(
    manager: EntityManager,
    house: PropertyRow,
    userId: number,
  ): Promise<boolean> {
    if (!house.visit_cost_minor || !house.visit_cost_currency) return false;
    const rows: { id: number }[] = await manager.query(
      `INSERT INTO visits (account_id, property_id, user_id, currency, cost_minor)
       VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (property_id, user_id) WHERE status IN ('pending', 'active') DO NOTHING
       RETURNING id`,
      [house.account_id, house.id, userId, house.visit_cost_currency, house.visit_cost_minor],
    );
    return rows.length > 0;
  }

  private async atPriceOf(
    manager: EntityManager,
    house: PropertyRow,
    visit: VisitRow,
    actor: Actor,
  ): Promise<VisitRow> {
    const { visit_cost_minor: minor, visit_cost_currency: currency } = house;
    if (visit.status !== 'pending' || !minor || !currency) return visit;
    if (visit.cost_minor === minor && visit.currency === currency) return visit;
    if ((await this.attempts.running(visit.id, manager)) !== null) return visit;
    await change(
      manager,
      `UPDATE visits SET currency = $2, cost_minor = $3, version = version + 1, updated_at = now()
       WHERE id = $1 RETURNING id`,
      [visit.id, currency, minor],
    );
    await this.audits.append(manager, [
      {
        accountId: visit.account_id,
        actor,
        action: 'visit.repriced',
        objectType: 'visit',
        objectId: visit.id,
        changes: {
          cost: [formatMinor(visit.cost_minor, visit.currency), formatMinor(minor, currency)],
          currency: [visit.currency, currency],
        },
      },
    ]);
    return { ...visit, cost_minor: minor, currency };
  }

  private auditNew(manager: EntityManager, visit: VisitRow, actor: Actor): Promise<void> {
    return this.audits.append(manager, [
      {
        accountId: visit.account_id,
        actor,
        action: 'visit.created',
        objectType: 'visit',
        objectId: visit.id,
        changes: {
          property: visit.property_id,
          cost: formatMinor(visit.cost_minor, visit.currency),
          currency: visit.currency,
        },
      },
    ]);
  }
}
