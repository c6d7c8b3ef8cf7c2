import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Audits } from '../audits/index.js';
import { type Actor, formatMinor } from '../common/index.js';
import type { MobileNetwork, PaymentMethod } from '../providers/index.js';
import type { Payable } from './payable.port.js';
import type { PaymentRow } from './payment.entity.js';
import { PAYMENT_COLUMNS } from './payment.repository.js';

export interface PaymentMaker {
  actor: Actor;
  amountMinor: bigint;
  method: PaymentMethod;
  network: MobileNetwork | null;
  notes: string;
  claimId: string | null;
  /** Who pays, where it is not the payable's customer. */
  payer: { name: string | null; email: string | null };
}

/** Writes a new payment with its first audit entry. What is owed was checked under the payable's lock. */
@Injectable()
export class PaymentMaking {
  constructor(private readonly audits: Audits) {}

  async make(manager: EntityManager, payable: Payable, maker: PaymentMaker): Promise<PaymentRow> {
    const rows: PaymentRow[] = await manager.query(
      `INSERT INTO payments AS p (account_id, payable_kind, payable_id, payable_uuid,
         payable_reference, customer_id, owner_id, created_by, currency, amount_minor,
         payment_method, mobile_money_provider, notes, idempotency_claim_id, payer_name, payer_email)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
       RETURNING ${PAYMENT_COLUMNS}`,
      [
        payable.accountId,
        payable.kind,
        payable.id,
        payable.uuid,
        payable.reference,
        payable.customerId,
        payable.ownerId,
        maker.actor.userId,
        payable.currency,
        maker.amountMinor.toString(),
        maker.method,
        maker.network,
        maker.notes,
        maker.claimId,
        maker.payer.name,
        maker.payer.email,
      ],
    );
    const payment = rows[0];
    if (!payment) throw new Error('the payment was not written');
    await this.audits.append(manager, [
      {
        accountId: payable.accountId,
        actor: maker.actor,
        action: 'payment.created',
        objectType: 'payment',
        objectId: payment.id,
        paymentId: payment.id,
        changes: {
          amount: formatMinor(maker.amountMinor, payable.currency),
          currency: payable.currency,
          payment_method: maker.method,
          [payable.kind]: payable.reference,
        },
      },
    ]);
    return payment;
  }
}
