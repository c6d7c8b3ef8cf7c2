import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { gatewayActor, Money, notePayment, SYSTEM } from '../../common/index.js';
import {
  change,
  OutboxHandlers,
  type OutboxRow,
  type OutboxVerdict,
  Transactions,
} from '../../database/index.js';
import {
  type PaymentProvider,
  ProviderMisconfiguredError,
  Providers,
  ProviderUnavailableError,
  ProviderUnsupportedError,
  type RefundRequest,
  type RefundResult,
  type RefundStatus,
} from '../../providers/index.js';
import { viewOf } from '../attempts/attempt.view.js';
import type { AttemptRow } from '../payment.entity.js';
import type { RefundRow } from './refund.entity.js';
import { REFUND_EXECUTE } from './refund-routes.service.js';
import { RefundSteps } from './refund-steps.service.js';

const DONE: OutboxVerdict = { done: true };
/** Seconds after sending at which a gateway is asked how a refund stands; refunds take days. */
const SCHEDULE_S = [30, 60, 300, 900, 3_600, 21_600, 86_400, 172_800, 345_600, 604_800];
/** A gateway that was surely not reached is tried again so often, then a person decides. */
const TRIES = 10;
const RETRY_S = 60;
/** The call is over by then, one way or another. */
const CALL_ENDS_S = 60;

interface CheckedRefund extends RefundRow {
  /** Seconds since it was sent, by `app_now()`; null before. */
  elapsed_s: number | null;
}

type Answer =
  RefundResult | { outcome: 'unknown'; why: string } | { outcome: 'not_sent'; why: string };

/**
 * Sends refunds to gateways and follows them until they are final. A refund is marked as sent before the
 * call; after an unknown outcome it is sent again only where the gateway makes a repeat safe.
 */
@Injectable()
export class RefundExecution implements OnModuleInit {
  private readonly logger = new Logger(RefundExecution.name);

  constructor(
    private readonly handlers: OutboxHandlers,
    private readonly dataSource: DataSource,
    private readonly transactions: Transactions,
    private readonly providers: Providers,
    private readonly steps: RefundSteps,
  ) {}

  onModuleInit(): void {
    this.handlers.register({
      kind: 'lease',
      topic: REFUND_EXECUTE,
      leaseS: CALL_ENDS_S,
      handle: (row) => this.work(row),
    });
  }

  private async work(row: OutboxRow): Promise<OutboxVerdict> {
    const refund = await this.read(Number(row.payload['refundId']));
    if (!refund || (refund.status !== 'pending' && refund.status !== 'processing')) return DONE;
    notePayment(refund.payment_id);
    const provider = this.providers.get(refund.provider);
    const request = await this.requestFor(refund);
    if (refund.sent_at === null) return this.send(refund, provider, request, row.attempts);
    return this.follow(refund, provider, request);
  }

  private async send(
    refund: CheckedRefund,
    provider: PaymentProvider,
    request: RefundRequest,
    tries: number,
  ): Promise<OutboxVerdict> {
    const marked = await change<{ id: number }>(
      this.dataSource,
      `UPDATE refunds SET sent_at = app_now(), updated_at = now()
       WHERE id = $1 AND sent_at IS NULL AND status = 'pending' RETURNING id`,
      [refund.id],
    );
    if (marked.length === 0) return { done: false, againInS: CALL_ENDS_S };
    const answer = await this.call(provider, request);
    switch (answer.outcome) {
      case 'accepted':
        await this.report(refund, answer);
        return answer.state === 'completed' || answer.state === 'failed' ? DONE : this.next(0);
      case 'declined':
        await this.fail(refund, answer.code, answer.message);
        return DONE;
      case 'unknown':
        this.logger.warn(`refund ${refund.id}: outcome unknown: ${answer.why}`);
        await this.wait(refund, 'processing', 'outcome_unknown', answer.why);
        return this.next(0);
      default:
        return this.retry(refund, tries, answer.why);
    }
  }

  private async call(provider: PaymentProvider, request: RefundRequest): Promise<Answer> {
    try {
      if (!provider.refund) throw new ProviderUnsupportedError(`${provider.code} cannot refund`);
      return await provider.refund(request);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      const surelyNot =
        error instanceof ProviderUnavailableError ||
        error instanceof ProviderMisconfiguredError ||
        error instanceof ProviderUnsupportedError;
      return { outcome: surelyNot ? 'not_sent' : 'unknown', why };
    }
  }

  /** Surely not carried out: it counts as unsent again. */
  private async retry(refund: CheckedRefund, tries: number, why: string): Promise<OutboxVerdict> {
    await this.dataSource.query('UPDATE refunds SET sent_at = NULL WHERE id = $1', [refund.id]);
    if (tries < TRIES) return { done: false, againInS: RETRY_S };
    await this.wait(refund, 'needs_attention', 'gateway_unavailable', why);
    return DONE;
  }

  /** Sent before: asks how it stands, or sends it again where a repeat cannot pay twice. */
  private async follow(
    refund: CheckedRefund,
    provider: PaymentProvider,
    request: RefundRequest,
  ): Promise<OutboxVerdict> {
    const elapsedS = refund.elapsed_s ?? 0;
    if (refund.status === 'pending' && elapsedS < CALL_ENDS_S) {
      return { done: false, againInS: CALL_ENDS_S - elapsedS };
    }
    const said = await this.ask(refund, provider, request);
    if (said) {
      await this.report(refund, said);
      if (said.state === 'completed' || said.state === 'failed') return DONE;
    }
    const next = this.next(elapsedS);
    if (next !== DONE) return next;
    await this.wait(
      refund,
      'needs_attention',
      'no_final_answer',
      'The gateway gives no final answer',
    );
    return DONE;
  }

  private async ask(
    refund: CheckedRefund,
    provider: PaymentProvider,
    request: RefundRequest,
  ): Promise<RefundStatus | null> {
    try {
      if (provider.fetchRefundStatus) {
        const view = { ...request, gatewayRefundId: refund.gateway_refund_id };
        const said = await provider.fetchRefundStatus(view);
        if (said.state !== 'not_found') return said;
      }
      if (refund.gateway_refund_id !== null || !provider.capabilities.repeatSafe.refund)
        return null;
      const again = await this.call(provider, request);
      return again.outcome === 'accepted' ? again : null;
    } catch (error) {
      this.logger.warn(`refund ${refund.id}: status query failed: ${String(error)}`);
      return null;
    }
  }

  private next(elapsedS: number): OutboxVerdict {
    const at = SCHEDULE_S.find((second) => second > elapsedS);
    return at === undefined ? DONE : { done: false, againInS: at - elapsedS };
  }

  private async report(refund: RefundRow, said: RefundStatus): Promise<void> {
    const moved = await this.transactions.run((manager) =>
      this.steps.reported(manager, refund, said),
    );
    if (moved.disposition === 'parked') {
      await this.wait(
        refund,
        'processing',
        moved.reason ?? 'parked',
        `The gateway says ${said.wireStatus}`,
      );
    }
  }

  private async fail(refund: RefundRow, code: string, message: string): Promise<void> {
    const actor = gatewayActor(refund.provider);
    await this.transactions.run((manager) =>
      this.steps.fail(manager, refund.id, { failure: { code, message } }, actor),
    );
  }

  private async wait(
    refund: RefundRow,
    to: 'processing' | 'needs_attention',
    code: string,
    message: string,
  ): Promise<void> {
    await this.transactions.run((manager) =>
      this.steps.wait(manager, refund.id, to, { failure: { code, message } }, SYSTEM),
    );
  }

  private async requestFor(refund: RefundRow): Promise<RefundRequest> {
    const rows: AttemptRow[] = await this.dataSource.query(
      'SELECT * FROM payment_transactions WHERE id = $1',
      [refund.transaction_id],
    );
    const attempt = rows[0];
    if (!attempt) throw new Error(`refund ${refund.id} lost its attempt`);
    return {
      reference: refund.reference,
      amount: Money.ofMinor(refund.amount_minor, refund.currency),
      reason: refund.reason,
      phone: attempt.phone,
      attempt: viewOf(attempt),
    };
  }

  private async read(id: number): Promise<CheckedRefund | null> {
    const rows: CheckedRefund[] = await this.dataSource.query(
      `SELECT r.*, extract(epoch FROM app_now() - r.sent_at)::float8 AS elapsed_s
       FROM refunds r WHERE r.id = $1`,
      [id],
    );
    return rows[0] ?? null;
  }
}
