import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Audits } from '../../audits/index.js';
import {
  actorOf,
  formatMinor,
  invalidField,
  type ObjectId,
  type Principal,
} from '../../common/index.js';
import { change, Transactions } from '../../database/index.js';
import { countMissing, sessionClosed } from '../cash.errors.js';
import type { SessionRow } from '../cash.types.js';
import { contentOf } from '../reports/report.content.js';
import {
  expectedOf,
  readLines,
  readOtherTenders,
  type ReportLine,
} from '../reports/report.lines.js';
import { type ZContent, ZReports } from '../reports/z-reports.service.js';
import { SessionCounting } from './session-counting.service.js';
import type { CloseSessionDto } from './session-requests.dto.js';
import { SessionVariances } from './session-variances.service.js';
import { lockSession, readSession } from './session.query.js';
import { assertMayWorkIn } from './session.rules.js';
import { needsReview, type Outcome, outcomesOf } from './session.variance.js';

/** What the closing transaction has found out so far. */
interface Closing {
  caller: Principal;
  session: SessionRow;
  lines: ReportLine[];
  outcomes: Outcome[];
  notes: string;
  closedAt: Date;
}

/**
 * Ends a session. Under its lock, which sales wait for, what must be there is added up from the events,
 * compared with the count and frozen, and the Z report written: all of it or nothing.
 */
@Injectable()
export class SessionClosing {
  constructor(
    private readonly transactions: Transactions,
    private readonly counting: SessionCounting,
    private readonly variances: SessionVariances,
    private readonly reports: ZReports,
    private readonly audits: Audits,
  ) {}

  /**
   * The same claim again answers the session it closed before.
   * @throws DomainError 400 for a bad count, 403 in somebody else's session, 409 when it is closed or was
   * never counted.
   */
  close(
    caller: Principal,
    id: ObjectId,
    wanted: CloseSessionDto,
    claimId: string | null,
  ): Promise<SessionRow> {
    return this.transactions.run(async (manager) => {
      const found = await lockSession(manager, caller, id);
      if (claimId && found.close_claim_id === claimId) return found;
      assertMayWorkIn(caller, found);
      if (found.status === 'closed' || found.status === 'reviewed') throw sessionClosed();
      if (!wanted.counted && found.status === 'open') throw countMissing();
      const session = wanted.counted
        ? await this.counting.write(manager, caller, found, wanted.counted)
        : found;
      const closing = await this.workOut(manager, caller, session, wanted.notes?.trim() ?? '');
      await this.freeze(manager, closing, claimId);
      return readSession(manager, caller, { id: session.id });
    });
  }

  private async workOut(
    manager: EntityManager,
    caller: Principal,
    session: SessionRow,
    notes: string,
  ): Promise<Closing> {
    const lines = await readLines(manager, session.id);
    const expected = expectedOf(lines);
    for (const { currency, counted_minor: counted, balance_minor: balance } of session.currencies) {
      const sum = expected.get(currency) ?? 0n;
      if (sum !== BigInt(balance)) {
        throw new Error(`events of session ${session.id} make ${sum} ${currency}, not ${balance}`);
      }
      const used = lines.some((line) => line.currency === currency && line.direction !== 0);
      if (counted === null && used) {
        throw invalidField('counted', `must say how much ${currency} was counted`);
      }
    }
    const limits = await this.limits(manager, session);
    const [clock]: { at: Date }[] = await manager.query('SELECT clock_timestamp() AS at');
    return {
      caller,
      session,
      lines,
      outcomes: outcomesOf(session.currencies, expected, limits),
      notes,
      closedAt: clock?.at ?? new Date(),
    };
  }

  private limits(
    manager: EntityManager,
    session: SessionRow,
  ): Promise<{ currency: string; variance_limit_minor: string | null }[]> {
    return manager.query(
      'SELECT currency, variance_limit_minor FROM cash_drawer_currencies WHERE drawer_id = $1',
      [session.drawer_id],
    );
  }

  private async freeze(
    manager: EntityManager,
    closing: Closing,
    claimId: string | null,
  ): Promise<void> {
    const { caller, session, outcomes, notes, closedAt } = closing;
    await change(
      manager,
      `UPDATE cash_session_currencies c
       SET expected_minor = input.expected, counted_minor = input.counted,
         variance_minor = input.variance, variance_limit_minor = input.variance_limit
       FROM unnest($2::text[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[])
         AS input (currency, expected, counted, variance, variance_limit)
       WHERE c.session_id = $1 AND c.currency = input.currency RETURNING c.currency`,
      [
        session.id,
        outcomes.map(({ currency }) => currency),
        outcomes.map(({ expectedMinor }) => expectedMinor.toString()),
        outcomes.map(({ countedMinor }) => countedMinor.toString()),
        outcomes.map(({ varianceMinor }) => varianceMinor.toString()),
        outcomes.map(({ limitMinor }) => limitMinor?.toString() ?? null),
      ],
    );
    const reviewRequired = outcomes.some(needsReview);
    const content = await this.contentOf(manager, closing, reviewRequired);
    const reportId = await this.reports.write(manager, session, content);
    await change(
      manager,
      `UPDATE cash_sessions SET status = 'closed', closing_notes = $2, closed_by = $3,
         closed_at = $4, last_event_id = $5, event_count = $6, review_required = $7,
         z_report_id = $8, close_claim_id = $9, updated_at = now() WHERE id = $1 RETURNING id`,
      [
        session.id,
        notes,
        caller.userId,
        closedAt,
        content.last_event_id,
        content.event_count,
        reviewRequired,
        reportId,
        claimId,
      ],
    );
    if (!reviewRequired) await this.variances.post(manager, session, outcomes);
    await this.audit(manager, closing, reviewRequired);
  }

  private async contentOf(
    manager: EntityManager,
    { caller, session, lines, notes, closedAt }: Closing,
    reviewRequired: boolean,
  ): Promise<ZContent> {
    const [names]: { drawer_uuid: string; closer: string }[] = await manager.query(
      `SELECT d.uuid AS drawer_uuid, u.name AS closer FROM cash_drawers d, users u
       WHERE d.id = $1 AND u.id = $2`,
      [session.drawer_id, caller.userId],
    );
    const others = await readOtherTenders(manager, session.id);
    return {
      number: session.number,
      account: session.account_id,
      drawer: {
        id: session.drawer_id,
        uuid: names?.drawer_uuid ?? '',
        name: session.drawer_name,
        location: session.drawer_location,
      },
      session: {
        id: session.id,
        uuid: session.uuid,
        number: session.number,
        opened_at: session.opened_at.toISOString(),
        closed_at: closedAt.toISOString(),
      },
      cashier: { id: session.cashier_id, name: session.cashier_name },
      closed_by: { id: caller.userId, name: names?.closer ?? '' },
      review_required: reviewRequired,
      notes: { opening: session.opening_notes, closing: notes },
      ...contentOf(withCounts(session), lines, others),
    };
  }

  private async audit(
    manager: EntityManager,
    { caller, session, outcomes }: Closing,
    reviewRequired: boolean,
  ): Promise<void> {
    await this.audits.append(manager, [
      {
        accountId: session.account_id,
        actor: actorOf(caller),
        action: 'cash_session.closed',
        objectType: 'cash_session',
        objectId: session.id,
        changes: {
          status: [session.status, 'closed'],
          review_required: reviewRequired,
          amounts: outcomes.map((outcome) => ({
            currency: outcome.currency,
            expected: formatMinor(outcome.expectedMinor, outcome.currency),
            counted: formatMinor(outcome.countedMinor, outcome.currency),
            variance: formatMinor(outcome.varianceMinor, outcome.currency),
          })),
        },
      },
    ]);
  }
}

/** What nothing happened to and nobody counted is counted as nothing. */
function withCounts(session: SessionRow): Pick<SessionRow, 'currencies'> {
  return {
    currencies: session.currencies.map((each) => ({
      ...each,
      counted_minor: each.counted_minor ?? '0',
    })),
  };
}
