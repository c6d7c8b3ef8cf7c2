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
import type { RefundRequest, RefundStatus } from '../../providers/index.js';
import { viewOf } from '../attempts/attempt.view.js';
import { askAgainInS } from '../attempts/poll-schedule.js';
import type { AttemptRow } from '../payment.entity.js';
import { RefundCalls } from './refund-calls.service.js';
import type { RefundRow } from './refund.entity.js';
import { REFUND_EXECUTE } from './refund-routes.service.js';
import { RefundSteps } from './refund-steps.service.js';

const DONE: OutboxVerdict = { done: true };
/** Seconds after sending at which a gateway is asked how a refund stands: some are done at once, some take days. */
const SCHEDULE_S = [5, 15, 30, 60, 300, 900, 3_600, 21_600, 86_400, 172_800, 345_600, 604_800];
/** One that fails to answer that is asked again after this long at most. */
const ASK_AGAIN_S = 900;
/** A gateway that was surely not reached is tried again so often, within about ten minutes; then a person decides. */
const TRIES = 14;
const RETRY_FIRST_S = 5;
const RETRY_MOST_S = 60;

interface CheckedRefund extends RefundRow {
  /** Seconds since it was sent, by `app_now()`; null before. */
  elapsed_s: number | null;
}

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
    private readonly calls: RefundCalls,
    private readonly steps: RefundSteps,
  ) {}

  onModuleInit(): void {
    this.handlers.register({
      kind: 'lease',
      topic: REFUND_EXECUTE,
      // One call to ask, and one to repeat.
      leaseS: 2 * this.calls.endInS,
      handle: (row) => this.work(row),
    });
  }

  private async work(row: OutboxRow): Promise<OutboxVerdict> {
    const refund = await this.read(Number(row.payload['refundId']));
    if (!refund || (refund.status !== 'pending' && refund.status !== 'processing')) return DONE;
    notePayment(refund.payment_id);
    const request = await this.requestFor(refund);
    if (refund.sent_at === null) return this.send(refund, request, row.attempts);
    return this.follow(refund, request);
  }

  private async send(
    refund: CheckedRefund,
    request: RefundRequest,
    tries: number,
  ): Promise<OutboxVerdict> {
    const marked = await change<{ id: number }>(
      this.dataSource,
      `UPDATE refunds SET sent_at = app_now(), updated_at = now()
       WHERE id = $1 AND sent_at IS NULL AND status = 'pending' RETURNING id`,
      [refund.id],
    );
    if (marked.length === 0) return { done: false, againInS: this.calls.endInS };
    const answer = await this.calls.send(refund.provider, request);
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

  /** Surely not carried out: it counts as unsent again, unless another worker got further meanwhile. */
  private async retry(refund: CheckedRefund, tries: number, why: string): Promise<OutboxVerdict> {
    await this.dataSource.query(
      `UPDATE refunds SET sent_at = NULL WHERE id = $1 AND status = 'pending'`,
      [refund.id],
    );
    if (tries < TRIES) {
      const againInS = Math.min(RETRY_FIRST_S * 2 ** tries, RETRY_MOST_S);
      return { done: false, againInS };
    }
    await this.wait(refund, 'needs_attention', 'gateway_unavailable', why);
    return DONE;
  }

  /** Sent before: asks how it stands, or sends it again where a repeat cannot pay twice. */
  private async follow(refund: CheckedRefund, request: RefundRequest): Promise<OutboxVerdict> {
    const elapsedS = refund.elapsed_s ?? 0;
    const { endInS } = this.calls;
    if (refund.status === 'pending' && elapsedS < endInS) {
      return { done: false, againInS: endInS - elapsedS };
    }
    const said = await this.calls.ask(refund, request);
    if (said !== 'no_answer' && said !== 'nobody_to_ask') {
      await this.report(refund, said);
      if (said.state === 'completed' || said.state === 'failed') return DONE;
    }
    const next = this.next(elapsedS);
    if (!next.done) {
      if (said !== 'no_answer') return next;
      const againInS = askAgainInS(elapsedS, ASK_AGAIN_S, Math.random());
      return { done: false, againInS: Math.min(next.againInS, againInS) };
    }
    await this.wait(
      refund,
      'needs_attention',
      'no_final_answer',
      'The gateway gives no final answer',
    );
    return DONE;
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
