import { Catcher } from '../../../../test/support/azampay-desk.js';
import { waitFor } from '../../../../test/support/wait.js';
import { type RunningSandbox, startSandbox } from '../../index.js';

type Json = Record<string, unknown>;
const SHOP = 'https://shop.example.com';

describe('the hosted page of Stripe in the sandbox', () => {
  let catcher: Catcher;
  let sandbox: RunningSandbox;
  beforeAll(async () => {
    catcher = await Catcher.listen();
    sandbox = await startSandbox({
      port: 0,
      malipoUrl: catcher.url,
      timings: { callbackDelayMs: 1, lateDelayMs: 20 },
    });
  });
  beforeEach(() => {
    catcher.received.length = 0;
  });
  afterAll(async () => {
    await sandbox.close();
    await catcher.close();
  });

  async function stripe(
    method: 'GET' | 'POST',
    path: string,
    form?: Record<string, string>,
  ): Promise<Json> {
    const answer = await fetch(`${sandbox.url}/stripe/v1${path}`, {
      method,
      headers: {
        authorization: 'Bearer sk_test_malipo_sandbox',
        'content-type': 'application/x-www-form-urlencoded',
      },
      ...(form && { body: new URLSearchParams(form) }),
    });
    return (await answer.json()) as Json;
  }

  async function open(): Promise<{ id: string; url: string }> {
    const { id, url } = await stripe('POST', '/checkout/sessions', {
      mode: 'payment',
      client_reference_id: 'STRIPE-1',
      customer_email: 'asha@example.com',
      'line_items[0][quantity]': '1',
      'line_items[0][price_data][currency]': 'usd',
      'line_items[0][price_data][unit_amount]': '2050',
      'line_items[0][price_data][product_data][name]': 'Order <7>',
      success_url: `${SHOP}/yes?s={CHECKOUT_SESSION_ID}`,
      cancel_url: `${SHOP}/no`,
    });
    return { id: String(id), url: String(url) };
  }

  const read = async (url: string): Promise<string> => (await fetch(url)).text();
  /** Where the browser is led. */
  async function submit(url: string, fields: Record<string, string>): Promise<string> {
    const answer = await fetch(url.replace(/#.*/, ''), {
      method: 'POST',
      body: new URLSearchParams(fields),
      redirect: 'manual',
    });
    expect(answer.status).toBe(303);
    return new URL(answer.headers.get('location') ?? '', sandbox.url).href;
  }
  const events = (): string[] =>
    catcher.received.map(({ body }) => String((JSON.parse(body) as Json)['type']));

  it('lies at an address like those of Stripe and shows what is paid for', async () => {
    const { id, url } = await open();
    expect(url).toMatch(new RegExp(`^${sandbox.url}/c/pay/${id}#fid`));
    const page = await read(url);
    expect(page).toContain('<small>USD</small> 20.50');
    expect(page).toContain('Order &lt;7&gt;');
    expect(page).toContain('value="asha@example.com"');
    expect(page).toContain('4000 0000 0000 9995');
    expect((await fetch(`${sandbox.url}/c/pay/cs_test_nobody`)).status).toBe(404);
    expect(await read(`${sandbox.url}/c/page.css`)).toContain('.layout');
  });

  it.each(['4242 4242 4242 4242', '4242-4242-4242-4242'])(
    'is paid by the card %s',
    async (number) => {
      const { id, url } = await open();
      expect(await submit(url, { number })).toBe(`${SHOP}/yes?s=${id}`);
      expect(await stripe('GET', `/checkout/sessions/${id}`)).toMatchObject({
        status: 'complete',
        payment_status: 'paid',
      });
      await waitFor('the event', () => events().includes('checkout.session.completed'));
      expect(await read(url)).toContain('This page is over: <b>paid</b>');
      expect(await submit(url, { number })).toBe(`${sandbox.url}/c/pay/${id}`);
    },
  );

  it.each([
    ['4000000000000002', 'Your card has been declined.'],
    ['4000000000009995', 'Your card has insufficient funds.'],
    ['4242424242424241', 'Your card number is invalid.'],
    ['', 'Your card number is invalid.'],
    ['5555555555554444', 'Only test cards work here'],
  ])('refuses the card %s and stays open', async (number, text) => {
    const { id, url } = await open();
    expect(await read(await submit(url, { number }))).toContain(text);
    expect(await stripe('GET', `/checkout/sessions/${id}`)).toMatchObject({
      status: 'open',
      payment_status: 'unpaid',
      payment_intent: null,
    });
    expect(catcher.received.filter(({ body }) => body.includes(id))).toEqual([]);
    expect(await submit(url, { number: '4242424242424242' })).toBe(`${SHOP}/yes?s=${id}`);
  });

  it('asks for 3D Secure, which can be failed and completed', async () => {
    const { id, url } = await open();
    const number = '4000002760003184';
    const step = await submit(url, { number });
    expect(await read(step)).toContain('Complete authentication');
    const refused = await submit(step, { answer: 'fail' });
    expect(await read(refused)).toContain('unable to authenticate');
    expect(await submit(await submit(url, { number }), { answer: 'complete' })).toBe(
      `${SHOP}/yes?s=${id}`,
    );
    expect(await submit(step, { answer: 'complete' })).toBe(`${sandbox.url}/c/pay/${id}`);
  });

  it('leads back on demand, and can be paid afterwards', async () => {
    const { id, url } = await open();
    const [, action = ''] = /action="(\/checkout\/[^"]+\/cancel)"/.exec(await read(url)) ?? [];
    expect(await submit(sandbox.url + action, {})).toBe(`${SHOP}/no`);
    expect(await submit(url, { number: '4242424242424242' })).toBe(`${SHOP}/yes?s=${id}`);
  });

  it.each([
    ['4000000000005126', 'succeeded', 'failed', 'refund.failed'],
    ['4000000000007726', 'pending', 'succeeded', 'charge.refunded'],
  ])('paid by %s: a refund is %s, then %s', async (number, first, last, told) => {
    const { id, url } = await open();
    await submit(url, { number });
    const { payment_intent: intent } = await stripe('GET', `/checkout/sessions/${id}`);
    const refund = await stripe('POST', '/refunds', {
      payment_intent: String(intent),
      amount: '50',
    });
    expect(refund).toMatchObject({ status: first, amount: 50 });
    await waitFor('the end of the refund', async () => {
      const { status } = await stripe('GET', `/refunds/${String(refund['id'])}`);
      return status === last;
    });
    await waitFor(told, () => events().includes(told));
  });
});
