import { Client } from 'pg';
import type { Api } from '../support/api.js';
import { startApp, type TestApp } from '../support/app.js';

/** Every statement the process sends to PostgreSQL, BEGIN and COMMIT included, is one round trip. */
describe('database round trips of a request', () => {
  let app: TestApp;
  let customer: Api;
  const query = jest.spyOn(Client.prototype, 'query');

  beforeAll(async () => {
    // Role `api`: no jobs run that would be counted too.
    app = await startApp({ ROLE: 'api' });
    customer = await app.api.login('customer');
  });
  afterAll(async () => {
    query.mockRestore();
    await app.close();
  });

  const sent = (): string[] =>
    query.mock.calls.map(([first]) => {
      const statement: unknown = first;
      return typeof statement === 'string' ? statement : (statement as { text: string }).text;
    });
  const count = async (work: () => Promise<{ status: number }>[]): Promise<number> => {
    query.mockClear();
    const answers = await Promise.all(work());
    for (const { status } of answers) expect([200, 201]).toContain(status);
    return sent().length;
  };
  const create = (key?: string) =>
    customer.post(
      '/api/v1/payments/payments/',
      { booking: 123, amount: '1000.00', payment_method: 'mobile_money' },
      key ? { 'idempotency-key': key } : {},
    );

  it('are two to create a payment, two more for its key, and one to read it', async () => {
    const { body } = await create(); // the first request opens connections and fills caches
    expect(await count(() => [create()])).toBe(2);
    expect(await count(() => [create('one')])).toBe(4);
    const path = `/api/v1/payments/payments/${String(body['id'])}/`;
    expect(await count(() => [customer.get(path)])).toBe(1);
  });

  it('are fewer for requests that come together', async () => {
    const keys = Array.from({ length: 20 }, (_, n) => `together-${n}`);
    const each = (await count(() => keys.map((key) => create(key)))) / keys.length;
    expect(each).toBeLessThan(3);
  });
});
