import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { actorOf, DomainError, Money, type ObjectId, type Principal } from '../common/index.js';
import { Transactions } from '../database/index.js';
import type { MobileNetwork, PaymentMethod } from '../providers/index.js';
import { assertPayable, mayPay, titled } from './payable.rules.js';
import { Payables } from './payables.registry.js';
import type { Payable, PayableKind } from './payable.port.js';
import type { PaymentRow } from './payment.entity.js';
import { PaymentMaking, type PaymentMaker } from './payment-making.service.js';
import { PAYMENT_COLUMNS } from './payment.repository.js';

export interface NewPayment {
  payable: { kind: PayableKind; id: ObjectId };
  amount: string | number;
  method: PaymentMethod;
  network: MobileNetwork | null;
  notes: string;
}

/** Payments as people announce them: what they are about to pay, checked against what is owed. */
@Injectable()
export class PaymentCreation {
  constructor(
    private readonly transactions: Transactions,
    private readonly payables: Payables,
    private readonly making: PaymentMaking,
  ) {}

  /**
   * Records what somebody is about to pay. The same claim again answers the payment it made before.
   * @throws DomainError 404 unknown payable, 400 more than is owed or not the exact total.
   */
  async create(caller: Principal, wanted: NewPayment, claimId: string | null): Promise<PaymentRow> {
    return (
      (await this.createAtOnce(caller, wanted, claimId)) ??
      (await this.createUnderLock(caller, wanted, claimId))
    );
  }

  /**
   * The usual case in two statements: decides by what is read without a lock, and writes if the payable
   * has not changed since. Null when anything is unusual: every refusal, and what this claim may have
   * made before, is decided under the lock.
   */
  private async createAtOnce(
    caller: Principal,
    wanted: NewPayment,
    claimId: string | null,
  ): Promise<PaymentRow | null> {
    const payable = await this.payables.get(wanted.payable.kind).find(wanted.payable.id);
    if (!payable?.seen || !mayPay(caller, payable)) return null;
    try {
      const maker = makerOf(caller, payable, wanted, claimId);
      return await this.making.makeIfUnchanged(payable, payable.seen, maker);
    } catch (error) {
      if (error instanceof DomainError || isMadeBefore(error)) return null;
      throw error;
    }
  }

  private async createUnderLock(
    caller: Principal,
    wanted: NewPayment,
    claimId: string | null,
  ): Promise<PaymentRow> {
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
      return this.making.make(manager, payable, makerOf(caller, payable, wanted, claimId));
    });
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
}

/** @throws DomainError 400 when it is not to be paid so. */
function makerOf(
  caller: Principal,
  payable: Payable,
  wanted: NewPayment,
  claimId: string | null,
): PaymentMaker {
  const amount = Money.parse(wanted.amount, payable.currency);
  assertPayable(payable, amount.minor);
  return {
    actor: actorOf(caller),
    amountMinor: amount.minor,
    method: wanted.method,
    network: wanted.network,
    notes: wanted.notes,
    claimId,
    payer: { name: null, email: null },
  };
}

/** The claim has its payment already: its first request was cut off between the commit and its answer. */
function isMadeBefore(error: unknown): boolean {
  return (error as { constraint?: unknown } | null)?.constraint === 'payments_claim_key';
}
