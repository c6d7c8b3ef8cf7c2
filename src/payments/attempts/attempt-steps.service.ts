import { Inject, Injectable, Logger } from '@nestjs/common';
import { gatewayActor, SYSTEM } from '../../common/index.js';
import { CONFIG, type Config } from '../../config/index.js';
import { change, Transactions } from '../../database/index.js';
import type { InitiateResult, PaymentProvider, StatusResult } from '../../providers/index.js';
import type { AttemptRow } from '../payment.entity.js';
import { Settlement } from '../settlement/settlement.service.js';
import { AttemptOutcome } from './attempt-outcome.service.js';
import { isAnswerLost, requestOf } from './attempt.view.js';

/** Nobody expects a prompt later than this; a page that came late is only a page. */
const REPEAT_WITHIN_MS = { prompt: 300_000, redirect: 20 * 3_600_000, none: 0 };

/** What can be done to an attempt that no caller looks after, each in a commit of its own. */
@Injectable()
export class AttemptSteps {
  private readonly logger = new Logger(AttemptSteps.name);

  constructor(
    @Inject(CONFIG) private readonly config: Pick<Config, 'publicUrl'>,
    private readonly transactions: Transactions,
    private readonly outcome: AttemptOutcome,
    private readonly settlement: Settlement,
  ) {}

  /**
   * The process died before the gateway was called: nobody waits for the prompt any more, so it is
   * closed rather than sent. False when the call went out after all.
   */
  async closeUnsent(attempt: AttemptRow): Promise<boolean> {
    return this.transactions
      .run(async (manager) => {
        const settled = await this.settlement.settle(manager, {
          kind: 'failed',
          transactionId: attempt.id,
          outcome: 'failed',
          code: 'not_sent',
          reason: 'The request ended before the gateway was called; nothing was sent',
          wireStatus: null,
          actor: SYSTEM,
        });
        const [row]: { sent: boolean }[] = await manager.query(
          'SELECT sent_at IS NOT NULL AS sent FROM payment_transactions WHERE id = $1',
          [attempt.id],
        );
        if (row?.sent) throw new SentMeanwhileError();
        return settled.disposition === 'applied';
      })
      .catch((error: unknown) => {
        if (error instanceof SentMeanwhileError) return false;
        throw error;
      });
  }

  /** The process died while the gateway was being called: perhaps sent. */
  async markUnknown(attempt: AttemptRow): Promise<void> {
    await this.transactions.run((manager) =>
      this.outcome.unknown(manager, attempt, 'The answer of the gateway was lost'),
    );
  }

  /**
   * Sends the same order again, where the gateway keeps one per reference: its answer is the one that was
   * lost. `unknown`: not possible here, or no trustworthy answer again, so all is as it was.
   */
  async repeat(
    attempt: AttemptRow,
    provider: PaymentProvider,
  ): Promise<'accepted' | 'declined' | 'unknown'> {
    const { flow, repeatSafe } = provider.capabilities;
    const agedMs = Date.now() - attempt.created_at.getTime();
    if (!repeatSafe.initiate || !isAnswerLost(attempt) || agedMs > REPEAT_WITHIN_MS[flow]) {
      return 'unknown';
    }
    let result: InitiateResult;
    try {
      result = await provider.initiate(requestOf(attempt, this.config.publicUrl));
    } catch (error) {
      // Also what surely did not reach the gateway now says nothing of the first time.
      this.logger.warn(`attempt ${attempt.id}: repeated, and unknown still: ${String(error)}`);
      return 'unknown';
    }
    await this.transactions.run(async (manager) => {
      if (result.outcome === 'accepted') {
        await this.outcome.accepted(manager, provider, attempt, result);
        return;
      }
      await this.settlement.settle(manager, {
        kind: 'failed',
        transactionId: attempt.id,
        outcome: 'failed',
        code: result.code,
        reason: result.message,
        wireStatus: null,
        actor: gatewayActor(attempt.provider),
      });
    });
    return result.outcome;
  }

  async report(attempt: AttemptRow, result: StatusResult): Promise<string | null> {
    return this.transactions.run(async (manager) => {
      const settled = await this.outcome.reported(manager, attempt, result);
      if (settled.disposition === 'parked') {
        await this.outcome.flag(manager, attempt, settled.reason ?? 'parked', result.wireStatus);
      }
      return settled.reason;
    });
  }

  /** Closes what nobody answered. Evidence that comes later still completes it. */
  async expire(attempt: AttemptRow, reviewReason: string | undefined): Promise<void> {
    await this.transactions.run((manager) =>
      this.settlement.settle(manager, {
        kind: 'failed',
        transactionId: attempt.id,
        outcome: 'expired',
        code: 'expired',
        reason: 'The payer did not answer the prompt in time',
        wireStatus: null,
        ...(reviewReason ? { reviewReason } : {}),
        actor: SYSTEM,
      }),
    );
  }

  async note(attempt: AttemptRow, wireStatus: string): Promise<void> {
    await this.transactions.run((manager) =>
      change(
        manager,
        `UPDATE payment_transactions SET wire_status = $2, updated_at = now()
         WHERE id = $1 RETURNING id`,
        [attempt.id, wireStatus],
      ),
    );
  }

  /** The gateway has said twice that the order never reached it. */
  async closeMissing(attempt: AttemptRow): Promise<void> {
    await this.transactions.run((manager) =>
      this.settlement.settle(manager, {
        kind: 'failed',
        transactionId: attempt.id,
        outcome: 'failed',
        code: 'not_received',
        reason: 'The gateway did not receive the order',
        wireStatus: null,
        actor: SYSTEM,
      }),
    );
  }

  /** The gateway could not say how it stands: a person has to find out. */
  async handOver(attempt: AttemptRow, reason: string): Promise<void> {
    await this.transactions.run((manager) => this.outcome.handedOver(manager, attempt, reason));
  }
}

class SentMeanwhileError extends Error {}
