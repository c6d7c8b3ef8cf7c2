import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Audits, type NewAuditEntry } from '../../audits/index.js';
import { formatMinor } from '../../common/index.js';
import { Outbox, together } from '../../database/index.js';
import { Ledger, type Posting } from '../../ledger/index.js';
import type { AttemptRow, PaymentRow } from '../payment.entity.js';
import { transition } from '../payment.state.js';
import { UnallocatedReceipts } from '../unallocated/unallocated-receipts.service.js';
import { completeAttempts, completePayments, haveBeenPaid } from './paid.statements.js';
import {
  PAYMENT_COMPLETED,
  type LockedRows,
  type PaidFact,
  type Settled,
} from './settlement.types.js';

/** Money arrived on an attempt. */
@Injectable()
export class PaidSettlement {
  constructor(
    private readonly ledger: Ledger,
    private readonly audits: Audits,
    private readonly outbox: Outbox,
    private readonly unallocated: UnallocatedReceipts,
  ) {}

  async settle(
    manager: EntityManager,
    fact: PaidFact,
    rows: LockedRows,
    attempt: AttemptRow,
  ): Promise<Settled> {
    const { payment } = rows;
    const answer = (disposition: Settled['disposition'], reason: string | null): Settled => ({
      disposition,
      reason,
      paymentId: payment.id,
      paymentStatus: payment.status,
    });
    if (attempt.status === 'completed') return answer('no_change', 'already_completed');
    const doubt = await this.doubt(manager, fact, attempt);
    if (doubt) return answer('parked', doubt);

    // The id that `initiate` gave is the one apps have seen; the evidence may carry another.
    const gatewayId = attempt.gateway_transaction_id ?? fact.gatewayTransactionId;
    const next = transition(payment.status, 'completed', fact.cause);
    if (!next.allowed || !next.changes) {
      await this.keepOverpayment(manager, fact, payment, attempt, gatewayId);
      return answer('applied', 'overpayment');
    }
    await this.complete(manager, fact, rows, attempt, gatewayId);
    return { ...answer('applied', null), paymentStatus: 'completed' };
  }

  /** Why the evidence cannot be taken at its word; null when it can. */
  private async doubt(
    manager: EntityManager,
    fact: PaidFact,
    attempt: AttemptRow,
  ): Promise<string | null> {
    if (fact.amount && fact.amount.currency.code !== attempt.currency) return 'currency_mismatch';
    if (fact.amount && fact.amount.minor !== BigInt(attempt.amount_minor)) return 'amount_mismatch';
    if (!fact.gatewayTransactionId) return null;
    const { provider, id: except } = attempt;
    const named = { provider, gatewayTransactionId: fact.gatewayTransactionId, except };
    return (await together(manager, haveBeenPaid, named))
      ? 'gateway_transaction_already_used'
      : null;
  }

  private async complete(
    manager: EntityManager,
    fact: PaidFact,
    { port, payable, payment }: LockedRows,
    attempt: AttemptRow,
    gatewayId: string | null,
  ): Promise<void> {
    const amountMinor = BigInt(payment.amount_minor);
    const { appliedMinor } = await port.settle(manager, {
      payableId: payable.id,
      paymentId: payment.id,
      amountMinor,
      actor: fact.actor,
    });
    const excessMinor = amountMinor - appliedMinor;
    await this.completeAttempt(manager, fact, attempt, gatewayId, false);
    const received = fact.ledgerAccount ?? `clearing:${attempt.provider}`;
    await together(manager, completePayments, {
      id: payment.id,
      appliedMinor,
      excessMinor,
      provider: attempt.provider,
      gatewayId,
    });
    const source = { provider: attempt.provider, reference: gatewayId };
    await this.unallocated.keepExcess(manager, payment, source, excessMinor);
    await this.post(manager, payment, attempt, `Payment ${payment.id}`, [
      { code: received, amountMinor },
      { code: `settled:${payment.payable_kind}`, amountMinor: -appliedMinor },
      { code: 'unallocated', amountMinor: -excessMinor },
    ]);
    await this.audits.append(manager, [
      this.attemptEntry(fact, payment, attempt, gatewayId),
      {
        ...this.entry(fact, payment),
        action: 'payment.completed',
        objectType: 'payment',
        objectId: payment.id,
        changes: {
          status: [payment.status, 'completed'],
          amount: formatMinor(amountMinor, payment.currency),
          currency: payment.currency,
          transaction_ref: gatewayId,
          ...(excessMinor > 0n ? { excess: formatMinor(excessMinor, payment.currency) } : {}),
        },
      },
    ]);
    await this.outbox.add(manager, {
      topic: PAYMENT_COMPLETED,
      key: String(payment.id),
      payload: { paymentId: payment.id },
    });
  }

  /** The payment cannot take this money (it is paid already, say): it is kept, flagged, in the books. */
  private async keepOverpayment(
    manager: EntityManager,
    fact: PaidFact,
    payment: PaymentRow,
    attempt: AttemptRow,
    gatewayId: string | null,
  ): Promise<void> {
    const amountMinor = BigInt(attempt.amount_minor);
    await this.completeAttempt(manager, fact, attempt, gatewayId, true);
    await this.unallocated.keepOverpayment(manager, payment, attempt, gatewayId);
    await this.post(manager, payment, attempt, `Overpayment of payment ${payment.id}`, [
      { code: fact.ledgerAccount ?? `clearing:${attempt.provider}`, amountMinor },
      { code: 'unallocated', amountMinor: -amountMinor },
    ]);
    await this.audits.append(manager, [
      this.attemptEntry(fact, payment, attempt, gatewayId),
      {
        ...this.entry(fact, payment),
        action: 'payment.overpaid',
        objectType: 'payment',
        objectId: payment.id,
        changes: {
          amount: formatMinor(amountMinor, payment.currency),
          currency: payment.currency,
          transaction_reference: attempt.reference,
        },
      },
    ]);
  }

  private async post(
    manager: EntityManager,
    payment: PaymentRow,
    attempt: AttemptRow,
    what: string,
    postings: Posting[],
  ): Promise<void> {
    await this.ledger.post(manager, {
      accountId: payment.account_id,
      currency: payment.currency,
      fact: 'paid',
      sourceType: 'transaction',
      sourceId: String(attempt.id),
      paymentId: payment.id,
      memo: `${what} for ${payment.payable_reference}`,
      postings,
    });
  }

  private async completeAttempt(
    manager: EntityManager,
    fact: PaidFact,
    attempt: AttemptRow,
    gatewayId: string | null,
    overpayment: boolean,
  ): Promise<void> {
    await together(manager, completeAttempts, {
      id: attempt.id,
      gatewayId,
      wireStatus: fact.wireStatus,
      overpayment,
      ledgerAccount: fact.ledgerAccount ?? null,
    });
  }

  private entry(
    fact: PaidFact,
    payment: PaymentRow,
  ): Pick<NewAuditEntry, 'accountId' | 'actor' | 'paymentId'> {
    return { accountId: payment.account_id, actor: fact.actor, paymentId: payment.id };
  }

  private attemptEntry(
    fact: PaidFact,
    payment: PaymentRow,
    attempt: AttemptRow,
    gatewayId: string | null,
  ): NewAuditEntry {
    return {
      ...this.entry(fact, payment),
      action: 'transaction.completed',
      objectType: 'transaction',
      objectId: attempt.id,
      changes: {
        status: [attempt.status, 'completed'],
        provider: attempt.provider,
        gateway_transaction_id: gatewayId,
        ...(fact.gatewayTransactionId !== gatewayId
          ? { evidence_id: fact.gatewayTransactionId }
          : {}),
      },
    };
  }
}
