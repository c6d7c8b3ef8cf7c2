import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Audits } from '../../audits/index.js';
import { type Actor, formatMinor } from '../../common/index.js';
import type { ActRow } from './unallocated.entity.js';

/** Each act leaves its entries in the audit trail. */
@Injectable()
export class ActTrail {
  constructor(private readonly audits: Audits) {}

  async write(manager: EntityManager, act: ActRow, actor: Actor, action: string): Promise<void> {
    await this.audits.append(manager, [
      {
        accountId: act.account_id,
        actor,
        action,
        objectType: 'unallocated_act',
        objectId: act.id,
        paymentId: act.payment_id,
        changes: {
          kind: act.kind,
          receipt: act.receipt_id,
          amount: formatMinor(act.amount_minor, act.currency),
          currency: act.currency,
          reason: act.reason,
          status: act.status,
          ...(act.refund_method
            ? { method: act.refund_method, evidence: act.refund_evidence }
            : {}),
        },
      },
    ]);
  }
}
