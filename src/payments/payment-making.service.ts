import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { auditParameters, insertAudits } from '../audits/index.js';
import { type Actor, formatMinor } from '../common/index.js';
import { Statements } from '../database/index.js';
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

/**
 * One statement for a payment and its first audit entry. `source` is what the row is selected from: nothing
 * is written when that is empty.
 */
function makeStatement(before: string, source: string): string {
  return `WITH ${before} made AS (
      INSERT INTO payments AS p (account_id, payable_kind, payable_id, payable_uuid,
        payable_reference, customer_id, owner_id, created_by, currency, amount_minor,
        payment_method, mobile_money_provider, notes, idempotency_claim_id, payer_name, payer_email)
      SELECT $1::integer, $2, $3::integer, $4::uuid, $5, $6::integer, $7::integer, $8::integer, $9,
        $10::bigint, $11, $12, $13, $14::uuid, $15, $16 ${source}
      RETURNING ${PAYMENT_COLUMNS}
    ), told AS (${insertAudits('$17', '$18', 'made')})
    SELECT * FROM made`;
}

const MAKE = makeStatement('', '');

/** The payable's row is locked as by a settlement, and a change under way is waited for and then seen. */
const MAKE_IF_UNCHANGED = {
  bookings: makeStatement(
    `unchanged AS (
      SELECT FROM bookings WHERE id = $3::integer AND version = $19 FOR NO KEY UPDATE
    ),`,
    'FROM unchanged',
  ),
};

/** Writes a new payment with its first audit entry. */
@Injectable()
export class PaymentMaking {
  constructor(private readonly statements: Statements) {}

  /** What is owed was checked under the payable's lock, which `manager` holds. */
  async make(manager: EntityManager, payable: Payable, maker: PaymentMaker): Promise<PaymentRow> {
    const [payment]: PaymentRow[] = await manager.query(MAKE, parameters(payable, maker));
    if (!payment) throw new Error('the payment was not written');
    return payment;
  }

  /**
   * What is owed was checked without a lock: writes, and commits, only if the payable is still as it was
   * `seen` when it was read; null otherwise.
   */
  async makeIfUnchanged(
    payable: Payable,
    seen: NonNullable<Payable['seen']>,
    maker: PaymentMaker,
  ): Promise<PaymentRow | null> {
    const [payment] = await this.statements.query<PaymentRow>(MAKE_IF_UNCHANGED[seen.table], [
      ...parameters(payable, maker),
      seen.version,
    ]);
    return payment ?? null;
  }
}

/** $1 to $18 of both statements. */
function parameters(payable: Payable, maker: PaymentMaker): unknown[] {
  const entry = {
    accountId: payable.accountId,
    actor: maker.actor,
    action: 'payment.created',
    objectType: 'payment',
    changes: {
      amount: formatMinor(maker.amountMinor, payable.currency),
      currency: payable.currency,
      payment_method: maker.method,
      [payable.kind]: payable.reference,
    },
  };
  return [
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
    ...auditParameters([entry]),
  ];
}
