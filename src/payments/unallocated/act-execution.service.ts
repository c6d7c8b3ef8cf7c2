import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import {
  actorOf,
  DomainError,
  invalidField,
  type ObjectId,
  type Principal,
} from '../../common/index.js';
import { Users } from '../../identity/index.js';
import type { Payable, PayableKind } from '../payable.port.js';
import { assertPayable, titled } from '../payable.rules.js';
import { Payables } from '../payables.registry.js';
import { PaymentRepository } from '../payment.repository.js';
import { ActMoney } from './act-money.service.js';
import type { ActRow, ReceiptRow, WantedAct } from './unallocated.entity.js';

export interface PreparedAct {
  columns: Partial<ActRow>;
  /** The most that can be taken from the receipt for this act, in minor units. */
  freeMinor(receipt: ReceiptRow): bigint;
}

/** Looks at the other end of an act and carries it out, in the caller's transaction. */
@Injectable()
export class ActExecution {
  constructor(
    private readonly payables: Payables,
    private readonly repository: PaymentRepository,
    private readonly users: Users,
    private readonly money: ActMoney,
  ) {}

  /** Locks what the act pays, then the payment whose excess it takes; the receipt's lock comes after. */
  async prepare(
    manager: EntityManager,
    caller: Principal,
    receipt: ReceiptRow,
    wanted: WantedAct,
  ): Promise<PreparedAct> {
    const payable = wanted.payable ? await this.payable(manager, caller, wanted.payable) : null;
    if (payable && payable.currency !== receipt.currency) {
      throw invalidField(
        payable.kind,
        `is owed in ${payable.currency}, the receipt in ${receipt.currency}`,
      );
    }
    const unpromised = await this.lockPayment(manager, receipt);
    const columns: Partial<ActRow> = {
      payable_kind: payable?.kind ?? null,
      payable_id: payable?.id ?? null,
      customer_id: wanted.kind === 'credit' ? await this.customer(caller, receipt, wanted) : null,
      refund_method: wanted.settlement?.method ?? null,
      refund_evidence: wanted.settlement?.evidence ?? null,
    };
    return {
      columns,
      freeMinor: (locked) =>
        least(BigInt(locked.left_minor), unpromised ?? null, payable?.owedMinor ?? null),
    };
  }

  /** For the second person: the same locks in the same order. */
  async lockTarget(manager: EntityManager, act: ActRow, receipt: ReceiptRow): Promise<void> {
    if (act.payable_kind && act.payable_id) {
      await this.payables.get(act.payable_kind).lock(manager, { id: act.payable_id });
    }
    await this.lockPayment(manager, receipt);
  }

  /**
   * The payment whose excess the receipt is. Answers what of it no refund under way has been promised;
   * null for receipts that belong to no payment's sums.
   */
  async lockPayment(manager: EntityManager, receipt: ReceiptRow): Promise<bigint | null> {
    if (receipt.kind !== 'excess' || receipt.payment_id === null) return null;
    const payment = await this.repository.lockPayment(manager, receipt.payment_id);
    if (!payment) throw new Error(`receipt ${receipt.id} lost its payment`);
    return (
      BigInt(payment.amount_minor) -
      BigInt(payment.refunded_minor) -
      BigInt(payment.refunding_minor) -
      BigInt(payment.moved_minor)
    );
  }

  /** `decidedBy`: the second person; null where one was enough. */
  async carryOut(
    manager: EntityManager,
    act: ActRow,
    receipt: ReceiptRow,
    caller: Principal,
    decidedBy: number | null,
  ): Promise<ActRow> {
    switch (act.kind) {
      case 'allocate': {
        const payable = await this.lockAgain(manager, act);
        assertPayable(payable, BigInt(act.amount_minor));
        await this.payables
          .get(payable.kind)
          .hold?.(manager, { payableId: payable.id, actor: actorOf(caller) });
        return this.money.allocate(manager, act, { receipt, payable, caller, decidedBy });
      }
      case 'credit':
        return this.money.keep(manager, act, { receipt, caller, decidedBy });
      default:
        return this.money.payBack(manager, act, { receipt, caller, decidedBy });
    }
  }

  private async lockAgain(manager: EntityManager, act: ActRow): Promise<Payable> {
    const kind = act.payable_kind ?? 'booking';
    const payable = await this.payables.get(kind).lock(manager, { id: act.payable_id ?? 0 });
    if (!payable) throw new Error(`act ${act.id} lost its ${kind}`);
    return payable;
  }

  private async payable(
    manager: EntityManager,
    caller: Principal,
    { kind, id }: { kind: PayableKind; id: ObjectId },
  ): Promise<Payable> {
    const payable = await this.payables.find(kind)?.lock(manager, id);
    if (!payable || payable.accountId !== caller.accountId) {
      throw new DomainError('not_found', 'payable_not_found', `${titled(kind)} not found`);
    }
    return payable;
  }

  private async customer(
    caller: Principal,
    receipt: ReceiptRow,
    wanted: WantedAct,
  ): Promise<number | null> {
    if (wanted.customer === null) return receipt.customer_id;
    const user = await this.users.findByEmail(caller.accountId, wanted.customer);
    if (!user) throw invalidField('customer', 'must be the e-mail address of a user of yours');
    return user.id;
  }
}

/** The smallest of those that bound it. */
function least(first: bigint, ...others: (bigint | null)[]): bigint {
  return others.reduce<bigint>(
    (low, other) => (other !== null && other < low ? other : low),
    first,
  );
}
