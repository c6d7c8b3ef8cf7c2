import { Catcher } from '../../../../test/support/azampay-desk.js';
import { waitFor } from '../../../../test/support/wait.js';
import { type RunningSandbox, startSandbox } from '../../index.js';
import { digestOf, signatureHeader } from './wave.signature.js';

const KEY = 'wave_sn_sandbox_malipo';
const SESSIONS = '/wave/v1/checkout/sessions';
const ORDER = {
  amount: '1500',
  currency: 'XOF',
  success_url: 'https://shop.example.com/yes',
  error_url: 'https://shop.example.com/no',
};

type Json = Record<string, unknown>;

describe('Wave’s wire format in the sandbox', () => {
  let catcher: Catcher;
  let sandbox: RunningSandbox;
  beforeAll(async () => {
    catcher = await Catcher.listen();
    sandbox = await startSandbox({
      port: 0,
      malipoUrl: catcher.url,
      credentials: { WAVE_SESSION_LIFETIME_S: '1800' },
      timings: { callbackDelayMs: 1, autoAnswerDelayMs: 1, hangMs: 50 },
    });
  });
  beforeEach(async () => {
    await send('POST', '/api/reset');
    catcher.received.length = 0;
    catcher.status = 200;
    catcher.answer = '{"status":"ok"}';
  });
  afterAll(async () => {
    await sandbox.close();
    await catcher.close();
  });

  async function send(method: string, path: string, body?: unknown, headers?: Json) {
    const answer = await fetch(sandbox.url + path, {
      method,
      headers: (headers ?? {
        authorization: `Bearer ${KEY}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      }) as Record<string, string>,
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await answer.text();
    const json = (text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : null) as Json;
    return { status: answer.status, text, json };
  }

  async function create(change: Json = {}): Promise<Json> {
    const { status, json } = await send('POST', SESSIONS, { ...ORDER, ...change });
    expect(status).toBe(200);
    return json;
  }

  /** What the payer does on the page of a session. */
  async function act(session: Json, what: 'pay' | 'fail' | 'cancel'): Promise<void> {
    const page = new URL(String(session['wave_launch_url'])).pathname.split('/').at(-1);
    expect((await send('POST', `/api/checkouts/${page}/${what}`)).status).toBe(200);
  }

  async function told(count: number): Promise<{ body: string; event: Json & { data: Json } }[]> {
    await waitFor(`${count} notifications`, () => catcher.received.length >= count);
    return catcher.received.map(({ body }) => ({
      body,
      event: JSON.parse(body) as Json & { data: Json },
    }));
  }

  it('answers a session with every field, null where there is nothing to say', async () => {
    const session = await create();
    expect(session).toEqual({
      ...ORDER,
      id: expect.stringMatching(/^cos-[0-9a-z]{13}$/),
      checkout_status: 'open',
      payment_status: 'processing',
      client_reference: null,
      last_payment_error: null,
      business_name: 'Malipo Sandbox',
      wave_launch_url: expect.stringMatching(/\?a=1500&c=XOF&m=Malipo%20Sandbox$/),
      when_created: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      when_expires: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      when_completed: null,
      transaction_id: null,
      aggregated_merchant_id: null,
      restrict_payer_mobile: null,
    });
    const lifetime =
      Date.parse(String(session['when_expires'])) - Date.parse(String(session['when_created']));
    expect(lifetime).toBe(1_800_000);
  });

  it.each<[string, Json, string, string]>([
    ['a field that it does not know', { metadata: {} }, 'metadata', 'value_error.extra'],
    ['a number', { amount: 1_500 }, 'amount', 'type_error.str'],
    ['decimals', { amount: '1500.00' }, 'amount', 'value_error'],
    ['zero', { amount: '0' }, 'amount', 'value_error'],
    ['a leading zero', { amount: '01' }, 'amount', 'value_error'],
    ['no amount', { amount: null }, 'amount', 'value_error.missing'],
    ['another currency', { currency: 'TZS' }, 'currency', 'value_error'],
    ['no way back', { success_url: undefined }, 'success_url', 'value_error.missing'],
    ['a plain way back', { error_url: 'http://shop.example.com' }, 'error_url', 'value_error'],
    ['a long reference', { client_reference: 'x'.repeat(256) }, 'client_reference', 'value_error'],
    ['a bare number', { restrict_payer_mobile: '771' }, 'restrict_payer_mobile', 'value_error'],
  ])('refuses %s', async (_case, change, field, type) => {
    const { status, json } = await send('POST', SESSIONS, { ...ORDER, ...change });
    expect([status, json]).toEqual([
      400,
      {
        code: 'request-validation-error',
        message: expect.any(String) as string,
        details: [{ loc: [field], msg: expect.any(String) as string, type }],
      },
    ]);
  });

  it.each([
    ['text', 'amount=1', { 'content-type': 'text/plain' }, 'request-not-json'],
    ['half a body', '{"amount":', { 'content-type': 'application/json' }, 'request-parsing-error'],
  ])('does not read %s', async (_case, body, type, code) => {
    const answer = await send('POST', SESSIONS, body, { authorization: `Bearer ${KEY}`, ...type });
    expect([answer.status, answer.json['code']]).toEqual([400, code]);
  });

  it.each([
    [{}, 'missing-auth-header'],
    [{ authorization: 'Basic abc' }, 'invalid-auth'],
    [{ authorization: 'Bearer wave_sn_other' }, 'no-matching-api-key'],
  ])('lets nobody in with %j', async (headers, code) => {
    const answer = await send('GET', `${SESSIONS}/cos-1`, undefined, headers);
    expect([answer.status, answer.json['code']]).toEqual([401, code]);
  });

  it('is at its own prefix only: its paths are another gateway’s too', async () => {
    await send('POST', '/v1/checkout/sessions', ORDER);
    expect((await send('GET', '/api/requests?provider=wave')).json).toEqual([]);
  });

  it('finds a session by id, by transaction and by reference', async () => {
    const session = await create({ client_reference: 'REF-1' });
    await create({ client_reference: 'REF-10' });
    await act(session, 'pay');
    const { json } = await send('GET', `${SESSIONS}/${String(session['id'])}`);
    expect(json).toMatchObject({ checkout_status: 'complete', payment_status: 'succeeded' });
    const transaction = String(json['transaction_id']);
    expect(transaction).toMatch(/^T_/);
    expect((await send('GET', `${SESSIONS}?transaction_id=${transaction}`)).json).toEqual(json);
    const search = `${SESSIONS}/search?client_reference=`;
    expect((await send('GET', `${search}REF-1`)).json).toEqual({ result: [json] });
    expect((await send('GET', `${search}REF`)).json).toEqual({ result: [] });
    expect(await send('GET', `${SESSIONS}/cos-none`)).toMatchObject({
      status: 404,
      json: { code: 'checkout-session-not-found' },
    });
  });

  it('notifies with spaces in the body, a signature over time and bytes, an id per event', async () => {
    const session = await create({ client_reference: 'REF-2' });
    await act(session, 'fail');
    await told(1);
    await act(session, 'pay');
    const [failed, paid] = await told(2);
    expect(failed?.event).toMatchObject({
      type: 'checkout.session.payment_failed',
      data: { checkout_status: 'open', last_payment_error: { code: 'payment-failure' } },
    });
    expect(paid?.event).toMatchObject({
      type: 'checkout.session.completed',
      data: { id: session['id'], amount: '1500', last_payment_error: null },
    });
    expect(paid?.body).toContain('"type": "checkout.session.completed", "data": {"id": "cos-');
    expect(paid?.event['id']).not.toBe(failed?.event['id']);
    expect(String(paid?.event['id'])).not.toContain(String(session['id']).slice(4));
    expect(catcher.received[0]?.path).toBe('/api/payments/webhooks/wave/');
  });

  it('tries again until somebody takes a notification', async () => {
    catcher.status = 503;
    const session = await create({ client_reference: 'REF-3' });
    await act(session, 'pay');
    await told(1);
    catcher.status = 200;
    const [first, second] = await told(2);
    expect(second?.event).toEqual(first?.event);
  });

  it('expires an open session only', async () => {
    const [open, paid] = [await create(), await create()];
    await act(paid, 'pay');
    const expire = (session: Json) => send('POST', `${SESSIONS}/${String(session['id'])}/expire`);
    expect(await expire(open)).toMatchObject({ status: 200, text: '' });
    expect((await expire(open)).status).toBe(409);
    expect((await expire(paid)).status).toBe(409);
    expect((await expire({ id: 'cos-none' })).status).toBe(404);
    const page = new URL(String(open['wave_launch_url'])).pathname.split('/').at(-1);
    expect((await send('POST', `/api/checkouts/${page}/pay`)).status).toBe(409);
  });

  it('ends a session when its time is over, also one whose try failed', async () => {
    const sessions = [await create(), await create()];
    await act(sessions[1] ?? {}, 'fail');
    expect((await send('POST', '/api/clock', { offset_s: 1_799 })).status).toBe(200);
    const statuses = async () => {
      const { json } = await send('GET', '/api/checkouts');
      return (json as unknown as Json[]).map(({ status }) => status);
    };
    expect(await statuses()).toEqual(['failed', 'open']);
    await send('POST', '/api/clock', { offset_s: 1_801 });
    expect(await statuses()).toEqual(['expired', 'expired']);
    for (const { id } of sessions) {
      expect((await send('GET', `${SESSIONS}/${String(id)}`)).json).toMatchObject({
        checkout_status: 'expired',
        payment_status: 'processing',
      });
    }
    await send('POST', '/api/clock', { offset_s: 0 });
  });

  it('cancels without a word', async () => {
    const session = await create({ client_reference: 'REF-4' });
    await act(session, 'cancel');
    expect((await send('GET', `${SESSIONS}/${String(session['id'])}`)).json).toMatchObject({
      checkout_status: 'open',
      payment_status: 'cancelled',
    });
    const other = await create({ client_reference: 'REF-5' });
    await act(other, 'pay');
    const all = await told(1);
    expect(all.map(({ event }) => event.data['client_reference'])).toEqual(['REF-5']);
  });

  it('refunds what is paid, as often as it is asked, without a word', async () => {
    const session = await create();
    const refund = () => send('POST', `${SESSIONS}/${String(session['id'])}/refund`);
    expect((await refund()).json).toMatchObject({ code: 'checkout-refund-failed' });
    await act(session, 'pay');
    await told(1);
    for (const answer of [await refund(), await refund()]) {
      expect(answer).toMatchObject({ status: 200, text: '' });
    }
    expect(catcher.received).toHaveLength(1);
  });

  it.each([
    ['decline', 400],
    ['insufficient_funds', 409],
  ])('refuses a refund under the fault %s with %d and the same code', async (refund, status) => {
    const session = await create();
    await act(session, 'pay');
    await send('PUT', '/api/faults/wave', { refund, count: 1 });
    expect(await send('POST', `${SESSIONS}/${String(session['id'])}/refund`)).toMatchObject({
      status,
      json: { code: 'checkout-refund-failed' },
    });
  });

  it('leads the payer back to the shop from its page', async () => {
    const session = await create();
    const page = new URL(String(session['wave_launch_url']));
    const html = await fetch(page, { headers: { accept: 'text/html' } });
    expect(await html.text()).toContain('Malipo Sandbox');
    const press = (what: string) =>
      fetch(`${page.origin}${page.pathname}/${what}`, { method: 'POST', redirect: 'manual' });
    expect((await press('fail')).headers.get('location')).toBe(page.pathname);
    expect((await press('pay')).headers.get('location')).toBe(ORDER.success_url);
  });
});

describe('the signature', () => {
  // The sample that Wave publishes.
  const SECRET = 'wave_sn_WHS_xz4m6g8rjs9bshxy05xj4khcvjv7j3hcp4fbpvv6met0zdrjvezg';
  const BODY =
    '{"id": "AE_ijzo7oGgrlM7", "type": "checkout.session.completed", "data": {"id": "cos-1b01sghpg100j", "amount": "100", "checkout_status": "complete", "client_reference": null, "currency": "XOF", "error_url": "https://example.com/error", "last_payment_error": null, "business_name": "Annas Apiaries", "payment_status": "succeeded", "success_url": "https://example.com/success", "wave_launch_url": "https://pay.wave.com/c/cos-1b01sghpg100j?a=100&c=XOF&m=Annas%20Apiaries", "when_completed": "2022-11-08T15:05:45Z", "when_created": "2022-11-08T15:05:32Z", "when_expires": "2022-11-09T15:05:32Z", "transaction_id": "TCN4Y4ZC3FM"}}';

  it('is that of the published sample', () => {
    expect(digestOf(SECRET, 1_667_920_421, BODY)).toBe(
      '53c971695230e9c51b1030d673eee76e70bbcdf8a7c5b8c1d44e0b8b1329647b',
    );
  });

  it('stands once per secret', () => {
    const header = signatureHeader(['a', 'b'], BODY);
    const t = /^t=(\d+),/.exec(header)?.[1] ?? '';
    expect(header).toBe(`t=${t},v1=${digestOf('a', t, BODY)},v1=${digestOf('b', t, BODY)}`);
    expect(Math.abs(Date.now() / 1000 - Number(t))).toBeLessThan(5);
  });
});
