import { Injectable, Logger } from '@nestjs/common';
import { SYSTEM } from '../../common/index.js';
import { Transactions } from '../../database/index.js';
import { type PaymentProvider, Providers } from '../../providers/index.js';
import { AttemptSteps } from '../attempts/attempt-steps.service.js';
import { AttemptOutcome } from '../attempts/attempt-outcome.service.js';
import { viewOf } from '../attempts/attempt.view.js';
import type { AttemptRow } from '../payment.entity.js';
import { attemptInProgress } from '../payment.errors.js';
import { Settlement } from '../settlement/settlement.service.js';

/**
 * Makes room for another gateway: an open hosted page is closed at its gateway where that can be done,
 * and given up here. If it is paid all the same, that money is an overpayment. A prompt cannot be taken
 * back, so it stands in the way.
 */
@Injectable()
export class Superseding {
  private readonly logger = new Logger(Superseding.name);

  constructor(
    private readonly transactions: Transactions,
    private readonly providers: Providers,
    private readonly outcome: AttemptOutcome,
    private readonly settlement: Settlement,
    private readonly steps: AttemptSteps,
  ) {}

  /** Gets the page again whose address was lost, where the gateway knows a repeat. False: it stays lost. */
  async recover(attempt: AttemptRow): Promise<boolean> {
    return (await this.steps.repeat(attempt, this.providers.get(attempt.provider))) !== 'unknown';
  }

  /** @throws DomainError 409 for an open prompt. */
  async supersede(
    attempt: AttemptRow,
    reason = 'Another payment page took its place',
  ): Promise<void> {
    const provider = this.providers.get(attempt.provider);
    if (provider.capabilities.flow !== 'redirect') throw attemptInProgress(30);
    if (!(await this.close(provider, attempt))) await this.look(provider, attempt);
    await this.transactions.run((manager) =>
      this.settlement.settle(manager, {
        kind: 'failed',
        transactionId: attempt.id,
        outcome: 'expired',
        code: 'superseded',
        reason,
        wireStatus: null,
        actor: SYSTEM,
      }),
    );
  }

  private async close(provider: PaymentProvider, attempt: AttemptRow): Promise<boolean> {
    try {
      return (await provider.cancel?.(viewOf(attempt))) ?? false;
    } catch (error) {
      this.logger.warn(`attempt ${attempt.id}: its page could not be closed: ${String(error)}`);
      return false;
    }
  }

  /** Too late to close: perhaps it is paid. */
  private async look(provider: PaymentProvider, attempt: AttemptRow): Promise<void> {
    if (!provider.fetchStatus || !provider.capabilities.statusQuery) return;
    try {
      const said = await provider.fetchStatus(viewOf(attempt));
      await this.transactions.run((manager) => this.outcome.reported(manager, attempt, said));
    } catch (error) {
      this.logger.warn(`attempt ${attempt.id}: status query failed: ${String(error)}`);
    }
  }
}
