import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Audits } from '../../audits/index.js';
import { type Actor, formatMinor } from '../../common/index.js';
import { type ProviderCode, Providers } from '../../providers/index.js';
import type { AttemptRow, PaymentRow } from '../payment.entity.js';
import { PaymentRepository } from '../payment.repository.js';

export interface TenderAttempt {
  provider: ProviderCode;
  actor: Actor;
  claimId: string | null;
  /** The id that the sender of a confirmation gave, where there is one. */
  gatewayTransactionId: string | null;
}

/**
 * Attempts of tenders that no gateway is asked for: written when the money, or the claim that it was
 * sent, is there. Nothing looks after them later; whoever writes one settles it.
 */
@Injectable()
export class TenderAttempts {
  constructor(
    private readonly repository: PaymentRepository,
    private readonly providers: Providers,
    private readonly audits: Audits,
  ) {}

  /** Under the payment's lock. */
  async write(
    manager: EntityManager,
    payment: PaymentRow,
    tender: TenderAttempt,
  ): Promise<AttemptRow> {
    // Beside an open attempt at a gateway it is written closed: only one may wait for an outcome.
    const beside = await this.repository.findOpenAttempt(manager, payment.id);
    const rows: AttemptRow[] = await manager.query(
      `INSERT INTO payment_transactions (payment_id, account_id, provider, reference, status,
         currency, amount_minor, gateway_transaction_id, initiated_by, idempotency_claim_id, sent_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, app_now()) RETURNING *`,
      [
        payment.id,
        payment.account_id,
        tender.provider,
        this.providers.get(tender.provider).newReference({
          payableKind: payment.payable_kind,
          payableReference: payment.payable_reference,
          paymentId: payment.id,
        }),
        beside ? 'expired' : 'pending',
        payment.currency,
        payment.amount_minor,
        tender.gatewayTransactionId,
        tender.actor.userId,
        tender.claimId,
      ],
    );
    const attempt = rows[0];
    if (!attempt) throw new Error('the attempt was not written');
    await this.audits.append(manager, [
      {
        accountId: payment.account_id,
        actor: tender.actor,
        action: 'transaction.recorded',
        objectType: 'transaction',
        objectId: attempt.id,
        paymentId: payment.id,
        changes: {
          provider: tender.provider,
          transaction_reference: attempt.reference,
          amount: formatMinor(payment.amount_minor, payment.currency),
          currency: payment.currency,
        },
      },
    ]);
    return attempt;
  }

  /** The attempt that this claim wrote before. */
  async ofClaim(manager: EntityManager, claimId: string | null): Promise<AttemptRow | null> {
    if (!claimId) return null;
    const rows: AttemptRow[] = await manager.query(
      'SELECT * FROM payment_transactions WHERE idempotency_claim_id = $1',
      [claimId],
    );
    return rows[0] ?? null;
  }
}
