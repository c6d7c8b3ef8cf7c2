import { PAYMENTS } from '../desk/load.desk.js';
import { ModelCommand, PaymentCommand } from './commands.base.js';
import type { ContractModel, ModelPayment } from './contract.model.js';
import { answered, type RealWorld, refused } from './real.world.js';

/** `part`: whole TZS; 0: all that is left. */
export class Refund extends PaymentCommand {
  constructor(
    which: number,
    private readonly part: number,
  ) {
    super(which);
  }

  protected async act(model: ContractModel, real: RealWorld): Promise<void> {
    const payment = this.pick(model);
    const left = model.refundable(payment);
    const body = { reason: 'left early', ...(this.part > 0 ? { amount: `${this.part}.00` } : {}) };
    const answer = await real.request('staff', 'POST', `${PAYMENTS}${payment.id}/refunds/`, body);
    const amount = this.part > 0 ? this.part : left;
    if (left === 0 || amount > left) return refused('a refund of more than is left', answer);
    answered('a refund', answer, 201);
    payment.refunds.push({
      id: (answer.body as { id: number }).id,
      amount,
      settled: false,
    });
    return undefined;
  }

  override toString(): string {
    return `Refund(${this.which}, ${this.part})`;
  }
}

/** A person pays a refund back, as AzamPay cannot; the second time nothing more goes back. */
export class SettleRefund extends PaymentCommand {
  protected override suits(payment: ModelPayment): boolean {
    return payment.refunds.length > 0;
  }

  protected async act(model: ContractModel, real: RealWorld): Promise<void> {
    const payment = this.pick(model);
    const refund = payment.refunds.find(({ settled }) => !settled) ?? payment.refunds[0];
    if (!refund) return;
    const body = { method: 'bank_transfer', evidence: 'CRDB 7' };
    const path = `/api/v1/payments/refunds/${refund.id}/settle/`;
    const answer = await real.request('staff', 'POST', path, body);
    if (refund.settled) {
      if (answer.status !== 200) refused('a second settlement', answer);
      return;
    }
    answered('a settlement', answer, 200);
    refund.settled = true;
    model.settle(payment, refund.amount);
  }
}

export class OpenDrawer extends ModelCommand {
  check(model: Readonly<ContractModel>): boolean {
    return !model.drawerOpen;
  }

  protected async act(model: ContractModel, real: RealWorld): Promise<void> {
    real.session = await real.desk.openDrawer('cashier');
    model.drawerOpen = true;
  }

  toString(): string {
    return 'OpenDrawer';
  }
}

export class CloseDrawer extends ModelCommand {
  check(model: Readonly<ContractModel>): boolean {
    return model.drawerOpen;
  }

  protected async act(model: ContractModel, real: RealWorld): Promise<void> {
    await real.closeDrawer();
    model.drawerOpen = false;
  }

  toString(): string {
    return 'CloseDrawer';
  }
}

export class CashSale extends ModelCommand {
  constructor(private readonly amount: number) {
    super();
  }

  check(model: Readonly<ContractModel>): boolean {
    return model.payments.length < 8;
  }

  protected async act(model: ContractModel, real: RealWorld): Promise<void> {
    const body = { booking_id: real.booking, provider: 'cash', amount: `${this.amount}.00` };
    const answer = await real.request('cashier', 'POST', '/api/payments/initiate/', body);
    const promptOpen = model.payments.some(({ open }) => open);
    if (!model.drawerOpen || this.amount > model.owed || promptOpen) {
      return refused('a cash sale out of turn', answer);
    }
    answered('a cash sale', answer, 201);
    const { data } = answer.body as { data: { payment_id: string } };
    const shown = await real.request('customer', 'GET', `${PAYMENTS}${data.payment_id}/`);
    const payment = model.add((shown.body as { id: number }).id, this.amount);
    model.complete(payment);
    return undefined;
  }

  toString(): string {
    return `CashSale(${this.amount})`;
  }
}

/** An API dies and comes again; what it knew is in the database. */
export class RestartApi extends ModelCommand {
  constructor(private readonly which: number) {
    super();
  }

  check(): boolean {
    return true;
  }

  protected async act(_model: ContractModel, real: RealWorld): Promise<void> {
    await real.restart(this.which);
  }

  toString(): string {
    return `RestartApi(${this.which})`;
  }
}
