import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Audits } from '../../audits/index.js';
import { type Actor, DomainError, formatMinor, maskPhone, Money } from '../../common/index.js';
import { CONFIG, type Config } from '../../config/index.js';
import { change, Outbox } from '../../database/index.js';
import type { MobileNetwork, PaymentProvider, RequestSummary } from '../../providers/index.js';
import type { Payable } from '../payable.port.js';
import { Payables } from '../payables.registry.js';
import type { AttemptRow, PaymentRow } from '../payment.entity.js';
import {
  alreadyCompleted,
  attemptInProgress,
  moreThanOwed,
  notExact,
  paymentNotFound,
  wrongState,
} from '../payment.errors.js';
import { PaymentRepository } from '../payment.repository.js';
import { isPaid, transition } from '../payment.state.js';

/** Outbox topic of the look at an attempt: recovery, polling, expiry. The key is the attempt's id. */
export const ATTEMPT_CHECK = 'attempt.check';

/** What an attempt is made of, besides payment and payable. */
export interface AttemptOrder {
  actor: Actor;
  claimId: string | null;
  provider: PaymentProvider;
  network: MobileNetwork | null;
  phone: (payable: Payable) => string | null;
  /** Who pays, where it is somebody else than the payable's customer. */
  payer?: { name: string | null; email: string | null };
  /** Where a hosted page sends the payer back to. */
  returnUrl?: string | null;
}

/** What an attempt is written from once everything was checked. */
interface Checked {
  payable: Payable;
  payment: PaymentRow;
  phone: string | null;
  summary: RequestSummary;
}

export interface OpenedAttempt {
  payable: Payable;
  payment: PaymentRow;
  attempt: AttemptRow;
  /** False: this call's claim had opened it before, and it went to the gateway already. */
  toBeSent: boolean;
}

/** The first two commits of an attempt: written before the gateway is called, then marked as sent. */
@Injectable()
export class AttemptOpening {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly payables: Payables,
    private readonly repository: PaymentRepository,
    private readonly audits: Audits,
    private readonly outbox: Outbox,
  ) {}

  /** Locks payable and payment, then opens. */
  async open(
    manager: EntityManager,
    head: Pick<PaymentRow, 'id' | 'payable_kind' | 'payable_id'>,
    order: AttemptOrder,
  ): Promise<OpenedAttempt> {
    const payable = await this.payables
      .get(head.payable_kind)
      .lock(manager, { id: head.payable_id });
    const payment = await this.repository.lockPayment(manager, head.id);
    if (!payable || !payment || payment.deleted_at) throw paymentNotFound();
    return this.openLocked(manager, payable, payment, order);
  }

  /** Under the locks of payable and payment: checks what is owed and writes the attempt. */
  async openLocked(
    manager: EntityManager,
    payable: Payable,
    payment: PaymentRow,
    order: AttemptOrder,
  ): Promise<OpenedAttempt> {
    const earlier = await this.attemptOfClaim(manager, order.claimId);
    if (earlier) {
      const toBeSent = earlier.status === 'initiated' && earlier.sent_at === null;
      return { payable, payment, attempt: earlier, toBeSent };
    }
    await this.assertStartable(manager, payment);
    await this.assertOwed(manager, payable, payment);
    await this.payables
      .get(payable.kind)
      .hold?.(manager, { payableId: payable.id, actor: order.actor });
    const phone = order.phone(payable);
    await this.assertPromptsAllowed(manager, payment.id, phone);
    const summary = order.provider.check({
      amount: Money.ofMinor(payment.amount_minor, payment.currency),
      phone,
      network: order.network,
      description: payable.title,
      customer: payerOf(order, payable),
      returnUrl: order.returnUrl ?? null,
    });
    const attempt = await this.insert(manager, order, { payable, payment, phone, summary });
    return { payable, payment, attempt, toBeSent: true };
  }

  /**
   * Marks the attempt as sent and the payment as handed over, before the first byte leaves.
   * False when recovery, another caller or a person was faster: then nothing must be sent.
   */
  async markSent(manager: EntityManager, opened: OpenedAttempt, actor: Actor): Promise<boolean> {
    const payment = await this.repository.lockPayment(manager, opened.payment.id);
    if (
      !payment ||
      payment.deleted_at ||
      !transition(payment.status, 'processing', 'attempt').allowed
    ) {
      return false;
    }
    const sent = await change<{ id: number }>(
      manager,
      `UPDATE payment_transactions SET sent_at = app_now(), updated_at = now()
       WHERE id = $1 AND status = 'initiated' AND sent_at IS NULL RETURNING id`,
      [opened.attempt.id],
    );
    if (sent.length === 0) return false;
    await manager.query(
      `UPDATE payments SET status = 'processing', provider = $2, mobile_money_provider = coalesce($3, mobile_money_provider),
         failure_code = NULL, failure_reason = NULL, version = version + 1, updated_at = now()
       WHERE id = $1`,
      [payment.id, opened.attempt.provider, opened.attempt.network],
    );
    await this.audits.append(manager, [
      {
        accountId: payment.account_id,
        actor,
        action: 'payment.processing',
        objectType: 'payment',
        objectId: payment.id,
        paymentId: payment.id,
        changes: { status: [payment.status, 'processing'], provider: opened.attempt.provider },
      },
    ]);
    return true;
  }

  private async attemptOfClaim(
    manager: EntityManager,
    claimId: string | null,
  ): Promise<AttemptRow | null> {
    if (!claimId) return null;
    const rows: AttemptRow[] = await manager.query(
      'SELECT * FROM payment_transactions WHERE idempotency_claim_id = $1',
      [claimId],
    );
    return rows[0] ?? null;
  }

  private async assertStartable(manager: EntityManager, payment: PaymentRow): Promise<void> {
    if (isPaid(payment.status)) throw alreadyCompleted();
    const open = await this.repository.findOpenAttempt(manager, payment.id);
    if (open) throw attemptInProgress(this.config.jobs.recoveryDelayS);
    if (!transition(payment.status, 'processing', 'attempt').allowed) {
      throw wrongState(payment.status, 'paid through a gateway');
    }
  }

  /** Owed counts what other payments of the same payable have under way. */
  private async assertOwed(
    manager: EntityManager,
    payable: Payable,
    payment: PaymentRow,
  ): Promise<void> {
    const amount = BigInt(payment.amount_minor);
    const owed = formatMinor(payable.owedMinor, payable.currency);
    if (amount > payable.owedMinor) throw moreThanOwed(owed, payable.currency);
    // The price may have risen since the payment was made.
    if (!payable.acceptsParts && amount !== payable.owedMinor) throw notExact(owed);
    const [row]: { open_minor: string }[] = await manager.query(
      `SELECT coalesce(sum(t.amount_minor), 0) AS open_minor FROM payment_transactions t
       JOIN payments p ON p.id = t.payment_id
       WHERE p.payable_kind = $1 AND p.payable_id = $2 AND p.id <> $3
         AND p.status IN ('pending', 'pending_approval', 'processing', 'failed', 'expired')
         AND t.status IN ('initiated', 'pending', 'unknown')`,
      [payment.payable_kind, payment.payable_id, payment.id],
    );
    if (amount > payable.owedMinor - BigInt(row?.open_minor ?? 0)) {
      throw new DomainError(
        'conflict',
        'payable_has_open_attempt',
        `Another payment for ${payable.reference} is under way: wait for its outcome`,
        { retryAfterS: this.config.jobs.recoveryDelayS },
      );
    }
  }

  /** Prompts annoy, and can be used to harass: so many per number and per payment in ten minutes. */
  private async assertPromptsAllowed(
    manager: EntityManager,
    paymentId: number,
    phone: string | null,
  ): Promise<void> {
    const { promptsPerPayerPer10Min, promptsPerPaymentPer10Min } = this.config.limits;
    const [row]: { to_phone: number; of_payment: number }[] = await manager.query(
      `SELECT count(*) FILTER (WHERE phone = $1)::int AS to_phone,
              count(*) FILTER (WHERE payment_id = $2)::int AS of_payment
       FROM payment_transactions
       WHERE (phone = $1 OR payment_id = $2) AND sent_at IS NOT NULL
         AND created_at > now() - interval '10 minutes'`,
      [phone, paymentId],
    );
    if (
      row &&
      (row.to_phone >= promptsPerPayerPer10Min || row.of_payment >= promptsPerPaymentPer10Min)
    ) {
      throw new DomainError(
        'too_many',
        'too_many_prompts',
        'Too many payment prompts were sent to this number or for this payment: try again later',
        { retryAfterS: 600 },
      );
    }
  }

  private async insert(
    manager: EntityManager,
    order: AttemptOrder,
    { payable, payment, phone, summary }: Checked,
  ): Promise<AttemptRow> {
    const { provider, actor } = order;
    const payer = payerOf(order, payable);
    const reference = provider.newReference({
      payableKind: payment.payable_kind,
      payableReference: payment.payable_reference,
      paymentId: payment.id,
    });
    const rows: AttemptRow[] = await manager.query(
      `INSERT INTO payment_transactions (payment_id, account_id, provider, reference, currency,
         amount_minor, phone, network, request_payload, initiated_by, idempotency_claim_id, expires_at,
         return_url, payer_name, payer_email, description)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, app_now() + make_interval(secs => $12),
         $13, $14, $15, $16)
       RETURNING *`,
      [
        payment.id,
        payment.account_id,
        provider.code,
        reference,
        payment.currency,
        payment.amount_minor,
        phone,
        order.network,
        JSON.stringify(summary),
        actor.userId,
        order.claimId,
        provider.capabilities.lifetimeS,
        order.returnUrl ?? null,
        payer.name,
        payer.email,
        payable.title,
      ],
    );
    const attempt = rows[0];
    if (!attempt) throw new Error('the attempt was not written');
    await this.outbox.add(manager, {
      topic: ATTEMPT_CHECK,
      key: String(attempt.id),
      payload: { transactionId: attempt.id },
      delayS: this.config.jobs.recoveryDelayS,
    });
    await this.audits.append(manager, [
      {
        accountId: payment.account_id,
        actor,
        action: 'transaction.initiated',
        objectType: 'transaction',
        objectId: attempt.id,
        paymentId: payment.id,
        changes: {
          provider: provider.code,
          transaction_reference: reference,
          amount: formatMinor(payment.amount_minor, payment.currency),
          currency: payment.currency,
          ...(phone ? { phone: maskPhone(phone) } : {}),
        },
      },
    ]);
    return attempt;
  }
}

/** Name and address of whoever pays, as far as anybody told. */
export function payerOf(
  order: Pick<AttemptOrder, 'payer'>,
  payable: Payable,
): { name: string | null; email: string | null } {
  return {
    name: order.payer?.name ?? payable.customerName,
    email: order.payer?.email ?? payable.customerEmail,
  };
}
