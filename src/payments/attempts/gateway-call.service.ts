import { Inject, Injectable, Logger } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { DomainError, gatewayActor, notePayment } from '../../common/index.js';
import { CONFIG, type Config } from '../../config/index.js';
import { Transactions } from '../../database/index.js';
import {
  type InitiateResult,
  type PaymentProvider,
  ProviderMisconfiguredError,
  ProviderUnavailableError,
  ProviderUnsupportedError,
} from '../../providers/index.js';
import type { AttemptRow } from '../payment.entity.js';
import { attemptInProgress } from '../payment.errors.js';
import { Settlement } from '../settlement/settlement.service.js';
import {
  AttemptOpening,
  type AttemptOrder,
  type OpenedAttempt,
} from './attempt-opening.service.js';
import { AttemptOutcome } from './attempt-outcome.service.js';
import { requestOf } from './attempt.view.js';

type CallResult =
  | InitiateResult
  | { outcome: 'unknown'; why: string }
  | { outcome: 'not_sent'; error: DomainError };

export interface StartedAttempt {
  attemptId: number;
  paymentId: number;
  /** False while no trustworthy answer of the gateway is there. */
  acknowledged: boolean;
}

/**
 * Starts an attempt: written, marked as sent, called, recorded, each step in a commit of its own, so
 * that a crash anywhere leaves an attempt that recovery can tell the truth about.
 */
@Injectable()
export class GatewayCall {
  private readonly logger = new Logger(GatewayCall.name);

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly transactions: Transactions,
    private readonly opening: AttemptOpening,
    private readonly outcome: AttemptOutcome,
    private readonly settlement: Settlement,
  ) {}

  /**
   * @throws DomainError 400 `gateway_declined`, 409 while another attempt is open, 502/503 when the
   * gateway surely did not get the order.
   */
  async start(
    order: AttemptOrder,
    open: (manager: EntityManager) => Promise<OpenedAttempt>,
  ): Promise<StartedAttempt> {
    const opened = await this.transactions.run(open);
    const { attempt } = opened;
    notePayment(attempt.payment_id);
    const started = { attemptId: attempt.id, paymentId: attempt.payment_id };
    if (!opened.toBeSent) return { ...started, acknowledged: wasAcknowledged(attempt) };
    const sent = await this.transactions.run((manager) =>
      this.opening.markSent(manager, opened, order.actor),
    );
    if (!sent) throw attemptInProgress(1);
    const result = await this.call(order, opened);
    await this.record(order.provider, attempt, result);
    return { ...started, acknowledged: result.outcome === 'accepted' };
  }

  private async call(order: AttemptOrder, opened: OpenedAttempt): Promise<CallResult> {
    const { attempt } = opened;
    try {
      return await order.provider.initiate(requestOf(attempt, this.config.publicUrl));
    } catch (error) {
      const refusal = notSent(error);
      if (refusal) return { outcome: 'not_sent', error: refusal };
      // Anything else may have reached the gateway, our own mistakes included.
      this.logger.warn(`attempt ${attempt.id}: outcome unknown: ${String(error)}`);
      return { outcome: 'unknown', why: error instanceof Error ? error.message : String(error) };
    }
  }

  private async record(
    provider: PaymentProvider,
    attempt: AttemptRow,
    result: CallResult,
  ): Promise<void> {
    switch (result.outcome) {
      case 'accepted':
        return this.transactions.run((manager) =>
          this.outcome.accepted(manager, provider, attempt, result),
        );
      case 'unknown':
        return this.transactions.run((manager) =>
          this.outcome.unknown(manager, attempt, result.why),
        );
      case 'declined':
        await this.fail(attempt, result.code, result.message);
        throw new DomainError('refused', 'gateway_declined', 'The gateway declined the payment', {
          details: result.message,
        });
      case 'not_sent':
        await this.fail(attempt, result.error.code, result.error.message);
        throw result.error;
    }
  }

  private async fail(attempt: AttemptRow, code: string, reason: string): Promise<void> {
    await this.transactions.run((manager) =>
      this.settlement.settle(manager, {
        kind: 'failed',
        transactionId: attempt.id,
        outcome: 'failed',
        code,
        reason,
        wireStatus: null,
        actor: gatewayActor(attempt.provider),
      }),
    );
  }
}

/**
 * An attempt that an earlier call of the same caller started: what that call would have answered.
 * @throws DomainError for one that has failed since.
 */
function wasAcknowledged(attempt: AttemptRow): boolean {
  if (attempt.status === 'failed') {
    throw new DomainError('refused', 'gateway_declined', 'The gateway declined the payment', {
      details: attempt.failure_reason ?? 'No reason was given',
    });
  }
  return attempt.status !== 'unknown' && attempt.status !== 'initiated';
}

/** The errors that say the order surely did not reach the gateway; null for any other. */
function notSent(error: unknown): DomainError | null {
  if (error instanceof ProviderUnavailableError) {
    return error.reason === 'rejected'
      ? new DomainError('gateway_failed', 'gateway_rejected', 'The gateway refused the request', {
          details: error.message,
        })
      : new DomainError('unavailable', 'gateway_unreachable', 'The gateway cannot be reached', {
          details: error.message,
          retryAfterS: 5,
        });
  }
  if (error instanceof ProviderMisconfiguredError || error instanceof ProviderUnsupportedError) {
    return new DomainError(
      'gateway_failed',
      'gateway_misconfigured',
      'The gateway is not set up correctly: an administrator has to check its settings',
      { details: error.message },
    );
  }
  return null;
}
