import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Audits } from '../../audits/index.js';
import { gatewayActor, Money, parseObjectId } from '../../common/index.js';
import { change } from '../../database/index.js';
import type { WebhookEvent } from '../../providers/index.js';
import type { AppliedEvent } from '../attempts/applied.event.js';
import type { Payable } from '../payable.port.js';
import { Payables } from '../payables.registry.js';
import type { PaymentRow } from '../payment.entity.js';
import { PaymentMaking } from '../payment-making.service.js';
import { PAYMENT_COLUMNS } from '../payment.repository.js';
import { isPaid } from '../payment.state.js';
import { Settlement } from '../settlement/settlement.service.js';
import type { Settled } from '../settlement/settlement.types.js';
import { TenderAttempts } from './tender-attempts.service.js';

const PROVIDER = 'signed_webhook';
const ACTOR = gatewayActor(PROVIDER);
const NOBODY: Pick<AppliedEvent, 'transactionId' | 'paymentId' | 'accountId'> = {
  transactionId: null,
  paymentId: null,
  accountId: null,
};

/**
 * Signed confirmations of any other gateway (document 003). They name the order, not an attempt of ours:
 * the sender started the payment. The order's payment is completed with an attempt written on the spot.
 */
@Injectable()
export class SignedConfirmations {
  constructor(
    private readonly payables: Payables,
    private readonly making: PaymentMaking,
    private readonly attempts: TenderAttempts,
    private readonly settlement: Settlement,
    private readonly audits: Audits,
  ) {}

  /** In the caller's transaction. The amount must be the order's total, the currency the order's. */
  async apply(manager: EntityManager, event: WebhookEvent): Promise<AppliedEvent> {
    const id = parseObjectId(event.reference);
    const payable = id ? await this.payables.find('order')?.lock(manager, id) : null;
    if (!payable) return { ...NOBODY, disposition: 'parked', reason: 'unknown_reference' };
    const known = { ...NOBODY, accountId: payable.accountId };
    switch (event.state) {
      case 'paid':
        return this.paid(manager, event, payable);
      case 'failed':
      case 'cancelled':
      case 'expired':
        return this.ended(manager, event, payable, event.state);
      case 'pending':
        return { ...known, disposition: 'no_change', reason: 'still_pending' };
      case 'reversed':
        return { ...known, disposition: 'parked', reason: 'unknown_refund' };
      default:
        return { ...known, disposition: 'parked', reason: 'unknown_status' };
    }
  }

  private async paid(
    manager: EntityManager,
    event: WebhookEvent,
    payable: Payable,
  ): Promise<AppliedEvent> {
    const known = { ...NOBODY, accountId: payable.accountId };
    const doubt = mismatch(event, payable);
    if (doubt) return { ...known, disposition: 'parked', reason: doubt };
    const spent = await this.spent(manager, event.gatewayTransactionId);
    if (spent) return answerTo(spent, payable);
    const payment = await this.online(manager, await this.paymentOf(manager, payable));
    const attempt = await this.attempts.write(manager, payment, {
      provider: PROVIDER,
      actor: ACTOR,
      claimId: null,
      gatewayTransactionId: event.gatewayTransactionId,
    });
    const settled = await this.settlement.settle(manager, {
      kind: 'paid',
      transactionId: attempt.id,
      cause: 'evidence',
      gatewayTransactionId: event.gatewayTransactionId,
      amount: Money.ofMinor(payable.totalMinor, payable.currency),
      wireStatus: event.wireStatus,
      actor: ACTOR,
    });
    return matched(settled, attempt.id, payable);
  }

  /** The sender gave up: only a payment that was left to it ends with that. */
  private async ended(
    manager: EntityManager,
    event: WebhookEvent,
    payable: Payable,
    outcome: 'failed' | 'cancelled' | 'expired',
  ): Promise<AppliedEvent> {
    const payment = await this.newest(manager, payable, `status = 'pending'`);
    if (payment?.payment_method !== 'ONLINE') {
      const reason = 'no_online_payment_waits';
      return { ...NOBODY, accountId: payable.accountId, disposition: 'no_change', reason };
    }
    const attempt = await this.attempts.write(manager, payment, {
      provider: PROVIDER,
      actor: ACTOR,
      claimId: null,
      gatewayTransactionId: event.gatewayTransactionId,
    });
    await change(
      manager,
      `UPDATE payments SET status = 'processing', provider = $2, version = version + 1,
         updated_at = now() WHERE id = $1 RETURNING id`,
      [payment.id, PROVIDER],
    );
    await this.audits.append(manager, [
      {
        accountId: payment.account_id,
        actor: ACTOR,
        action: 'payment.processing',
        objectType: 'payment',
        objectId: payment.id,
        paymentId: payment.id,
        changes: { status: [payment.status, 'processing'], provider: PROVIDER },
      },
    ]);
    const settled = await this.settlement.settle(manager, {
      kind: 'failed',
      transactionId: attempt.id,
      outcome,
      code: event.failure?.code ?? outcome,
      reason: event.failure?.message ?? `The gateway reports that the payment is ${outcome}`,
      wireStatus: event.wireStatus,
      actor: ACTOR,
    });
    return matched(settled, attempt.id, payable);
  }

  /** A gateway's transaction pays once: what it paid before. */
  private async spent(manager: EntityManager, gatewayId: string | null): Promise<Spent | null> {
    const rows: Spent[] = await manager.query(
      `SELECT t.id, t.payment_id, p.payable_kind, p.payable_id
       FROM payment_transactions t JOIN payments p ON p.id = t.payment_id
       WHERE t.provider = $1 AND t.gateway_transaction_id = $2 AND t.status = 'completed'`,
      [PROVIDER, gatewayId],
    );
    return rows[0] ?? null;
  }

  /** The payment that waits, else one that was given up, else the paid one (an overpayment), else a new one. */
  private async paymentOf(manager: EntityManager, payable: Payable): Promise<PaymentRow> {
    const found =
      (await this.newest(manager, payable, `status IN ('pending', 'processing')`)) ??
      (await this.newest(manager, payable, `status IN ('failed', 'expired', 'cancelled')`)) ??
      (await this.newest(manager, payable, 'paid_at IS NOT NULL'));
    if (found) return found;
    return this.making.make(manager, payable, {
      actor: ACTOR,
      amountMinor: payable.totalMinor,
      method: 'ONLINE',
      network: null,
      notes: '',
      claimId: null,
      payer: { name: null, email: null },
    });
  }

  private async newest(
    manager: EntityManager,
    payable: Payable,
    condition: string,
  ): Promise<PaymentRow | null> {
    const rows: PaymentRow[] = await manager.query(
      `SELECT ${PAYMENT_COLUMNS} FROM payments p
       WHERE p.payable_kind = $1 AND p.payable_id = $2 AND p.deleted_at IS NULL
         AND p.amount_minor = $3 AND ${condition} ORDER BY p.id DESC LIMIT 1 FOR UPDATE`,
      [payable.kind, payable.id, payable.totalMinor.toString()],
    );
    return rows[0] ?? null;
  }

  /** A payment that was to be collected on delivery is an online one once it was paid online. */
  private async online(manager: EntityManager, payment: PaymentRow): Promise<PaymentRow> {
    if (payment.payment_method === 'ONLINE' || isPaid(payment.status)) return payment;
    const [row] = await change<PaymentRow>(
      manager,
      `UPDATE payments p SET payment_method = 'ONLINE', version = version + 1, updated_at = now()
       WHERE p.id = $1 RETURNING ${PAYMENT_COLUMNS}`,
      [payment.id],
    );
    await this.audits.append(manager, [
      {
        accountId: payment.account_id,
        actor: ACTOR,
        action: 'payment.updated',
        objectType: 'payment',
        objectId: payment.id,
        paymentId: payment.id,
        changes: { payment_method: [payment.payment_method, 'ONLINE'] },
      },
    ]);
    return row ?? payment;
  }
}

interface Spent {
  id: number;
  payment_id: number;
  payable_kind: string;
  payable_id: number;
}

function answerTo(spent: Spent, payable: Payable): AppliedEvent {
  const same = spent.payable_kind === payable.kind && spent.payable_id === payable.id;
  return {
    disposition: same ? 'no_change' : 'parked',
    reason: same ? 'already_completed' : 'gateway_transaction_already_used',
    transactionId: spent.id,
    paymentId: spent.payment_id,
    accountId: payable.accountId,
  };
}

function mismatch(event: WebhookEvent, payable: Payable): string | null {
  if (event.amount) {
    if (event.amount.currency.code !== payable.currency) return 'currency_mismatch';
    return event.amount.minor === payable.totalMinor ? null : 'amount_mismatch';
  }
  return stated(event.amountText, payable) === payable.totalMinor ? null : 'amount_mismatch';
}

/** The digits read in the order's currency; null when it cannot be an amount of it. */
function stated(text: string | null | undefined, payable: Payable): bigint | null {
  if (!text) return null;
  try {
    return Money.parse(text, payable.currency).minor;
  } catch {
    return null; // more decimals than the currency has, or zero
  }
}

function matched(settled: Settled, transactionId: number, payable: Payable): AppliedEvent {
  return {
    disposition: settled.disposition,
    reason: settled.reason,
    transactionId,
    paymentId: settled.paymentId,
    accountId: payable.accountId,
  };
}
