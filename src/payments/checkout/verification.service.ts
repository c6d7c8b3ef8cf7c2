import { Injectable } from '@nestjs/common';
import { DomainError, notePayment } from '../../common/index.js';
import { Transactions } from '../../database/index.js';
import { Providers, ProviderUnsupportedError, type StatusResult } from '../../providers/index.js';
import { AttemptOutcome } from '../attempts/attempt-outcome.service.js';
import { viewOf } from '../attempts/attempt.view.js';
import type { AttemptRow, PaymentRow } from '../payment.entity.js';
import { PaymentReader } from '../payment-reader.service.js';
import { isPaid } from '../payment.state.js';

export interface Verified {
  payment: PaymentRow;
  attempt: AttemptRow;
  /** True when it was paid before anybody asked now. */
  already: boolean;
}

/**
 * Asks the gateway about a payment and applies what it says. Callers that come while it is being asked
 * share that answer, so that a crowd of redirected browsers is one question.
 */
@Injectable()
export class Verification {
  private readonly running = new Map<number, Promise<void>>();

  constructor(
    private readonly reader: PaymentReader,
    private readonly providers: Providers,
    private readonly transactions: Transactions,
    private readonly outcome: AttemptOutcome,
  ) {}

  /** @throws DomainError 404 unknown reference, 503 while the gateway cannot be asked. */
  async verify(reference: string): Promise<Verified> {
    const attempt = await this.reader.attemptByReference(reference);
    const found = attempt && (await this.reader.started(attempt.id));
    if (!found || found.payment.payable_kind === 'visit') {
      throw new DomainError('not_found', 'payment_not_found', 'Payment not found');
    }
    return this.verifyFound(found);
  }

  /**
   * The same for code that has found the attempt itself and knows that the caller may see it.
   * @throws DomainError 503 while the gateway cannot be asked.
   */
  async verifyAttempt(attemptId: number): Promise<Verified> {
    return this.verifyFound(await this.reader.started(attemptId));
  }

  private async verifyFound(found: Omit<Verified, 'already'>): Promise<Verified> {
    notePayment(found.payment.id);
    const asked = this.running.get(found.attempt.id);
    if (!asked && isPaid(found.payment.status)) return { ...found, already: true };
    await (asked ?? this.ask(found.attempt));
    return { ...(await this.reader.started(found.attempt.id)), already: false };
  }

  private ask(attempt: AttemptRow): Promise<void> {
    const asking = this.query(attempt).finally(() => this.running.delete(attempt.id));
    this.running.set(attempt.id, asking);
    return asking;
  }

  private async query(attempt: AttemptRow): Promise<void> {
    const provider = this.providers.get(attempt.provider);
    if (!provider.fetchStatus || !provider.capabilities.statusQuery || !attempt.sent_at) return;
    let said: StatusResult;
    try {
      said = await provider.fetchStatus(viewOf(attempt));
    } catch (error) {
      // Where the gateway's id was lost with its answer there is nothing to ask for: still pending.
      if (error instanceof ProviderUnsupportedError) return;
      throw new DomainError(
        'unavailable',
        'gateway_unreachable',
        'The gateway cannot be asked now',
        {
          retryAfterS: 5,
          cause: error,
        },
      );
    }
    if (said.state === 'not_found') return;
    await this.transactions.run(async (manager) => {
      const settled = await this.outcome.reported(manager, attempt, said);
      if (settled.disposition === 'parked') {
        await this.outcome.flag(manager, attempt, settled.reason ?? 'parked', said.wireStatus);
      }
    });
  }
}
