import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Audits } from '../audits/index.js';
import {
  actorOf,
  DomainError,
  formatMinor,
  Money,
  type ObjectId,
  type Principal,
} from '../common/index.js';
import { change, Transactions } from '../database/index.js';
import type { MobileNetwork, PaymentMethod } from '../providers/index.js';
import { Payables } from './payables.registry.js';
import type { Payable, PayableKind } from './payable.port.js';
import type { PaymentRow } from './payment.entity.js';
import {
  attemptInProgress,
  moreThanOwed,
  paymentNotFound,
  versionConflict,
  wrongState,
} from './payment.errors.js';
import { PaymentReader } from './payment-reader.service.js';
import { PaymentRepository, PAYMENT_COLUMNS } from './payment.repository.js';
import { transition } from './payment.state.js';

export interface NewPayment {
  payable: { kind: PayableKind; id: ObjectId };
  amount: string | number;
  method: PaymentMethod;
  network: MobileNetwork | null;
  notes: string;
}

export interface PaymentChanges {
  amount?: string | number;
  method?: PaymentMethod;
  network?: MobileNetwork | null;
  notes?: string;
  /** The version the caller has seen; compared before anything else. */
  version?: number;
}

/** Payments as people make, change and withdraw them. Money moves in `settlement/` alone. */
@Injectable()
export class Payments {
  constructor(
    private readonly transactions: Transactions,
    private readonly payables: Payables,
    private readonly repository: PaymentRepository,
    private readonly reader: PaymentReader,
    private readonly audits: Audits,
  ) {}

  /**
   * Records what somebody is about to pay. The same claim again answers the payment it made before.
   * @throws DomainError 404 unknown payable, 400 more than is owed or not the exact total.
   */
  async create(caller: Principal, wanted: NewPayment, claimId: string | null): Promise<PaymentRow> {
    return this.transactions.run(async (manager) => {
      const payable = await this.payables.get(wanted.payable.kind).lock(manager, wanted.payable.id);
      if (!payable || !mayPay(caller, payable)) {
        throw new DomainError(
          'not_found',
          'payable_not_found',
          `${titled(wanted.payable.kind)} not found`,
        );
      }
      const made = await this.madeByClaim(manager, claimId);
      if (made) return made;
      const amount = Money.parse(wanted.amount, payable.currency);
      assertPayable(payable, amount.minor);
      const payment = await this.insert(manager, caller, payable, amount, wanted, claimId);
      await this.audits.append(manager, [
        {
          accountId: payable.accountId,
          actor: actorOf(caller),
          action: 'payment.created',
          objectType: 'payment',
          objectId: payment.id,
          paymentId: payment.id,
          changes: {
            amount: amount.toString(),
            currency: payable.currency,
            payment_method: wanted.method,
            [payable.kind]: payable.reference,
          },
        },
      ]);
      return payment;
    });
  }

  /** Changes what may change while nothing has been tried: method, network, amount, notes. */
  async change(caller: Principal, id: ObjectId, changes: PaymentChanges): Promise<PaymentRow> {
    const seen = await this.reader.payment(caller, id);
    return this.transactions.run(async (manager) => {
      const payable = await this.payables
        .get(seen.payable_kind)
        .lock(manager, { id: seen.payable_id });
      const payment = await this.lockEditable(manager, seen.id, changes.version, 'changed');
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

  /** Hides a payment that nothing was tried for; its audit trail stays. */
  async remove(caller: Principal, id: ObjectId): Promise<void> {
    const seen = await this.reader.payment(caller, id);
    await this.transactions.run(async (manager) => {
      const payment = await this.lockEditable(manager, seen.id, undefined, 'deleted');
      await change(
        manager,
        'UPDATE payments SET deleted_at = now(), version = version + 1, updated_at = now() WHERE id = $1 RETURNING id',
        [payment.id],
      );
      await this.audit(manager, caller, payment, 'payment.deleted', {});
    });
  }

  /** Ends a payment that has not been handed to a gateway. */
  async cancel(caller: Principal, id: ObjectId): Promise<PaymentRow> {
    const seen = await this.reader.payment(caller, id);
    return this.transactions.run(async (manager) => {
      const payment = await this.lockPayment(manager, seen.id);
      if (payment.status === 'cancelled') return payment;
      if (await this.repository.findOpenAttempt(manager, payment.id)) throw attemptInProgress(30);
      if (!transition(payment.status, 'cancelled', 'cancellation').allowed) {
        throw wrongState(payment.status, 'cancelled');
      }
      const [row] = await change<PaymentRow>(
        manager,
        `UPDATE payments p SET status = 'cancelled', processed_at = now(), version = version + 1,
           updated_at = now() WHERE p.id = $1 RETURNING ${PAYMENT_COLUMNS}`,
        [payment.id],
      );
      await this.audit(manager, caller, payment, 'payment.cancelled', {
        status: [payment.status, 'cancelled'],
      });
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
    act: string,
  ): Promise<PaymentRow> {
    const payment = await this.lockPayment(manager, id);
    if (version !== undefined && version !== payment.version)
      throw versionConflict(payment.version);
    if (payment.status !== 'pending') throw wrongState(payment.status, act);
    if (await this.repository.findOpenAttempt(manager, id)) throw attemptInProgress(30);
    return payment;
  }

  private async madeByClaim(
    manager: EntityManager,
    claimId: string | null,
  ): Promise<PaymentRow | null> {
    if (!claimId) return null;
    const rows: PaymentRow[] = await manager.query(
      `SELECT ${PAYMENT_COLUMNS} FROM payments p WHERE p.idempotency_claim_id = $1`,
      [claimId],
    );
    return rows[0] ?? null;
  }

  private async insert(
    manager: EntityManager,
    caller: Principal,
    payable: Payable,
    amount: Money,
    wanted: NewPayment,
    claimId: string | null,
  ): Promise<PaymentRow> {
    const rows: PaymentRow[] = await manager.query(
      `INSERT INTO payments AS p (account_id, payable_kind, payable_id, payable_uuid,
         payable_reference, customer_id, owner_id, created_by, currency, amount_minor,
         payment_method, mobile_money_provider, notes, idempotency_claim_id)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
       RETURNING ${PAYMENT_COLUMNS}`,
      [
        payable.accountId,
        payable.kind,
        payable.id,
        payable.uuid,
        payable.reference,
        payable.customerId,
        payable.ownerId,
        caller.userId,
        payable.currency,
        amount.minor.toString(),
        wanted.method,
        wanted.network,
        wanted.notes,
        claimId,
      ],
    );
    const payment = rows[0];
    if (!payment) throw new Error('the payment was not written');
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

/** A customer pays what is theirs; staff take payments for everything of their account. */
function mayPay(caller: Principal, payable: Payable): boolean {
  if (payable.accountId !== caller.accountId) return false;
  return caller.role !== 'customer' || payable.customerId === caller.userId;
}

function assertPayable(payable: Payable, amountMinor: bigint): void {
  const owed = formatMinor(payable.owedMinor, payable.currency);
  if (payable.owedMinor === 0n) {
    throw new DomainError('refused', 'nothing_owed', `Nothing is owed for ${payable.reference}`);
  }
  if (amountMinor > payable.owedMinor) throw moreThanOwed(owed, payable.currency);
  if (!payable.acceptsParts && amountMinor !== payable.totalMinor) {
    throw new DomainError('refused', 'amount_not_exact', `The amount must be exactly ${owed}`, {
      errors: { amount: [`must be exactly ${owed}`] },
    });
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

function titled(kind: PayableKind): string {
  return kind.charAt(0).toUpperCase() + kind.slice(1);
}
