import type { Api } from '../support/api.js';
import { startApp, type TestApp } from '../support/app.js';
import { expectBooksToAgree } from '../support/books.js';

interface Sent {
  status: number | null;
  answer: string | null;
}

/** The stand-in for any gateway with a shared secret confirms the demo's orders, as a person would have it. */
describe('signed confirmations from the sandbox', () => {
  let app: TestApp;
  let customer: Api;

  beforeAll(async () => {
    app = await startApp({}, { timings: { lateDelayMs: 20 } });
    customer = await app.api.login('customer');
  });
  afterEach(async () => {
    await expectBooksToAgree(app.database.dataSource);
    await app.sandbox.reset();
  });
  afterAll(() => app.close());

  async function notify(order: object): Promise<Sent[]> {
    const answer = await fetch(`${app.sandbox.url}/api/signed-webhook`, {
      method: 'POST',
      body: JSON.stringify(order),
    });
    expect(answer.status).toBe(200);
    return (await answer.json()) as Sent[];
  }
  const paymentOf = async (order: number): Promise<Record<string, unknown> | undefined> => {
    const { body } = await customer.get<{ results: Record<string, unknown>[] }>(
      '/orders/api/payments/',
    );
    return body.results.find((payment) => payment['order'] === order);
  };
  const confirmed = { status: 'success', message: 'Payment confirmed' };

  it.each(['bad_signature', 'unsigned'])('are refused when %s', async (webhook) => {
    await app.sandbox.fault({ webhook, count: 1 }, 'signed_webhook');
    const [sent] = await notify({ order_reference: '1', amount: '1598.00' });
    expect(sent?.status).toBe(401);
    expect(await paymentOf(1)).toMatchObject({ status: 'pending', method: 'COD' });
  });

  it('are refused with another amount or currency', async () => {
    const wrong = [{ amount: '1597.99' }, { amount: '1598.00', currency: 'EUR' }];
    for (const change of wrong) {
      const [sent] = await notify({ order_reference: '1', ...change });
      expect(sent?.status).toBe(400);
    }
    expect(await paymentOf(1)).toMatchObject({ status: 'pending' });
  });

  it('complete the order three times told, once', async () => {
    await app.sandbox.fault({ webhook: 'duplicate', count: 1 }, 'signed_webhook');
    const order = { order_reference: '1', amount: '1598.00', payment_id: 'txn_e2e_1' };
    const sent = await notify(order);
    expect(sent.map(({ status }) => status)).toEqual([200, 200, 200]);
    for (const { answer } of sent) expect(JSON.parse(answer ?? '')).toMatchObject(confirmed);
    expect(await paymentOf(1)).toMatchObject({
      status: 'completed',
      method: 'ONLINE',
      amount: '1598.00',
      transaction_id: 'txn_e2e_1',
    });
  });

  it('complete by Standard Webhooks too, whatever older event follows', async () => {
    await app.sandbox.fault({ webhook: 'out_of_order', count: 1 }, 'signed_webhook');
    const order = { order_reference: '3', amount: '1250.00', currency: 'USD', scheme: 'standard' };
    const sent = await notify(order);
    expect(sent.map(({ status }) => status)).toEqual([200, 200]);
    expect(JSON.parse(sent[0]?.answer ?? '')).toMatchObject(confirmed);
    expect(await paymentOf(3)).toMatchObject({ status: 'completed' });
  });

  it('are answered, not applied, when they are about nothing of ours', async () => {
    const order = { order_reference: '3', amount: '1250.00', event_type: 'invoice.created' };
    const [sent] = await notify(order);
    expect(sent?.status).toBe(200);
    expect(JSON.parse(sent?.answer ?? '')).not.toMatchObject(confirmed);
  });
});
