import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Audits } from '../audits/index.js';
import { actorOf, formatMinor, Money, type ObjectId, type Principal } from '../common/index.js';
import { change, Transactions } from '../database/index.js';
import type { MobileNetwork, PaymentMethod } from '../providers/index.js';
import { assertPayable } from './payable.rules.js';
import { Payables } from './payables.registry.js';
import type { PaymentRow } from './payment.entity.js';
import {
  attemptInProgress,
  paymentNotFound,
  versionConflict,
  wrongState,
} from './payment.errors.js';
import { PaymentReader } from './payment-reader.service.js';
import { PaymentRepository, PAYMENT_COLUMNS } from './payment.repository.js';

export interface PaymentChanges {
  amount?: string | number;
  method?: PaymentMethod;
  network?: MobileNetwork | null;
  notes?: string;
  /** The version the caller has seen; compared before anything else. */
  version?: number;
}

/** Payments as people change them. Money moves in `settlement/` alone. */
@Injectable()
export class Payments {
  constructor(
    private readonly transactions: Transactions,
    private readonly payables: Payables,
    private readonly repository: PaymentRepository,
    private readonly reader: PaymentReader,
    private readonly audits: Audits,
  ) {}

  /** Changes what may change while nothing has been tried: method, network, amount, notes. */
  async change(caller: Principal, id: ObjectId, changes: PaymentChanges): Promise<PaymentRow> {
    const seen = await this.reader.payment(caller, id);
    return this.transactions.run(async (manager) => {
      const payable = await this.payables
        .get(seen.payable_kind)
        .lock(manager, { id: seen.payable_id });
      const payment = await this.lockEditable(manager, seen.id, changes.version);
      if (!payable) throw paymentNotFound();
      const amount =
        changes.amount === undefined
          ? BigInt(payment.amount_minor)
          : Money.parse(changes.amount, payment.currency).minor;
      if (amount !== BigInt(payment.amount_minor)) assertPayable(payable, amount);
      const next = {
        amount_minor: amount.toString(),
        payment_method: changes.method ?? payment.payment_method,
        mobile_money_provider:
          changes.network === undefined ? payment.mobile_money_provider : changes.network,
        notes: changes.notes ?? payment.notes,
      };
      const differences = differencesOf(payment, next);
      if (Object.keys(differences).length === 0) return payment;
      const [row] = await change<PaymentRow>(
        manager,
        `UPDATE payments p SET amount_minor = $2, payment_method = $3, mobile_money_provider = $4,
           notes = $5, version = version + 1, updated_at = now()
         WHERE p.id = $1 RETURNING ${PAYMENT_COLUMNS}`,
        [
          payment.id,
          next.amount_minor,
          next.payment_method,
          next.mobile_money_provider,
          next.notes,
        ],
      );
      await this.audit(manager, caller, payment, 'payment.updated', differences);
      return row ?? payment;
    });
  }

  private async lockPayment(manager: EntityManager, id: number): Promise<PaymentRow> {
    const payment = await this.repository.lockPayment(manager, id);
    if (!payment || payment.deleted_at) throw paymentNotFound();
    return payment;
  }

  private async lockEditable(
    manager: EntityManager,
    id: number,
    version: number | undefined,
  ): Promise<PaymentRow> {
    const payment = await this.lockPayment(manager, id);
    if (version !== undefined && version !== payment.version)
      throw versionConflict(payment.version);
    if (payment.status !== 'pending') throw wrongState(payment.status, 'changed');
    if (await this.repository.findOpenAttempt(manager, id)) throw attemptInProgress(30);
    return payment;
  }

  private async audit(
    manager: EntityManager,
    caller: Principal,
    payment: PaymentRow,
    action: string,
    changes: Record<string, unknown>,
  ): Promise<void> {
    await this.audits.append(manager, [
      {
        accountId: payment.account_id,
        actor: actorOf(caller),
        action,
        objectType: 'payment',
        objectId: payment.id,
        paymentId: payment.id,
        changes,
      },
    ]);
  }
}

function differencesOf(
  payment: PaymentRow,
  next: Pick<PaymentRow, 'amount_minor' | 'payment_method' | 'mobile_money_provider' | 'notes'>,
): Record<string, unknown> {
  const differences: Record<string, unknown> = {};
  if (next.amount_minor !== payment.amount_minor) {
    differences['amount'] = [payment.amount_minor, next.amount_minor].map((minor) =>
      formatMinor(minor, payment.currency),
    );
  }
  for (const key of ['payment_method', 'mobile_money_provider', 'notes'] as const) {
    if (next[key] !== payment[key]) differences[key] = [payment[key], next[key]];
  }
  return differences;
}
