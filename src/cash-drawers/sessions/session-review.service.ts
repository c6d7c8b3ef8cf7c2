import { Injectable } from '@nestjs/common';
import { Audits } from '../../audits/index.js';
import { actorOf, type ObjectId, type Principal } from '../../common/index.js';
import { change, Transactions } from '../../database/index.js';
import { secondPersonNeeded, sessionNotClosed, sessionReviewed } from '../cash.errors.js';
import type { SessionRow } from '../cash.types.js';
import { SessionVariances } from './session-variances.service.js';
import { lockSession, readSession } from './session.query.js';

/** A second person looks at a closed session. A variance above the limit is posted only then. */
@Injectable()
export class SessionReview {
  constructor(
    private readonly transactions: Transactions,
    private readonly variances: SessionVariances,
    private readonly audits: Audits,
  ) {}

  /**
   * The same claim again answers the session it reviewed before.
   * @throws DomainError 403 for its cashier and for who closed it, 409 unless it is closed and not reviewed.
   */
  review(
    caller: Principal,
    id: ObjectId,
    notes: string,
    claimId: string | null,
  ): Promise<SessionRow> {
    return this.transactions.run(async (manager) => {
      const session = await lockSession(manager, caller, id);
      if (claimId && session.review_claim_id === claimId) return session;
      if (session.status === 'reviewed') throw sessionReviewed();
      if (session.status !== 'closed') throw sessionNotClosed();
      if (caller.userId === session.closed_by || caller.userId === session.cashier_id) {
        throw secondPersonNeeded(
          'A session is reviewed by somebody other than its cashier and who closed it',
        );
      }
      await change(
        manager,
        `UPDATE cash_sessions SET status = 'reviewed', reviewed_by = $2,
           reviewed_at = clock_timestamp(), review_notes = $3, review_claim_id = $4,
           updated_at = now() WHERE id = $1 RETURNING id`,
        [session.id, caller.userId, notes, claimId],
      );
      if (session.review_required) {
        const outcomes = session.currencies.map((each) => ({
          currency: each.currency,
          varianceMinor: BigInt(each.variance_minor ?? 0),
        }));
        await this.variances.post(manager, session, outcomes);
      }
      await this.audits.append(manager, [
        {
          accountId: session.account_id,
          actor: actorOf(caller),
          action: 'cash_session.reviewed',
          objectType: 'cash_session',
          objectId: session.id,
          changes: { status: ['closed', 'reviewed'], ...(notes ? { notes } : {}) },
        },
      ]);
      return readSession(manager, caller, { id: session.id });
    });
  }
}
