import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { actorOf, formatMinor, Money, type ObjectId, type Principal } from '../../common/index.js';
import { change } from '../../database/index.js';
import {
  assertPayable,
  ManualTender,
  type Payable,
  type PaymentRow,
} from '../../payments/index.js';
import { Duplicates } from './duplicates.service.js';
import { notSubmitter, paymentUnderWay } from './manual.errors.js';
import { assertWaiting, ManualPayments } from './manual-payments.service.js';
import type { ManualPaymentRow } from './manual.types.js';
import { maskAccount, referenceKey } from './transfer.words.js';

/** What a submitter may change; what is undefined stays. */
export interface Revision {
  amount?: string | number;
  reference?: string;
  referenceField: string;
  valueDate?: string | null;
  payerName?: string | null;
  payerAccount?: string | null;
  notes?: string;
  confirmDuplicate: boolean;
  version?: number;
}

type Claim = Pick<
  ManualPaymentRow,
  'claimed_minor' | 'reference' | 'reference_key' | 'value_date' | 'payer_name' | 'payer_account'
>;

/** What the submitter does until somebody decides. Whoever had read the version before must read again. */
@Injectable()
export class Revisions {
  constructor(
    private readonly duplicates: Duplicates,
    private readonly tender: ManualTender,
    private readonly manuals: ManualPayments,
  ) {}

  /** @throws DomainError 403 for another than the submitter, 409 once it is decided or changed. */
  async revise(caller: Principal, id: ObjectId, wanted: Revision): Promise<void> {
    await this.manuals.act(caller, id, async (manager, { payable, payment, manual }) => {
      assertSubmitter(caller, manual);
      assertWaiting(payment, wanted.version, 'changed');
      const after = claimAfter(manual, wanted);
      const notes = wanted.notes ?? payment.notes;
      const changes = differences(manual, after, { notes: [payment.notes, notes] });
      if (Object.keys(changes).length === 0) return;
      await this.assertAmount(manager, payable, payment, BigInt(after.claimed_minor));
      const isDuplicate =
        after.reference_key === manual.reference_key
          ? manual.duplicate_confirmed
          : await this.duplicates.assertReference(manager, caller, {
              key: after.reference_key,
              firstPaymentId: manual.first_payment_id,
              confirmed: wanted.confirmDuplicate,
            });
      await this.update(manager, payment.id, after, isDuplicate);
      await this.tender.revise(manager, payment, {
        amountMinor: BigInt(after.claimed_minor),
        notes,
        actor: actorOf(caller),
      });
      await this.manuals.audit(manager, caller, payment.id, 'payment.transfer_corrected', changes);
    });
  }

  /** The payment is cancelled; withdrawn again, it stays as it is. */
  async withdraw(caller: Principal, id: ObjectId, version: number | undefined): Promise<void> {
    await this.manuals.act(caller, id, async (manager, { payment, manual }) => {
      assertSubmitter(caller, manual);
      if (payment.status === 'cancelled') return;
      assertWaiting(payment, version, 'withdrawn');
      await this.manuals.decide(manager, { payment, decision: 'withdrawn', caller, reason: null });
      await this.tender.withdraw(manager, payment, actorOf(caller));
    });
  }

  private async assertAmount(
    manager: EntityManager,
    payable: Payable,
    payment: PaymentRow,
    amountMinor: bigint,
  ): Promise<void> {
    if (amountMinor === BigInt(payment.amount_minor)) return;
    assertPayable(payable, amountMinor);
    const others = await this.manuals.underWay(manager, payable, payment.id);
    if (amountMinor > payable.owedMinor - others) throw paymentUnderWay(payable.reference);
  }

  private async update(
    manager: EntityManager,
    paymentId: number,
    claim: Claim,
    isDuplicate: boolean,
  ): Promise<void> {
    await change(
      manager,
      `UPDATE manual_payments SET claimed_minor = $2, reference = $3, reference_key = $4,
         value_date = $5, payer_name = $6, payer_account = $7, duplicate_confirmed = $8
       WHERE payment_id = $1`,
      [
        paymentId,
        claim.claimed_minor,
        claim.reference,
        claim.reference_key,
        claim.value_date,
        claim.payer_name,
        claim.payer_account,
        isDuplicate,
      ],
    );
  }
}

function assertSubmitter(caller: Principal, manual: ManualPaymentRow): void {
  if (manual.submitted_by !== caller.userId) throw notSubmitter();
}

function claimAfter(manual: ManualPaymentRow, wanted: Revision): Claim {
  const amount =
    wanted.amount === undefined
      ? manual.claimed_minor
      : Money.parse(wanted.amount, manual.currency).minor.toString();
  return {
    claimed_minor: amount,
    reference: wanted.reference?.trim() ?? manual.reference,
    reference_key:
      wanted.reference === undefined
        ? manual.reference_key
        : referenceKey(wanted.reference, wanted.referenceField),
    value_date: wanted.valueDate === undefined ? manual.value_date : wanted.valueDate,
    payer_name: wanted.payerName === undefined ? manual.payer_name : wanted.payerName,
    payer_account:
      wanted.payerAccount === undefined ? manual.payer_account : maskAccount(wanted.payerAccount),
  };
}

/** `{field: [before, after]}` of what changed, in the API's words. */
function differences(
  before: ManualPaymentRow,
  after: Claim,
  others: Record<string, [string, string]>,
): Record<string, [string | null, string | null]> {
  const all: Record<string, [string | null, string | null]> = {
    amount: [
      formatMinor(before.claimed_minor, before.currency),
      formatMinor(after.claimed_minor, before.currency),
    ],
    transaction_reference: [before.reference, after.reference],
    value_date: [before.value_date, after.value_date],
    payer_name: [before.payer_name, after.payer_name],
    payer_account: [before.payer_account, after.payer_account],
    ...others,
  };
  return Object.fromEntries(Object.entries(all).filter(([, [from, to]]) => from !== to));
}
