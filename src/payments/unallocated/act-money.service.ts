import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { actorOf, Money, type Principal } from '../../common/index.js';
import { Credits } from '../../credits/index.js';
import { change } from '../../database/index.js';
import { Ledger, type LedgerCode } from '../../ledger/index.js';
import { CashDesk } from '../cash-desk.port.js';
import type { Payable } from '../payable.port.js';
import { ManualTender } from '../tenders/manual-tender.service.js';
import { ActTrail } from './act.trail.js';
import type { ActRow, ReceiptRow } from './unallocated.entity.js';

interface Doing {
  receipt: ReceiptRow;
  caller: Principal;
  /** The second person; null where one was enough. */
  decidedBy: number | null;
}

/** Moves the money of an act out of `unallocated`: journal, act and audit trail in the caller's commit. */
@Injectable()
export class ActMoney {
  constructor(
    private readonly tender: ManualTender,
    private readonly credits: Credits,
    private readonly ledger: Ledger,
    private readonly desk: CashDesk,
    private readonly trail: ActTrail,
  ) {}

  /** A payment of its own through the settle path, whose money lay in `unallocated`. */
  async allocate(
    manager: EntityManager,
    act: ActRow,
    { payable, ...doing }: Doing & { payable: Payable },
  ): Promise<ActRow> {
    const actor = actorOf(doing.caller);
    const amountMinor = BigInt(act.amount_minor);
    const { payment } = await this.tender.submit(manager, payable, {
      actor,
      amountMinor,
      method: 'bank_transfer',
      network: null,
      notes: act.reason,
      claimId: null,
      payer: { name: doing.receipt.payer, email: null },
    });
    await this.tender.approve(manager, payment, {
      receivedMinor: amountMinor,
      // One receipt may pay several things, and a reference pays once.
      reference: `allocation-${act.id}`,
      ledgerAccount: 'unallocated',
      actor,
    });
    return this.finish(manager, act, doing, { payment_id: payment.id });
  }

  async keep(manager: EntityManager, act: ActRow, doing: Doing): Promise<ActRow> {
    const amountMinor = BigInt(act.amount_minor);
    await this.credits.add(manager, {
      accountId: act.account_id,
      customerId: act.customer_id,
      currency: act.currency,
      amountMinor,
      kind: 'kept',
      paymentId: doing.receipt.payment_id,
      sourceType: 'unallocated_act',
      sourceId: String(act.id),
      actor: actorOf(doing.caller),
    });
    await this.post(manager, act, doing.receipt, 'kept', 'customer_credit');
    return this.finish(manager, act, doing, {});
  }

  /** Paid back by a person; cash comes out of the open drawer session of whoever carries it out. */
  async payBack(manager: EntityManager, act: ActRow, doing: Doing): Promise<ActRow> {
    const account = await this.source(manager, act, doing);
    await this.post(manager, act, doing.receipt, 'refunded', account);
    const drawer = account.startsWith('drawer:') ? { ledger_account: account } : {};
    return this.finish(manager, act, doing, drawer);
  }

  private async source(
    manager: EntityManager,
    act: ActRow,
    { receipt, caller }: Doing,
  ): Promise<LedgerCode> {
    if (act.refund_method?.trim().toLowerCase() !== 'cash') return `clearing:${receipt.provider}`;
    const moved = await this.desk.giveRefund(manager, {
      accountId: act.account_id,
      cashier: caller,
      amount: Money.ofMinor(act.amount_minor, act.currency),
      paymentId: receipt.payment_id,
      refundId: null,
      reason: act.reason,
    });
    return moved.ledgerAccount;
  }

  private async post(
    manager: EntityManager,
    act: ActRow,
    receipt: ReceiptRow,
    fact: 'kept' | 'refunded',
    to: LedgerCode,
  ): Promise<void> {
    const amountMinor = BigInt(act.amount_minor);
    await this.ledger.post(manager, {
      accountId: act.account_id,
      currency: act.currency,
      fact,
      sourceType: 'unallocated_act',
      sourceId: String(act.id),
      paymentId: receipt.payment_id,
      memo: act.reason,
      postings: [
        { code: 'unallocated', amountMinor },
        { code: to, amountMinor: -amountMinor },
      ],
    });
  }

  private async finish(
    manager: EntityManager,
    act: ActRow,
    { caller, decidedBy }: Doing,
    written: Partial<Pick<ActRow, 'payment_id' | 'ledger_account'>>,
  ): Promise<ActRow> {
    const [row] = await change<ActRow>(
      manager,
      `UPDATE unallocated_acts SET status = 'done', payment_id = $2, ledger_account = $3,
         decided_by = $4, decided_at = CASE WHEN $4::int IS NOT NULL THEN now() END
       WHERE id = $1 RETURNING *`,
      [act.id, written.payment_id ?? null, written.ledger_account ?? null, decidedBy],
    );
    if (!row) throw new Error(`act ${act.id} does not exist`);
    await this.trail.write(manager, row, actorOf(caller), 'unallocated.done');
    return row;
  }
}
