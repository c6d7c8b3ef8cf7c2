import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { actorOf, DomainError, Money, type ObjectId, type Principal } from '../common/index.js';
import { Transactions } from '../database/index.js';
import type { MobileNetwork, PaymentMethod } from '../providers/index.js';
import { assertPayable, mayPay, titled } from './payable.rules.js';
import { Payables } from './payables.registry.js';
import type { PayableKind } from './payable.port.js';
import type { PaymentRow } from './payment.entity.js';
import { PaymentMaking } from './payment-making.service.js';
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
      return this.making.make(manager, payable, {
        actor: actorOf(caller),
        amountMinor: amount.minor,
        method: wanted.method,
        network: wanted.network,
        notes: wanted.notes,
        claimId,
        payer: { name: null, email: null },
      });
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
