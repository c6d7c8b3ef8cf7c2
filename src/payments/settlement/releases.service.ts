import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { PayableRelease } from '../payable.port.js';
import { Payables } from '../payables.registry.js';
import type { PaymentRow } from '../payment.entity.js';

/** Tells a payable that nobody is paying for it any more, once that is so. */
@Injectable()
export class Releases {
  constructor(private readonly payables: Payables) {}

  /** In the transaction that ended the payment, under the payable's lock. */
  async afterEnd(
    manager: EntityManager,
    payment: Pick<PaymentRow, 'id' | 'payable_kind' | 'payable_id'>,
    { outcome, actor }: Pick<PayableRelease, 'outcome' | 'actor'>,
  ): Promise<void> {
    const port = this.payables.get(payment.payable_kind);
    if (!port.release) return;
    const others: unknown[] = await manager.query(
      `SELECT 1 FROM payments WHERE payable_kind = $1 AND payable_id = $2 AND id <> $3
         AND deleted_at IS NULL AND status IN ('pending', 'pending_approval', 'processing') LIMIT 1`,
      [payment.payable_kind, payment.payable_id, payment.id],
    );
    if (others.length > 0) return;
    await port.release(manager, {
      payableId: payment.payable_id,
      paymentId: payment.id,
      outcome,
      actor,
    });
  }
}
