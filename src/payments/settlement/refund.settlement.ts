import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Audits } from '../../audits/index.js';
import { DomainError, formatMinor } from '../../common/index.js';
import { type Journal, Ledger } from '../../ledger/index.js';
import type { PaymentRow } from '../payment.entity.js';
import { isPaid, type PaymentState, stateAfterRefunds, transition } from '../payment.state.js';
import { UnallocatedReceipts } from '../unallocated/unallocated-receipts.service.js';
import type { RefundedFact, ReversedFact, LockedRows, Settled } from './settlement.types.js';

interface Split {
  appliedMinor: bigint;
  excessMinor: bigint;
}

/**
 * Money went back to the payer (refund, reversal, chargeback), or came back to us (a refund that
 * failed later). Money that nobody owed goes back first; the rest is taken from the payable.
 */
@Injectable()
export class RefundSettlement {
  constructor(
    private readonly ledger: Ledger,
    private readonly audits: Audits,
    private readonly unallocated: UnallocatedReceipts,
  ) {}

  async settle(
    manager: EntityManager,
    fact: RefundedFact | ReversedFact,
    rows: LockedRows,
  ): Promise<Settled> {
    const { payment } = rows;
    const source = this.source(fact);
    const posted: unknown[] = await manager.query(
      'SELECT 1 FROM ledger_journals WHERE source_type = $1 AND source_id = $2 AND fact = $3',
      [source.sourceType, source.sourceId, source.fact],
    );
    if (posted.length > 0) {
      return {
        disposition: 'no_change',
        reason: 'already_posted',
        paymentId: payment.id,
        paymentStatus: payment.status,
      };
    }
    const returned = fact.kind === 'reversed' && fact.of === 'refund';
    const refundedMinor = nextRefunded(payment, fact);
    const status = stateAfterRefunds(BigInt(payment.amount_minor), refundedMinor);
    const next = transition(payment.status, status, returned ? 'refund_failed' : 'refund');
    if (!next.allowed) throw new DomainError('conflict', next.code, next.message);

    const split = returned
      ? await this.takeBack(manager, fact, rows)
      : await this.giveBack(manager, fact, rows);
    await manager.query(
      `UPDATE payments SET status = $2, refunded_minor = $3, applied_minor = applied_minor + $4,
         excess_minor = excess_minor + $5, refunding_minor = refunding_minor - $6,
         version = version + 1, updated_at = now() WHERE id = $1`,
      [
        payment.id,
        status,
        refundedMinor.toString(),
        split.appliedMinor.toString(),
        split.excessMinor.toString(),
        (fact.kind === 'refunded' && fact.reserved ? fact.amountMinor : 0n).toString(),
      ],
    );
    await this.ledger.post(manager, {
      ...source,
      accountId: payment.account_id,
      currency: payment.currency,
      paymentId: payment.id,
      memo: fact.reason,
      postings: [
        { code: `settled:${payment.payable_kind}`, amountMinor: -split.appliedMinor },
        { code: 'unallocated', amountMinor: -split.excessMinor },
        {
          code: (fact.kind === 'refunded' && fact.ledgerAccount) || `clearing:${fact.provider}`,
          amountMinor: split.appliedMinor + split.excessMinor,
        },
      ],
    });
    await this.audit(manager, fact, payment, status);
    return { disposition: 'applied', reason: null, paymentId: payment.id, paymentStatus: status };
  }

  private async audit(
    manager: EntityManager,
    fact: RefundedFact | ReversedFact,
    payment: PaymentRow,
    status: PaymentState,
  ): Promise<void> {
    const returned = fact.kind === 'reversed' && fact.of === 'refund';
    await this.audits.append(manager, [
      {
        accountId: payment.account_id,
        actor: fact.actor,
        action: returned ? 'payment.refund_returned' : `payment.${fact.kind}`,
        objectType: 'payment',
        objectId: payment.id,
        paymentId: payment.id,
        changes: {
          status: [payment.status, status],
          amount: formatMinor(fact.amountMinor, payment.currency),
          currency: payment.currency,
          source: this.source(fact).sourceId,
          reason: fact.reason,
        },
      },
    ]);
  }

  private source(
    fact: RefundedFact | ReversedFact,
  ): Pick<Journal, 'fact' | 'sourceType' | 'sourceId'> {
    if (fact.kind === 'refunded') {
      return { fact: 'refunded', sourceType: 'refund', sourceId: fact.refundId };
    }
    return {
      fact: 'reversed',
      sourceType: fact.of === 'refund' ? 'refund' : 'reversal',
      sourceId: fact.sourceId,
    };
  }

  /** Changes of applied and excess (both negative or zero) when money leaves. */
  private async giveBack(
    manager: EntityManager,
    fact: RefundedFact | ReversedFact,
    { port, payable, payment }: LockedRows,
  ): Promise<Split> {
    const excess = BigInt(payment.excess_minor);
    const fromExcess = fact.amountMinor < excess ? fact.amountMinor : excess;
    const fromApplied = fact.amountMinor - fromExcess;
    if (fromApplied > 0n) {
      await port.reverse(manager, {
        payableId: payable.id,
        paymentId: payment.id,
        amountMinor: fromApplied,
        actor: fact.actor,
      });
    }
    await this.unallocated.takeExcess(manager, payment.id, fromExcess);
    return { appliedMinor: -fromApplied, excessMinor: -fromExcess };
  }

  /** Changes of applied and excess (both positive or zero) when refunded money comes back. */
  private async takeBack(
    manager: EntityManager,
    fact: RefundedFact | ReversedFact,
    { port, payable, payment }: LockedRows,
  ): Promise<Split> {
    const { appliedMinor } = await port.settle(manager, {
      payableId: payable.id,
      paymentId: payment.id,
      amountMinor: fact.amountMinor,
      returned: true,
      actor: fact.actor,
    });
    const excessMinor = fact.amountMinor - appliedMinor;
    const source = { provider: fact.provider, reference: payment.transaction_ref };
    await this.unallocated.keepExcess(manager, payment, source, excessMinor);
    return { appliedMinor, excessMinor };
  }
}

/** What was refunded afterwards; what other refunds are promised and what was moved cannot go back. */
function nextRefunded(payment: PaymentRow, fact: RefundedFact | ReversedFact): bigint {
  const { amountMinor } = fact;
  const returned = fact.kind === 'reversed' && fact.of === 'refund';
  const before = BigInt(payment.refunded_minor);
  const after = returned ? before - amountMinor : before + amountMinor;
  const own = fact.kind === 'refunded' && fact.reserved ? amountMinor : 0n;
  const most =
    BigInt(payment.amount_minor) -
    BigInt(payment.moved_minor) -
    (BigInt(payment.refunding_minor) - own);
  if (amountMinor <= 0n || after < 0n || (!returned && after > most)) {
    const text = formatMinor(most - before, payment.currency);
    throw new DomainError('refused', 'refund_exceeds_payment', `At most ${text} is left to refund`);
  }
  if (!isPaid(payment.status)) {
    throw new DomainError('refused', 'payment_not_paid', 'Only a paid payment can be refunded');
  }
  return after;
}
