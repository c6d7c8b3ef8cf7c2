import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Audits } from '../../audits/index.js';
import { actorOf, DomainError, type ObjectId, type Principal } from '../../common/index.js';
import { change, Transactions } from '../../database/index.js';
import { isOpen } from '../attempt.state.js';
import type { AttemptRow } from '../payment.entity.js';
import { PaymentReader } from '../payment-reader.service.js';
import { PaymentRepository } from '../payment.repository.js';
import { Settlement } from '../settlement/settlement.service.js';

export interface Resolution {
  outcome: 'completed' | 'failed';
  gatewayTransactionId: string | null;
  /** What proves it: a statement line, a reply of the gateway's support… */
  evidence: string;
  reason: string;
}

export interface ResolvedAttempt {
  status: 'proposed' | 'confirmed';
  proposedBy: number;
  decidedBy: number | null;
  resolution: Resolution;
}

interface ProposalRow {
  id: number;
  outcome: 'completed' | 'failed';
  gateway_transaction_id: string | null;
  evidence: string;
  reason: string;
  proposed_by: number;
}

/**
 * People settle an attempt that the gateway cannot answer for: one proposes, another person confirms
 * by naming the same outcome. Only then does it go through the settle path, as evidence.
 */
@Injectable()
export class Resolutions {
  constructor(
    private readonly transactions: Transactions,
    private readonly reader: PaymentReader,
    private readonly repository: PaymentRepository,
    private readonly settlement: Settlement,
    private readonly audits: Audits,
  ) {}

  async resolve(caller: Principal, id: ObjectId, wanted: Resolution): Promise<ResolvedAttempt> {
    const attempt = await this.reader.attempt(caller, id);
    return this.transactions.run(async (manager) => {
      const proposal = await this.lockProposal(manager, attempt.id);
      assertResolvable(await this.repository.findAttempt(manager, attempt.id));
      if (!proposal || proposal.proposed_by === caller.userId) {
        return this.propose(manager, caller, attempt, wanted, proposal);
      }
      if (proposal.outcome !== wanted.outcome) {
        throw new DomainError(
          'conflict',
          'resolution_differs',
          `A colleague proposed ${proposal.outcome}: confirm with the same outcome, or agree with them first`,
        );
      }
      return this.confirm(manager, caller, attempt, proposal);
    });
  }

  private async lockProposal(
    manager: EntityManager,
    attemptId: number,
  ): Promise<ProposalRow | null> {
    const rows: ProposalRow[] = await manager.query(
      `SELECT id, outcome, gateway_transaction_id, evidence, reason, proposed_by
       FROM transaction_resolutions WHERE transaction_id = $1 AND status = 'proposed' FOR UPDATE`,
      [attemptId],
    );
    return rows[0] ?? null;
  }

  /** Two first proposals at once: the unique index lets one in, the other gets a conflict. */
  private async propose(
    manager: EntityManager,
    caller: Principal,
    attempt: AttemptRow,
    wanted: Resolution,
    earlier: ProposalRow | null,
  ): Promise<ResolvedAttempt> {
    if (earlier) {
      await change(
        manager,
        `UPDATE transaction_resolutions SET status = 'superseded' WHERE id = $1 RETURNING id`,
        [earlier.id],
      );
    }
    await manager.query(
      `INSERT INTO transaction_resolutions
         (transaction_id, outcome, gateway_transaction_id, evidence, reason, proposed_by)
       VALUES ($1, $2, $3, $4, $5, $6)`,
      [
        attempt.id,
        wanted.outcome,
        wanted.gatewayTransactionId,
        wanted.evidence,
        wanted.reason,
        caller.userId,
      ],
    );
    await this.audit(manager, caller, attempt, 'transaction.resolution_proposed', wanted);
    return { status: 'proposed', proposedBy: caller.userId, decidedBy: null, resolution: wanted };
  }

  private async confirm(
    manager: EntityManager,
    caller: Principal,
    attempt: AttemptRow,
    proposal: ProposalRow,
  ): Promise<ResolvedAttempt> {
    const resolution: Resolution = {
      outcome: proposal.outcome,
      gatewayTransactionId: proposal.gateway_transaction_id,
      evidence: proposal.evidence,
      reason: proposal.reason,
    };
    await change(
      manager,
      `UPDATE transaction_resolutions SET status = 'confirmed', decided_by = $2, decided_at = now()
       WHERE id = $1 RETURNING id`,
      [proposal.id, caller.userId],
    );
    await this.audit(manager, caller, attempt, 'transaction.resolution_confirmed', resolution);
    await this.settle(manager, caller, attempt, resolution);
    return {
      status: 'confirmed',
      proposedBy: proposal.proposed_by,
      decidedBy: caller.userId,
      resolution,
    };
  }

  private async settle(
    manager: EntityManager,
    caller: Principal,
    attempt: AttemptRow,
    resolution: Resolution,
  ): Promise<void> {
    const shared = { transactionId: attempt.id, wireStatus: null, actor: actorOf(caller) };
    const settled = await this.settlement.settle(
      manager,
      resolution.outcome === 'completed'
        ? {
            ...shared,
            kind: 'paid',
            cause: 'evidence',
            gatewayTransactionId: resolution.gatewayTransactionId,
            amount: null,
          }
        : {
            ...shared,
            kind: 'failed',
            outcome: 'failed',
            code: 'resolved_by_staff',
            reason: resolution.reason,
          },
    );
    if (settled.disposition === 'parked') {
      throw new DomainError(
        'conflict',
        settled.reason ?? 'parked',
        'The evidence contradicts what is recorded',
      );
    }
    if (resolution.outcome === 'failed') {
      await change(
        manager,
        'UPDATE payment_transactions SET review_reason = NULL, updated_at = now() WHERE id = $1 RETURNING id',
        [attempt.id],
      );
    }
  }

  private async audit(
    manager: EntityManager,
    caller: Principal,
    attempt: AttemptRow,
    action: string,
    resolution: Resolution,
  ): Promise<void> {
    await this.audits.append(manager, [
      {
        accountId: attempt.account_id,
        actor: actorOf(caller),
        action,
        objectType: 'transaction',
        objectId: attempt.id,
        paymentId: attempt.payment_id,
        changes: { ...resolution },
      },
    ]);
  }
}

function assertResolvable(attempt: AttemptRow | null): void {
  const waiting = attempt && attempt.status !== 'completed' && attempt.sent_at !== null;
  if (waiting && (isOpen(attempt.status) || attempt.review_reason !== null)) return;
  throw new DomainError(
    'conflict',
    'transaction_not_resolvable',
    'Only an attempt that went out and waits for an answer, or is marked for review, can be resolved',
  );
}
