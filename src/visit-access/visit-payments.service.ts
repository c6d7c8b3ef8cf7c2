import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { DomainError } from '../common/index.js';
import { CONFIG, type Config } from '../config/index.js';
import {
  type CheckoutOrder,
  Checkouts,
  PaymentReader,
  type StartedCheckout,
} from '../payments/index.js';
import { VisitAttempts } from './visit-attempts.repository.js';

/** How often a call that waits for another one's prompt looks how far that is. */
const LOOK_EVERY_MS = 100;
/** The other call's commits come after its gateway has answered. */
const COMMIT_MS = 2_000;

/** Starts a visit's payment, once: whoever comes while a prompt is on its way gets that one. */
@Injectable()
export class VisitPayments {
  constructor(
    @Inject(CONFIG) private readonly config: Pick<Config, 'gateway'>,
    private readonly checkouts: Checkouts,
    private readonly attempts: VisitAttempts,
    private readonly reader: PaymentReader,
  ) {}

  /**
   * @throws DomainError 400 `gateway_declined`, 502/503 when the gateway surely did not get the order,
   * 400 `payment_already_completed` when the money came in the meantime.
   */
  async start(order: CheckoutOrder): Promise<StartedCheckout> {
    try {
      return await this.checkouts.start(order);
    } catch (error) {
      const running = isInProgress(error) ? await this.attempts.running(order.payable.id) : null;
      if (running !== null) return this.follow(running);
      // Checkouts words a gateway's failure for another surface, with what it was as the cause.
      throw error instanceof DomainError && error.extra.cause instanceof DomainError
        ? error.extra.cause
        : error;
    }
  }

  /** The attempt under way, once its call has returned; what that call failed with fails this one. */
  private async follow(attemptId: number): Promise<StartedCheckout> {
    const deadline = Date.now() + this.config.gateway.totalTimeoutMs + COMMIT_MS;
    for (;;) {
      const started = await this.reader.started(attemptId);
      const { status, failure_code, failure_reason } = started.attempt;
      if (status === 'failed') throw failedWith(failure_code ?? '', failure_reason);
      if (status !== 'initiated' || Date.now() > deadline) return started;
      await delay(LOOK_EVERY_MS);
    }
  }
}

function isInProgress(error: unknown): boolean {
  return error instanceof DomainError && error.code === 'attempt_in_progress';
}

function failedWith(code: string, reason: string | null): DomainError {
  const details = reason === null ? {} : { details: reason };
  return code === 'gateway_unreachable'
    ? new DomainError('unavailable', code, 'The gateway cannot be reached', details)
    : new DomainError('refused', 'gateway_declined', 'The gateway declined the payment', details);
}
