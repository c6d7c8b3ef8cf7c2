import type { Answer, Api } from './api.js';
import { startApp, type TestApp } from './app.js';
import { expectBooksToAgree } from './books.js';
import { waitFor } from './wait.js';

export const HOURS = 3_600;
/** Ours; the virtual phone shows a prompt for longer. */
export const PROMPT_LIFETIME_S = 60;
export const INITIATE = { payment_method: 'mobile_money', mobile_money_provider: 'AIRTEL' };
const HOUSE = {
  owner: 'owner@malipo.test',
  kind: 'house',
  title: 'House with a well',
  city: 'Moshi',
  country: 'Tanzania',
  district: 'Hai',
  visit_cost: '3000.00',
  visit_cost_currency: 'TZS',
};

/** Houses at 3000 shillings, and people who visit them. Houses are named by their path. */
export class VisitDesk {
  private clockS = 0;

  private constructor(
    readonly app: TestApp,
    readonly customer: Api,
    readonly customer2: Api,
    readonly staff: Api,
  ) {}

  static async open(): Promise<VisitDesk> {
    const app = await startApp({ AZAMPAY_PROMPT_LIFETIME_S: String(PROMPT_LIFETIME_S) });
    return new VisitDesk(
      app,
      await app.api.login('customer'),
      await app.api.login('customer2'),
      await app.api.login('staff'),
    );
  }

  /** After each test: the books agree, and the gateways forget; time does not go back. */
  async settleDown(): Promise<void> {
    await expectBooksToAgree(this.app.database.dataSource);
    await this.app.sandbox.reset();
    await this.app.sandbox.moveClock(this.clockS);
  }

  async passTime(seconds: number): Promise<void> {
    this.clockS += seconds;
    await this.app.sandbox.moveClock(this.clockS);
  }

  async aHouse(more: Record<string, unknown> = {}): Promise<string> {
    const { status, body } = await this.staff.post('/api/v1/properties/', { ...HOUSE, ...more });
    if (status !== 201) throw new Error(`no house was made: ${JSON.stringify(body)}`);
    return `/api/v1/properties/${String(body['id'])}`;
  }

  initiate(house: string, who = this.customer): Promise<Answer> {
    return who.post(`${house}/visit/initiate/`, INITIATE);
  }

  verify(house: string, transaction: unknown, who = this.customer): Promise<Answer> {
    return who.post(`${house}/visit/verify/`, { transaction_id: transaction });
  }

  async status(house: string, who = this.customer): Promise<Record<string, unknown>> {
    return (await who.get(`${house}/visit/status/`)).body;
  }

  async hasPaid(house: string, who = this.customer): Promise<boolean> {
    return (await this.status(house, who))['has_paid'] === true;
  }

  async untilPaid(house: string, who = this.customer): Promise<void> {
    await waitFor('the paid visit', () => this.hasPaid(house, who));
  }

  approve({ body }: Answer): Promise<void> {
    return this.app.sandbox.answer(String(body['transaction_reference']), 'approve');
  }

  async aPaidVisit(house: string, who = this.customer): Promise<Answer> {
    const answer = await this.initiate(house, who);
    if (answer.status !== 200) throw new Error(`no prompt: ${JSON.stringify(answer.body)}`);
    await this.approve(answer);
    await this.untilPaid(house, who);
    return answer;
  }

  paymentOf({ body }: Answer): string {
    return `/api/v1/payments/payments/${String(body['payment_id'])}/`;
  }

  untilPayment(answer: Answer, wanted: string): Promise<Record<string, unknown>> {
    return waitFor(`the payment to be ${wanted}`, async () => {
      const { body } = await this.staff.get(this.paymentOf(answer));
      return body['status'] === wanted ? body : null;
    });
  }

  /** Nobody answers the prompt in time; later its callback can come again. */
  async letPromptExpire(answer: Answer): Promise<void> {
    await this.app.sandbox.fault({ webhook: 'none' });
    await this.passTime(PROMPT_LIFETIME_S + 1);
    await this.untilPayment(answer, 'expired');
    await this.app.sandbox.fault({});
  }

  rowsOf(house: string): Promise<{ status: string; cost_minor: string }[]> {
    return this.app.database.dataSource.query(
      'SELECT status, cost_minor FROM visits WHERE property_id = $1 ORDER BY id',
      [Number(house.split('/').at(-1))],
    );
  }
}
