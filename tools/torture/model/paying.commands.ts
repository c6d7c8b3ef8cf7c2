import { PAYMENTS } from '../desk/load.desk.js';
import { ModelCommand, PaymentCommand } from './commands.base.js';
import type { ContractModel, ModelPayment } from './contract.model.js';
import { answered, type RealWorld, refused, same } from './real.world.js';

function bodyOf(real: RealWorld, amount: number): Record<string, unknown> {
  return {
    booking: real.booking,
    amount: `${amount}.00`,
    payment_method: 'mobile_money',
    mobile_money_provider: 'AIRTEL',
  };
}

export class Create extends ModelCommand {
  constructor(private readonly amount: number) {
    super();
  }

  // More of them show nothing new.
  check(model: Readonly<ContractModel>): boolean {
    return model.payments.length < 6;
  }

  protected async act(model: ContractModel, real: RealWorld): Promise<void> {
    const key = real.newKey();
    const headers = { 'idempotency-key': key };
    const answer = await real.request(
      'customer',
      'POST',
      PAYMENTS,
      bodyOf(real, this.amount),
      headers,
    );
    if (this.amount > model.owed) return refused('more than is owed', answer);
    answered('a creation', answer, 201);
    model.add((answer.body as { id: number }).id, this.amount);
    model.last = { key, amount: this.amount, text: answer.text };
    return undefined;
  }

  toString(): string {
    return `Create(${this.amount})`;
  }
}

export class SameKeyAgain extends ModelCommand {
  check(model: Readonly<ContractModel>): boolean {
    return model.last !== null;
  }

  protected async act({ last }: ContractModel, real: RealWorld): Promise<void> {
    if (!last) return;
    const headers = { 'idempotency-key': last.key };
    const answer = await real.request(
      'customer',
      'POST',
      PAYMENTS,
      bodyOf(real, last.amount),
      headers,
    );
    answered('a repeat', answer, 201);
    same('a repeat', answer.text, last.text);
    same('its header', answer.headers['idempotent-replayed'], 'true');
  }

  toString(): string {
    return 'SameKeyAgain';
  }
}

export class ChangedBody extends ModelCommand {
  check(model: Readonly<ContractModel>): boolean {
    return model.last !== null;
  }

  protected async act({ last }: ContractModel, real: RealWorld): Promise<void> {
    if (!last) return;
    const headers = { 'idempotency-key': last.key };
    const body = bodyOf(real, last.amount + 1);
    answered(
      'a changed body',
      await real.request('customer', 'POST', PAYMENTS, body, headers),
      422,
    );
  }

  toString(): string {
    return 'ChangedBody';
  }
}

export class Initiate extends PaymentCommand {
  protected async act(model: ContractModel, real: RealWorld): Promise<void> {
    const payment = this.pick(model);
    const path = `${PAYMENTS}${payment.id}/initiate-gateway/`;
    const answer = await real.request('customer', 'POST', path, {});
    if (!model.mayInitiate(payment)) return refused('an attempt out of turn', answer);
    answered('an attempt', answer, 200);
    payment.reference = (answer.body as { transaction_reference: string }).transaction_reference;
    payment.status = 'processing';
    payment.open = true;
    payment.answered = false;
    return undefined;
  }
}

abstract class OpenPromptCommand extends PaymentCommand {
  protected override suits(payment: ModelPayment): boolean {
    return payment.open;
  }
}

export class Approve extends OpenPromptCommand {
  protected async act(model: ContractModel, real: RealWorld): Promise<void> {
    const payment = this.pick(model);
    await real.desk.sandbox.answer(payment.reference ?? '', 'approve');
    await real.until(payment, 'completed');
    model.complete(payment);
    payment.answered = true;
  }
}

export class Decline extends OpenPromptCommand {
  protected async act(model: ContractModel, real: RealWorld): Promise<void> {
    const payment = this.pick(model);
    await real.desk.sandbox.answer(payment.reference ?? '', 'decline');
    await real.until(payment, 'failed');
    model.end(payment, 'failed');
    payment.answered = true;
  }
}

/** The payer approves, nobody tells us, and the prompt's time runs out: asking the gateway completes it. */
export class ApproveLate extends OpenPromptCommand {
  protected async act(model: ContractModel, real: RealWorld): Promise<void> {
    const payment = this.pick(model);
    await real.desk.sandbox.fault('azampay', { webhook: 'none' });
    await real.desk.sandbox.answer(payment.reference ?? '', 'approve');
    await real.desk.sandbox.fault('azampay', {});
    await real.advance(1_000);
    await real.until(payment, 'completed');
    const others = model.payments.filter((other) => other.open && other !== payment);
    model.complete(payment);
    for (const other of others) {
      model.end(other, (await real.until(other, 'expired', 'failed')) as 'expired');
    }
    payment.answered = true;
  }
}

/** Time passes until every prompt has lapsed. */
export class LetPromptsLapse extends ModelCommand {
  check(model: Readonly<ContractModel>): boolean {
    return model.payments.some(({ open }) => open);
  }

  protected async act(model: ContractModel, real: RealWorld): Promise<void> {
    await real.advance(1_000);
    for (const payment of model.payments.filter(({ open }) => open)) {
      model.end(payment, (await real.until(payment, 'expired', 'failed')) as 'expired');
    }
  }

  toString(): string {
    return 'LetPromptsLapse';
  }
}

export class RepeatCallback extends PaymentCommand {
  protected override suits(payment: ModelPayment): boolean {
    return payment.answered;
  }

  protected async act(model: ContractModel, real: RealWorld): Promise<void> {
    const [prompt] = await real.desk.sandbox.prompts(this.pick(model).reference ?? '');
    if (prompt) await real.desk.sandbox.answerPrompt(prompt.id, 'callback');
  }
}

/** A notification of success that AzamPay did not sign: it must change nothing. */
export class ForgedCallback extends PaymentCommand {
  protected override suits(payment: ModelPayment): boolean {
    return payment.reference !== null;
  }

  protected async act(model: ContractModel, real: RealWorld): Promise<void> {
    const payment = this.pick(model);
    const answer = await real.request('customer', 'POST', '/api/v1/payments/webhook/azam-pay/', {
      message: 'Transaction completed successfully',
      transactionstatus: 'success',
      operator: 'Airtel',
      reference: 'forged',
      externalreference: 'forged',
      utilityref: payment.reference,
      amount: String(payment.amount),
      transid: 'forged',
      msisdn: '255653294241',
      mnoreference: 'forged',
      signature: Buffer.from(payment.reference ?? '').toString('base64'),
    });
    if (answer.status !== 401 && answer.status !== 200)
      answered('a forged notification', answer, 401);
  }
}

export class Verify extends PaymentCommand {
  protected override suits(payment: ModelPayment): boolean {
    return payment.reference !== null;
  }

  protected async act(model: ContractModel, real: RealWorld): Promise<void> {
    const { reference, status } = this.pick(model);
    const path = `/api/payments/verify/?tx_ref=${encodeURIComponent(reference ?? '')}`;
    const answer = await real.request('customer', 'GET', path);
    const lost = ['failed', 'expired', 'cancelled'].includes(status);
    answered(`verify of a ${status} payment`, answer, lost ? 400 : 200);
  }
}

export class Cancel extends PaymentCommand {
  protected async act(model: ContractModel, real: RealWorld): Promise<void> {
    const payment = this.pick(model);
    const answer = await real.request('staff', 'POST', `${PAYMENTS}${payment.id}/cancel/`);
    if (payment.status !== 'pending' && payment.status !== 'cancelled') {
      return refused(`cancelling a ${payment.status} payment`, answer);
    }
    answered('a cancellation', answer, 200);
    payment.status = 'cancelled';
    return undefined;
  }
}
