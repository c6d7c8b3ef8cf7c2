import { randomUUID } from 'node:crypto';
import { type Answer, type DemoUser, waitFor } from '../../stack/index.js';
import { type LoadDesk, PAYMENTS, SESSIONS } from '../desk/load.desk.js';
import type { ContractModel, ModelPayment } from './contract.model.js';

/** Of what the model says, what the product shows. */
interface ShownPayment {
  status_detail: string;
  amount: string;
  refunded_amount: string;
  excess_amount: string;
}

const CLOSED_MS = 20_000;

/** The running product, as the commands of one sequence use it: a booking of their own. */
export class RealWorld {
  session: number | null = null;

  constructor(
    readonly desk: LoadDesk,
    readonly booking: number,
    private readonly clock: { offsetS: number },
  ) {}

  newKey(): string {
    return `model-${randomUUID()}`;
  }

  /** Goes on to another address where a process was just killed. */
  async request(
    user: DemoUser,
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    return waitFor(`an answer to ${method} ${path}`, async () =>
      this.desk
        .as(user)
        .request(method, path, { body, headers })
        .catch(() => null),
    );
  }

  /** Moves the product's time by so many seconds: prompts lapse. */
  async advance(seconds: number): Promise<void> {
    this.clock.offsetS += seconds;
    await this.setClock(this.clock.offsetS);
  }

  /** Kills an API and waits for the next one. It starts only where nobody moved the clock, so that stands still. */
  async restart(which: number): Promise<void> {
    const { apis } = this.desk.stack;
    await this.setClock(0);
    await apis[which % apis.length]?.kill9();
    await this.desk.stack.untilReady();
    await this.setClock(this.clock.offsetS);
  }

  private async setClock(offsetS: number): Promise<void> {
    await this.desk.database.rows('UPDATE app_clock SET offset_s = $1', [offsetS]);
  }

  async payment(id: number): Promise<ShownPayment> {
    const { status, body, text } = await this.request('customer', 'GET', `${PAYMENTS}${id}/`);
    if (status !== 200) throw new Error(`payment ${id} was answered ${status}: ${text}`);
    return body as ShownPayment;
  }

  /** Waits until the payment shows one of these; answers which. */
  async until(payment: ModelPayment, ...statuses: string[]): Promise<string> {
    return waitFor(
      `payment ${payment.id} to be ${statuses.join(' or ')}`,
      async () => {
        const { status_detail: status } = await this.payment(payment.id);
        return statuses.includes(status) ? status : null;
      },
      CLOSED_MS,
    );
  }

  async closeDrawer(): Promise<void> {
    if (this.session === null) return;
    const path = `${SESSIONS}${this.session}/`;
    const { body } = await this.request('cashier', 'GET', `${path}x-report/`);
    const { currencies } = body as { currencies: { currency: string; expected: string }[] };
    const counted = currencies.map(({ currency, expected }) => ({ currency, amount: expected }));
    const { status, text } = await this.request('cashier', 'POST', `${path}close/`, { counted });
    if (status !== 200) throw new Error(`the close was answered ${status}: ${text}`);
    this.session = null;
  }

  /** @throws where the product shows something else than the model says */
  async compare(model: ContractModel): Promise<void> {
    await Promise.all(model.payments.map((payment) => this.comparePayment(payment)));
    const { body } = await this.request('customer', 'GET', `/api/v1/bookings/${this.booking}/`);
    const { status, amount_due: due } = body as { status: string; amount_due: string };
    same(
      'the booking',
      { status, due: Number(due) },
      { status: model.bookingStatus, due: model.owed },
    );
  }

  private async comparePayment(payment: ModelPayment): Promise<void> {
    const shown = await this.payment(payment.id);
    same(
      `payment ${payment.id}`,
      {
        status: shown.status_detail,
        amount: Number(shown.amount),
        refunded: Number(shown.refunded_amount),
        excess: Number(shown.excess_amount),
      },
      {
        status: payment.status,
        amount: payment.amount,
        refunded: payment.refunded,
        excess: payment.excess,
      },
    );
  }
}

/** @throws naming both where they differ */
export function same(what: string, product: unknown, model: unknown): void {
  const [shown, wanted] = [JSON.stringify(product), JSON.stringify(model)];
  if (shown !== wanted) throw new Error(`${what}: the product says ${shown}, the model ${wanted}`);
}

/** @throws unless the answer is a refusal by a rule */
export function refused(what: string, { status, text }: Answer): void {
  if (status !== 400 && status !== 409)
    throw new Error(`${what} was answered ${status}: ${text.slice(0, 300)}`);
}

/** @throws unless the answer has this status */
export function answered(what: string, { status, text }: Answer, expected: number): void {
  if (status !== expected) {
    throw new Error(`${what} was answered ${status} instead of ${expected}: ${text.slice(0, 300)}`);
  }
}
