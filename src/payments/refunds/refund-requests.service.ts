import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import {
  actorOf,
  DomainError,
  formatMinor,
  Money,
  type ObjectId,
  type Principal,
  randomToken,
} from '../../common/index.js';
import { CONFIG, type Config, needsSecondPerson } from '../../config/index.js';
import { Transactions } from '../../database/index.js';
import { PaymentReader } from '../payment-reader.service.js';
import type { AttemptRow, PaymentRow } from '../payment.entity.js';
import { isPaid } from '../payment.state.js';
import type { RefundRow } from './refund.entity.js';
import { RefundRepository } from './refund.repository.js';
import { RefundRoutes } from './refund-routes.service.js';

export interface WantedRefund {
  /** Null: all that is left. */
  amount: string | number | null;
  reason: string;
}

/** Staff ask for refunds; the amount is reserved at once, so that no two promise the same money. */
@Injectable()
export class RefundRequests {
  constructor(
    private readonly transactions: Transactions,
    private readonly reader: PaymentReader,
    private readonly routes: RefundRoutes,
    private readonly refunds: RefundRepository,
    @Inject(CONFIG) private readonly config: Pick<Config, 'approvalLimits'>,
  ) {}

  /** @throws DomainError 400 when it is not paid or more than is left, naming `amount`. */
  async request(
    caller: Principal,
    id: ObjectId,
    wanted: WantedRefund,
    claimId: string | null,
  ): Promise<RefundRow> {
    const seen = await this.reader.payment(caller, id);
    return this.transactions.run(async (manager) => {
      const payment = await this.lockPayment(manager, seen.id);
      const made = await this.madeByClaim(manager, claimId);
      if (made) return made;
      const amountMinor = amountToRefund(payment, wanted.amount);
      await manager.query(
        `UPDATE payments SET refunding_minor = refunding_minor + $2, version = version + 1,
           updated_at = now() WHERE id = $1`,
        [payment.id, amountMinor.toString()],
      );
      const attempt = await this.paidAttempt(manager, payment.id);
      const waits = this.needsSecondPerson(payment, amountMinor);
      const wish = { provider: attempt.provider, amount_minor: amountMinor.toString() };
      const byGateway = this.routes.byGateway(wish, payment.amount_minor);
      const refund = await this.refunds.insert(
        manager,
        {
          payment_id: payment.id,
          transaction_id: attempt.id,
          account_id: payment.account_id,
          ...wish,
          reference: `rf-${randomToken()}`,
          currency: payment.currency,
          reason: wanted.reason,
          status: byGateway || waits ? 'pending' : 'needs_attention',
          approval: waits ? 'waiting' : 'not_needed',
          requested_by: caller.userId,
          idempotency_claim_id: claimId,
        },
        actorOf(caller),
      );
      if (byGateway && !waits) await this.routes.send(manager, refund);
      return refund;
    });
  }

  /** All that goes back counts: a large refund in small parts is a large refund. */
  private needsSecondPerson(payment: PaymentRow, amountMinor: bigint): boolean {
    const before = BigInt(payment.refunded_minor) + BigInt(payment.refunding_minor);
    return needsSecondPerson(this.config.approvalLimits, payment.currency, before + amountMinor);
  }

  private async lockPayment(manager: EntityManager, id: number): Promise<PaymentRow> {
    const rows: PaymentRow[] = await manager.query(
      'SELECT * FROM payments WHERE id = $1 FOR UPDATE',
      [id],
    );
    if (!rows[0]) throw new Error(`payment ${id} does not exist`);
    return rows[0];
  }

  private async madeByClaim(
    manager: EntityManager,
    claimId: string | null,
  ): Promise<RefundRow | null> {
    if (!claimId) return null;
    const rows: RefundRow[] = await manager.query(
      'SELECT * FROM refunds WHERE idempotency_claim_id = $1',
      [claimId],
    );
    return rows[0] ?? null;
  }

  /** The attempt whose money was applied: what goes back goes back the way it came. */
  private async paidAttempt(manager: EntityManager, paymentId: number): Promise<AttemptRow> {
    const rows: AttemptRow[] = await manager.query(
      `SELECT * FROM payment_transactions
       WHERE payment_id = $1 AND status = 'completed' AND NOT overpayment`,
      [paymentId],
    );
    if (!rows[0]) throw new Error(`payment ${paymentId} has no attempt that paid it`);
    return rows[0];
  }
}

function amountToRefund(payment: PaymentRow, wanted: string | number | null): bigint {
  if (!isPaid(payment.status)) {
    throw new DomainError('refused', 'payment_not_paid', 'Only a paid payment can be refunded');
  }
  const left =
    BigInt(payment.amount_minor) -
    BigInt(payment.refunded_minor) -
    BigInt(payment.refunding_minor) -
    BigInt(payment.moved_minor);
  const amount = wanted === null ? left : Money.parse(wanted, payment.currency).minor;
  if (amount <= left && amount > 0n) return amount;
  const text = formatMinor(left, payment.currency);
  throw new DomainError(
    'refused',
    'refund_exceeds_payment',
    `At most ${text} ${payment.currency} is left to refund`,
    { errors: { amount: [`must be at most ${text}`] } },
  );
}
