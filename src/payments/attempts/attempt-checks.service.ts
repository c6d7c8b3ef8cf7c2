import { Inject, Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { notePayment } from '../../common/index.js';
import { CONFIG, type Config } from '../../config/index.js';
import { OutboxHandlers, type OutboxRow, type OutboxVerdict } from '../../database/index.js';
import { type PaymentProvider, Providers, type StatusResult } from '../../providers/index.js';
import { isOpen } from '../attempt.state.js';
import type { AttemptRow } from '../payment.entity.js';
import { viewOf } from './attempt.view.js';
import { ATTEMPT_CHECK } from './attempt-opening.service.js';
import { AttemptSteps } from './attempt-steps.service.js';
import { askAgainInS, nextCheckInS } from './poll-schedule.js';

const DONE: OutboxVerdict = { done: true };
/** A gateway that fails to answer its status query is asked again after this long at most. */
const QUERY_RETRY_S = 60;
/** Failing queries are repeated for this long past the lifetime; then a person decides. */
const QUERY_GRACE_S = 3600;

/** How a gateway's "never heard of it" is remembered, and how long it may take to hear of a call. */
const NOT_FOUND = 'not_found';
const SETTLE_S = 60;

interface CheckedAttempt extends AttemptRow {
  /** Seconds since it was sent, else since it was written, by `app_now()`. */
  elapsed_s: number;
  /** Seconds past its lifetime; negative while it lives. */
  overdue_s: number;
}

/**
 * Looks after attempts when no caller does: recovers those a crash left open, asks gateways that can
 * be asked, and closes what nobody answered. Every step holds when it runs twice at once.
 */
@Injectable()
export class AttemptChecks implements OnModuleInit {
  private readonly logger = new Logger(AttemptChecks.name);

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly handlers: OutboxHandlers,
    private readonly dataSource: DataSource,
    private readonly providers: Providers,
    private readonly steps: AttemptSteps,
  ) {}

  onModuleInit(): void {
    this.handlers.register({
      kind: 'lease',
      topic: ATTEMPT_CHECK,
      leaseS: Math.ceil(this.config.gateway.totalTimeoutMs / 1000) + 30,
      handle: (row) => this.check(row),
    });
  }

  private async check(row: OutboxRow): Promise<OutboxVerdict> {
    const attempt = await this.read(Number(row.payload['transactionId']));
    if (!attempt) return DONE;
    notePayment(attempt.payment_id);
    if (attempt.status === 'expired' || (attempt.status === 'failed' && attempt.answered_at)) {
      return this.askAfterEnd(attempt);
    }
    if (!isOpen(attempt.status)) return DONE;
    if (attempt.status === 'initiated') {
      if (!attempt.sent_at) {
        return (await this.steps.closeUnsent(attempt)) ? DONE : { done: false, againInS: 5 };
      }
      // The caller may still be waiting for the gateway; its timeout bounds that.
      const callEndsInS = this.config.gateway.totalTimeoutMs / 1000 + 10 - attempt.elapsed_s;
      if (callEndsInS > 0) return { done: false, againInS: callEndsInS };
      await this.steps.markUnknown(attempt);
      return { done: false, againInS: 0 };
    }
    const provider = this.providers.get(attempt.provider);
    return provider.fetchStatus && provider.capabilities.statusQuery
      ? this.ask(attempt, provider)
      : this.wait(attempt, provider);
  }

  /** A gateway that cannot be asked: its callback or the clock decides; an unknown outcome, a person. */
  private async wait(attempt: CheckedAttempt, provider: PaymentProvider): Promise<OutboxVerdict> {
    if (attempt.status === 'unknown') return DONE;
    const { lifetimeS } = provider.capabilities;
    const againInS = nextCheckInS([], lifetimeS, lifetimeS + attempt.overdue_s, Math.random());
    if (againInS !== null) return { done: false, againInS };
    await this.steps.expire(attempt, 'no_answer_from_gateway');
    return DONE;
  }

  private async ask(attempt: CheckedAttempt, provider: PaymentProvider): Promise<OutboxVerdict> {
    const result = await this.query(attempt, provider);
    if (result === null || result.state === 'not_found') {
      const repeated = await this.steps.repeat(attempt, provider);
      if (repeated !== 'unknown') return this.afterRepeat(repeated, provider);
    }
    if (result === null) {
      // Without the gateway's id there is nothing to ask for, or the gateway fails to answer.
      if (attempt.overdue_s < QUERY_GRACE_S) {
        const againInS = askAgainInS(attempt.elapsed_s, QUERY_RETRY_S, Math.random());
        return { done: false, againInS };
      }
      await this.steps.handOver(attempt, 'outcome_unknown');
      return DONE;
    }
    if (result.state === 'not_found') return this.missing(attempt);
    await this.steps.report(attempt, result);
    if (result.state !== 'pending' && result.state !== 'unknown') return DONE;
    const { pollScheduleS, lifetimeS } = provider.capabilities;
    const againInS = nextCheckInS(pollScheduleS, lifetimeS, attempt.elapsed_s, Math.random());
    if (againInS !== null) return { done: false, againInS };
    if (result.state === 'pending') {
      await this.steps.expire(attempt, undefined);
      return nextLateCheck(pollScheduleS, attempt.elapsed_s);
    }
    await this.steps.handOver(attempt, 'unknown_status');
    return DONE;
  }

  private afterRepeat(repeated: 'accepted' | 'declined', provider: PaymentProvider): OutboxVerdict {
    if (repeated === 'declined') return DONE;
    const { pollScheduleS, lifetimeS } = provider.capabilities;
    const againInS = nextCheckInS(pollScheduleS, lifetimeS, 0, Math.random());
    return { done: false, againInS: againInS ?? lifetimeS };
  }

  /**
   * Over here, and yet there may be money. A payer may have paid at the last moment: some gateways are asked for
   * longer. Or a notification called it failed: events come in any order and can be lost on their way, so an older
   * failure may be all that arrived; then looks go on until one is answered. Only money still moves an attempt.
   */
  private async askAfterEnd(attempt: CheckedAttempt): Promise<OutboxVerdict> {
    const provider = this.providers.get(attempt.provider);
    const { statusQuery, pollScheduleS } = provider.capabilities;
    const result = statusQuery ? await this.query(attempt, provider) : null;
    if (result?.state === 'paid') {
      await this.steps.report(attempt, result);
      return DONE;
    }
    if (result && attempt.status === 'failed') return DONE;
    return nextLateCheck(pollScheduleS, attempt.elapsed_s);
  }

  /** The gateway knows nothing of it: believed only when it says so again, well after the call. */
  private async missing(attempt: CheckedAttempt): Promise<OutboxVerdict> {
    // A hint can bring two looks close together, so the first one's age counts too.
    const agedS = (Date.now() - attempt.updated_at.getTime()) / 1000;
    const again =
      attempt.wire_status === NOT_FOUND && agedS >= SETTLE_S && attempt.elapsed_s >= SETTLE_S;
    if (!again) {
      if (attempt.wire_status !== NOT_FOUND) await this.steps.note(attempt, NOT_FOUND);
      return { done: false, againInS: SETTLE_S };
    }
    await this.steps.closeMissing(attempt);
    return DONE;
  }

  /** Null when the gateway cannot be asked for this attempt now. */
  private async query(
    attempt: CheckedAttempt,
    provider: PaymentProvider,
  ): Promise<StatusResult | null> {
    try {
      return (await provider.fetchStatus?.(viewOf(attempt))) ?? null;
    } catch (error) {
      this.logger.warn(`attempt ${attempt.id}: status query failed: ${String(error)}`);
      return null;
    }
  }

  private async read(id: number): Promise<CheckedAttempt | null> {
    const rows: CheckedAttempt[] = await this.dataSource.query(
      `SELECT t.*, extract(epoch FROM app_now() - coalesce(t.sent_at, t.created_at))::float8 AS elapsed_s,
         extract(epoch FROM app_now() - t.expires_at)::float8 AS overdue_s
       FROM payment_transactions t WHERE t.id = $1`,
      [id],
    );
    return rows[0] ?? null;
  }
}

/** Entries of a schedule beyond the lifetime are looks for late money. */
function nextLateCheck(scheduleS: readonly number[], elapsedS: number): OutboxVerdict {
  const at = scheduleS.find((second) => second > elapsedS);
  return at === undefined ? DONE : { done: false, againInS: at - elapsedS };
}
