import type { AsyncCommand } from 'fast-check';
import type { ContractModel, ModelPayment } from './contract.model.js';
import type { RealWorld } from './real.world.js';

/** Acts on product and model, then both must say the same. */
export abstract class ModelCommand implements AsyncCommand<ContractModel, RealWorld> {
  abstract check(model: Readonly<ContractModel>): boolean;
  protected abstract act(model: ContractModel, real: RealWorld): Promise<void>;
  abstract toString(): string;

  async run(model: ContractModel, real: RealWorld): Promise<void> {
    await this.act(model, real);
    await real.compare(model);
  }
}

/** On one of the payments that it suits: `which` counts around. */
export abstract class PaymentCommand extends ModelCommand {
  constructor(protected readonly which: number) {
    super();
  }

  check(model: Readonly<ContractModel>): boolean {
    return this.candidates(model).length > 0;
  }

  protected suits(_payment: ModelPayment): boolean {
    return true;
  }

  protected pick(model: Readonly<ContractModel>): ModelPayment {
    const candidates = this.candidates(model);
    const payment = candidates[this.which % candidates.length];
    if (!payment) throw new Error(`no payment suits ${this.toString()}`);
    return payment;
  }

  private candidates(model: Readonly<ContractModel>): ModelPayment[] {
    return model.payments.filter((payment) => this.suits(payment));
  }

  toString(): string {
    return `${this.constructor.name}(${this.which})`;
  }
}
