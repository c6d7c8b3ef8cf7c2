import { createServer, type Server } from 'node:net';
import { once } from 'node:events';
import type { Api } from '../support/api.js';
import { startApp, type TestApp } from '../support/app.js';
import { expectBooksToAgree } from '../support/books.js';
import { freePort } from '../support/ports.js';

/** Nobody answers where the gateway should be, or the line dies while it is being asked. */
describe('a gateway that is down', () => {
  let app: TestApp;
  let customer: Api;
  let port: number;
  let broken: Server | null = null;

  beforeAll(async () => {
    port = await freePort();
    app = await startApp({
      AZAMPAY_AUTH_URL: `http://127.0.0.1:${port}`,
      AZAMPAY_CHECKOUT_URL: `http://127.0.0.1:${port}`,
      AZAMPAY_APP_NAME: 'app',
      AZAMPAY_CLIENT_ID: 'id',
      AZAMPAY_CLIENT_SECRET: 'secret-of-the-test',
    });
    customer = await app.api.login('customer');
  });
  afterEach(async () => {
    broken?.close();
    broken = null;
    await expectBooksToAgree(app.database.dataSource);
  });
  afterAll(() => app.close());

  const initiate = async () => {
    const made = await customer.post('/api/v1/payments/payments/', {
      booking: 123,
      amount: '1000.00',
      payment_method: 'mobile_money',
      mobile_money_provider: 'AIRTEL',
    });
    const path = `/api/v1/payments/payments/${String(made.body['id'])}/`;
    const answer = await customer.post(`${path}initiate-gateway/`);
    return { answer, payment: (await customer.get(path)).body };
  };

  it('answers 503 with Retry-After when it cannot be reached, and the payment may be tried again', async () => {
    const { answer, payment } = await initiate();
    expect(answer).toMatchObject({ status: 503, body: { code: 'gateway_unreachable' } });
    expect(answer.headers.get('retry-after')).toMatch(/^\d+$/);
    expect(payment).toMatchObject({ status: 'failed', failure_code: 'gateway_unreachable' });
  });

  it('knows that nothing was ordered when the line dies before the order', async () => {
    // The token call comes first: without a token nothing can have been ordered.
    broken = createServer((socket) => {
      socket.once('data', () => socket.destroy());
      socket.on('error', () => undefined);
    });
    broken.listen(port, '127.0.0.1');
    await once(broken, 'listening');
    const { answer, payment } = await initiate();
    expect([502, 503]).toContain(answer.status);
    expect(payment).toMatchObject({ status: 'failed' });
    expect(JSON.stringify(answer.body)).not.toContain('secret-of-the-test');
  });
});
