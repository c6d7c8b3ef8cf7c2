import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Audits } from '../audits/index.js';
import { formatMinor, type ObjectId } from '../common/index.js';
import { CONFIG, type Config } from '../config/index.js';
import { change } from '../database/index.js';
import type { Payable, PayableDescription, PayableFact, PayablePort } from '../payments/index.js';
import { VisitRepository } from './visit.repository.js';
import { VisitOpening } from './visit-opening.service.js';
import type { VisitRow, VisitStatus } from './visit.types.js';

const LOCKED = 'FOR UPDATE OF v';

/** Visits as the payments module reaches them. One payment pays a visit, whole. */
@Injectable()
export class VisitPayable implements PayablePort {
  readonly kind = 'visit';

  constructor(
    @Inject(CONFIG) private readonly config: Pick<Config, 'visitAccessHours'>,
    private readonly visits: VisitRepository,
    private readonly opening: VisitOpening,
    private readonly audits: Audits,
  ) {}

  async find(id: ObjectId): Promise<Payable | null> {
    const row = await this.visits.find(id);
    return row && toPayable(row);
  }

  async lock(manager: EntityManager, id: ObjectId): Promise<Payable | null> {
    const row = await this.visits.find(id, manager, LOCKED);
    return row && toPayable(row);
  }

  /**
   * An open visit becomes active for its hours; one that its payment paid before gets back what a refund
   * had taken. Whatever else arrives is left to nobody's account.
   */
  async settle(manager: EntityManager, fact: PayableFact): Promise<{ appliedMinor: bigint }> {
    assertPositive(fact);
    const visit = await this.locked(manager, fact);
    if (visit.payment_id === fact.paymentId) return this.restore(manager, fact, visit);
    const isOver = visit.status === 'active' || visit.status === 'expired';
    // Part of an earlier payment, come back, buys no visit.
    if (isOver || fact.returned) return { appliedMinor: 0n };
    return this.activate(manager, fact, visit);
  }

  /** Access ends when all of it has gone back. @throws Error when the visit never got as much. */
  async reverse(manager: EntityManager, fact: PayableFact): Promise<void> {
    assertPositive(fact);
    const before = await this.locked(manager, fact);
    const [moved] = await change<{ status: VisitStatus; paid_minor: string }>(
      manager,
      `UPDATE visits SET paid_minor = paid_minor - $3::bigint,
         status = CASE WHEN paid_minor = $3::bigint THEN 'refunded' ELSE status END,
         version = version + 1, updated_at = now()
       WHERE id = $1 AND payment_id = $2 AND paid_minor >= $3::bigint
       RETURNING status, paid_minor`,
      [fact.payableId, fact.paymentId, fact.amountMinor.toString()],
    );
    if (!moved) {
      throw new Error(
        `visit ${fact.payableId} cannot give back ${fact.amountMinor} of payment ${fact.paymentId}`,
      );
    }
    const action = moved.status === 'refunded' ? 'visit.refunded' : 'visit.payment_reversed';
    await this.audit(manager, fact, before, action);
  }

  async describe(ids: number[]): Promise<Map<number, PayableDescription>> {
    const rows = await this.visits.findAll(ids);
    return new Map(rows.map((row) => [row.id, describeVisit(row)]));
  }

  /** Money of a payment that was opened at an earlier price buys the visit at that price. */
  private async activate(
    manager: EntityManager,
    fact: PayableFact,
    visit: VisitRow,
  ): Promise<{ appliedMinor: bigint }> {
    const activate = (): Promise<unknown[]> =>
      change(
        manager,
        `UPDATE visits v SET status = 'active', payment_id = p.id, currency = p.currency,
           cost_minor = $3::bigint, paid_minor = $3::bigint, paid_at = app_now(),
           expires_at = app_now() + make_interval(hours => $4), verified_at = NULL,
           version = v.version + 1, updated_at = now()
         FROM payments p WHERE v.id = $1 AND p.id = $2 RETURNING v.id`,
        [fact.payableId, fact.paymentId, fact.amountMinor.toString(), this.config.visitAccessHours],
      );
    if (visit.status === 'pending') await activate();
    else if (!(await this.opening.takePlace(manager, visit, fact.actor, activate))) {
      return { appliedMinor: 0n };
    }
    await this.audit(manager, fact, visit, 'visit.active');
    return { appliedMinor: fact.amountMinor };
  }

  /** A refund came back: what is left of the visitor's hours is theirs again, unless they paid anew. */
  private async restore(
    manager: EntityManager,
    fact: PayableFact,
    visit: VisitRow,
  ): Promise<{ appliedMinor: bigint }> {
    const missing = BigInt(visit.cost_minor) - BigInt(visit.paid_minor);
    const appliedMinor = fact.amountMinor < missing ? fact.amountMinor : missing;
    if (appliedMinor === 0n) return { appliedMinor };
    const restore = (): Promise<unknown[]> =>
      change(
        manager,
        `UPDATE visits SET paid_minor = paid_minor + $2::bigint,
           status = CASE WHEN status <> 'refunded' THEN status
             WHEN expires_at <= app_now() THEN 'expired' ELSE 'active' END,
           version = version + 1, updated_at = now()
         WHERE id = $1 RETURNING id`,
        [visit.id, appliedMinor.toString()],
      );
    if (visit.status !== 'refunded') await restore();
    else if (!(await this.opening.takePlace(manager, visit, fact.actor, restore))) {
      return { appliedMinor: 0n };
    }
    await this.audit(manager, fact, visit, 'visit.payment_restored');
    return { appliedMinor };
  }

  private async locked(manager: EntityManager, fact: PayableFact): Promise<VisitRow> {
    const visit = await this.visits.find({ id: fact.payableId }, manager, LOCKED);
    if (!visit) throw new Error(`visit ${fact.payableId} does not exist`);
    return visit;
  }

  private async audit(
    manager: EntityManager,
    fact: PayableFact,
    before: VisitRow,
    action: string,
  ): Promise<void> {
    const after = await this.locked(manager, fact);
    await this.audits.append(manager, [
      {
        accountId: after.account_id,
        actor: fact.actor,
        action,
        objectType: 'visit',
        objectId: after.id,
        paymentId: fact.paymentId,
        changes: {
          property: after.property_id,
          status: [before.status, after.status],
          amount_paid: [
            formatMinor(before.paid_minor, before.currency),
            formatMinor(after.paid_minor, after.currency),
          ],
          currency: after.currency,
          expires_at: after.expires_at?.toISOString() ?? null,
        },
      },
    ]);
  }
}

function assertPositive({ amountMinor, paymentId }: PayableFact): void {
  if (amountMinor <= 0n) throw new Error(`payment ${paymentId} moves ${amountMinor}`);
}

function titleOf(row: VisitRow): string {
  return `Visit to ${row.property_title}`;
}

function referenceOf(row: VisitRow): string {
  return `VISIT-${row.id}`;
}

/** What of a house stands in payments, prompts and mails is what everybody sees. */
function toPayable(row: VisitRow): Payable {
  return {
    kind: 'visit',
    id: row.id,
    uuid: row.uuid,
    accountId: row.account_id,
    reference: referenceOf(row),
    title: titleOf(row),
    currency: row.currency,
    totalMinor: BigInt(row.cost_minor),
    paidMinor: BigInt(row.paid_minor),
    owedMinor: row.status === 'pending' ? BigInt(row.cost_minor) : 0n,
    customerId: row.user_id,
    customerName: row.user_name,
    customerEmail: row.user_email,
    customerPhone: row.user_phone,
    ownerId: row.owner_id,
    acceptsParts: false,
  };
}

function describeVisit(row: VisitRow): PayableDescription {
  return {
    kind: 'visit',
    id: row.id,
    uuid: row.uuid,
    reference: referenceOf(row),
    status: row.status,
    title: titleOf(row),
    property: row.property_title,
    location: `${row.property_city}, ${row.property_country}`,
    checkIn: null,
    checkOut: null,
    guests: null,
    customerName: row.user_name,
    customerEmail: row.user_email,
    customerPhone: row.user_phone,
  };
}
