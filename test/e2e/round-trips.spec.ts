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
  const count = async (
    work: () => Promise<{ status: number }>,
    status: number,
  ): Promise<number> => {
    query.mockClear();
    expect((await work()).status).toBe(status);
    return sent().length;
  };
  const create = () =>
    customer.post('/api/v1/payments/payments/', {
      booking: 123,
      amount: '1000.00',
      payment_method: 'mobile_money',
    });

  it('are at most 8 to create a payment and 2 to read one', async () => {
    const { body } = await create(); // the first request opens connections and fills caches
    expect(await count(create, 201)).toBeLessThanOrEqual(8);
    expect(sent().filter((text) => /COMMIT/i.test(text))).toHaveLength(1);
    const path = `/api/v1/payments/payments/${String(body['id'])}/`;
    expect(await count(() => customer.get(path), 200)).toBeLessThanOrEqual(2);
    expect(sent().length).toBeGreaterThan(0);
  });
});
