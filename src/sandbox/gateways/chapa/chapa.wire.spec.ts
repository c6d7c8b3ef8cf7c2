import { createHmac } from 'node:crypto';
import { CallbackTrap, type Caught } from '../../../../test/contract/callback.trap.js';
import { waitFor } from '../../../../test/support/wait.js';
import { type RunningSandbox, startSandbox } from '../../index.js';
import { chapa } from './chapa.gateway.js';

const KEY = 'CHASECK_TEST-malipo-sandbox';
const SECRET = 'sandbox-chapa-webhook-secret';
const JSON_TYPE = 'application/json';
const FORM_TYPE = 'application/x-www-form-urlencoded';

interface Answer {
  status: number;
  json: { message: unknown; status: unknown; data: Record<string, unknown> | null };
}

describe("Chapa's stand-in", () => {
  let trap: CallbackTrap;
  let sandbox: RunningSandbox;
  let count = 0;

  beforeAll(async () => {
    trap = await CallbackTrap.open();
    const timings = { callbackDelayMs: 1 };
    sandbox = await startSandbox({ port: 0, malipoUrl: trap.url, timings }, [chapa]);
  });
  beforeEach(() => control('POST', '/api/reset'));
  afterAll(async () => {
    await sandbox.close();
    await trap.close();
  });

  async function control(method: string, path: string, body?: unknown): Promise<unknown> {
    const answer = await fetch(sandbox.url + path, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
    const text = await answer.text();
    return text === '' ? null : JSON.parse(text);
  }

  async function call(
    method: string,
    path: string,
    body?: string,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const answer = await fetch(`${sandbox.url}/chapa/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${KEY}`, 'content-type': JSON_TYPE, ...headers },
      ...(body !== undefined && { body }),
    });
    return { status: answer.status, json: (await answer.json()) as Answer['json'] };
  }

  const order = (change: Record<string, unknown> = {}): string =>
    JSON.stringify({ amount: '400.00', currency: 'ETB', tx_ref: `T-${++count}`, ...change });
  const initialize = (change: Record<string, unknown> = {}) =>
    call('POST', '/transaction/initialize', order(change));
  const verify = (txRef: string) => call('GET', `/transaction/verify/${txRef}`);

  async function opened(change: Record<string, unknown> = {}): Promise<string> {
    const { status } = await initialize(change);
    expect(status).toBe(200);
    return typeof change['tx_ref'] === 'string' ? change['tx_ref'] : `T-${count}`;
  }

  async function act(txRef: string, word: 'pay' | 'fail' | 'cancel'): Promise<void> {
    const list = (await control('GET', '/api/checkouts')) as { id: string; reference: string }[];
    const page = list.find(({ reference }) => reference === txRef);
    await control('POST', `/api/checkouts/${page?.id}/${word}`);
  }

  async function paid(change: Record<string, unknown> = {}) {
    const txRef = await opened(change);
    await act(txRef, 'pay');
    const { json } = await verify(txRef);
    return { txRef, reference: String(json.data?.['reference']) };
  }

  it.each([
    [{}, 401, "Invalid API Key or User doesn't exist", { authorization: 'Bearer nobody' }],
    [{}, 401, 'Authorization required', { authorization: 'Basic x' }],
    [
      {},
      400,
      expect.stringMatching(/^Incorrect header settings/),
      { 'content-type': 'text/plain' },
    ],
    [{ amount: undefined }, 400, { amount: ['validation.required'] }, {}],
    [{ amount: '4e2' }, 400, { amount: ['validation.numeric'] }, {}],
    [{ amount: '0.00' }, 400, { amount: ['validation.numeric'] }, {}],
    [{ currency: 'KES' }, 400, 'invalid currency', {}],
    [{ tx_ref: null }, 400, { tx_ref: ['validation.required'] }, {}],
    [{ tx_ref: 'a b' }, 400, { tx_ref: ['validation.alpha_dash'] }, {}],
    [{ email: 'a@printer.local' }, 400, { email: ['validation.email'] }, {}],
    [{ phone_number: '251911234567' }, 400, { phone_number: ['validation.phone'] }, {}],
    [{ subaccounts: [] }, 400, { subaccounts: ['validation.array'] }, {}],
    [
      { customization: { title: 'x'.repeat(17) } },
      400,
      { 'customization.title': ['validation.max.string'] },
      {},
    ],
    [{ customization: { description: 'Room #7' } }, 400, { description: ['validation.regex'] }, {}],
  ])('refuses %j with %s', async (change, status, message, headers) => {
    const answer = await call('POST', '/transaction/initialize', order(change), headers);
    const told =
      typeof message === 'object' && 'description' in message
        ? { 'customization.description': ['validation.regex'] }
        : message;
    expect(answer).toEqual({ status, json: { message: told, status: 'failed', data: null } });
    expect(await control('GET', '/api/checkouts')).toEqual([]);
  });

  it('opens a page and gives its address once', async () => {
    const first = await initialize({ tx_ref: 'once' });
    const list = (await control('GET', '/api/checkouts')) as { url: string }[];
    expect(first.json).toEqual({
      message: 'Hosted Link',
      status: 'success',
      data: { checkout_url: list[0]?.url },
    });
    const again = await initialize({ tx_ref: 'once' });
    expect(again).toEqual({
      status: 400,
      json: {
        message: 'Transaction reference has been used before',
        status: 'failed',
        data: null,
      },
    });
  });

  it('takes an amount as a number', async () => {
    const txRef = await opened({ amount: 99.9 });
    await act(txRef, 'pay');
    await verify(txRef);
    expect((await verify(txRef)).json.data).toMatchObject({ amount: '99.90', charge: '2.99' });
  });

  it('verifies: 404 until somebody tries, then in full', async () => {
    const txRef = await opened({ first_name: 'John', customization: { title: 'Payment' } });
    expect(await verify(txRef)).toEqual({
      status: 404,
      json: { message: 'Payment not paid yet', status: null, data: null },
    });
    expect((await verify('T-nobody')).json.message).toBe(
      'Invalid transaction or Transaction not found',
    );
    await act(txRef, 'pay');
    const { status, json } = await verify(txRef);
    expect([status, json.message, json.status]).toEqual([200, 'Payment details', 'success']);
    expect(json.data).toEqual({
      first_name: 'John',
      last_name: null,
      email: null,
      currency: 'ETB',
      amount: '400.00',
      charge: '12.00',
      mode: 'test',
      method: 'test',
      type: 'API',
      status: 'success',
      reference: expect.stringMatching(/^AP[A-Za-z0-9]{10}$/) as string,
      tx_ref: txRef,
      customization: { title: 'Payment', description: null, logo: null },
      meta: null,
      created_at: expect.stringMatching(/\.\d{6}Z$/) as string,
      updated_at: expect.stringMatching(/\.\d{6}Z$/) as string,
    });
    expect((await verify(txRef)).json.data?.['amount']).toBe(400);
  });

  it('signs the bytes it sends, which nobody can write anew', async () => {
    const txRef = await opened({ phone_number: '0911234567' });
    await act(txRef, 'cancel');
    const [sent] = await trap.about(txRef);
    const { rawBody, headers, path, method } = sent as Caught;
    const hmac = (text: string | Buffer) => createHmac('sha256', SECRET).update(text).digest('hex');
    expect([method, path]).toEqual(['POST', '/api/payments/webhooks/chapa/']);
    expect(headers['x-chapa-signature']).toBe(hmac(rawBody));
    expect(headers['chapa-signature']).toBe(hmac(SECRET));
    expect(rawBody.toString()).toContain('"charge.failed\\/cancelled"');
    expect(rawBody.toString()).toContain(':1.0');
    expect(JSON.parse(rawBody.toString())).toMatchObject({
      event: 'charge.failed/cancelled',
      status: 'failed/cancelled',
      mobile: '251911234567',
      amount: '400.00',
      type: 'API',
      tx_ref: txRef,
    });
  });

  it('comes again when the product does not take a notification', async () => {
    const txRef = await opened();
    trap.refuseNext(1);
    await act(txRef, 'pay');
    const [first, second] = await trap.about(txRef, 2);
    expect(second?.rawBody.equals(first?.rawBody ?? Buffer.alloc(0))).toBe(true);
  });

  it('lets nobody pay an hour later', async () => {
    const txRef = await opened();
    try {
      await control('POST', '/api/clock', { offset_s: 3_600 });
      await act(txRef, 'pay');
      const [page] = (await control('GET', '/api/checkouts')) as { status: string }[];
      expect(page?.status).toBe('expired');
      expect((await verify(txRef)).json.message).toBe('Payment not paid yet');
    } finally {
      await control('POST', '/api/clock', { offset_s: 0 });
    }
  });

  it('plays an empty wallet: whatever the payer tries fails', async () => {
    await control('PUT', '/api/faults/chapa', { initiate: 'insufficient_funds', count: 1 });
    const txRef = await opened();
    await act(txRef, 'pay');
    expect((await verify(txRef)).json.data?.['status']).toBe('failed');
  });

  it('cancels only what can still be paid', async () => {
    const { txRef } = await paid();
    const cancel = (name: string) => call('PUT', `/transaction/cancel/${name}`);
    expect((await cancel(txRef)).status).toBe(400);
    expect((await cancel('T-nobody')).status).toBe(404);
    expect((await cancel(await opened())).status).toBe(200);
  });

  describe('refunds', () => {
    const refund = (name: string, fields: Record<string, string>) =>
      call('POST', `/refund/${name}`, new URLSearchParams(fields).toString(), {
        'content-type': FORM_TYPE,
      });

    it('take a form, name themselves in two shapes by turns, and end later', async () => {
      const { reference, txRef } = await paid();
      const json = await call('POST', `/refund/${reference}`, '{}');
      expect(json.json.message).toMatch(/^Incorrect header settings/);
      const [first, second] = [
        await refund(reference, { amount: '100', reason: 'why', reference: 'r-1' }),
        await refund(txRef, {}),
      ];
      for (const { json: answer } of [first, second]) {
        expect(answer).toMatchObject({ status: 'success', data: { status: 'Refund Initiated' } });
      }
      const shapes = [first, second].map((one) => Object.keys(one.json.data ?? {})[0]);
      expect(new Set(shapes)).toEqual(new Set(['id', 'ref_id']));
      // The rest, where no amount was named.
      expect(second.json.data).toMatchObject({ amount: '300.00', merchant_reference: null });
      const data = [first, second].map((one) => one.json.data ?? {});
      const refId = String(data.map((one) => one['ref_id'] ?? one['chapa_reference'])[0]);
      expect((await call('GET', `/refund/${refId}/verify`)).json.data).toMatchObject({
        amount: '100.00',
        ref_id: refId,
        status: 'processing',
      });
      try {
        await control('POST', '/api/clock', { offset_s: 60 });
        await trap.about(txRef, 3);
        expect((await call('GET', `/refund/${refId}/verify`)).json.data?.['status']).toBe(
          'refunded',
        );
        expect((await verify(txRef)).json.data?.['status']).toBe('refunded');
      } finally {
        await control('POST', '/api/clock', { offset_s: 0 });
      }
    });

    it('are refused beyond what is left, twice under one reference, and for what is not paid', async () => {
      const { reference } = await paid();
      const unpaid = await opened();
      const asked: [string, Record<string, string>, number, unknown][] = [
        [reference, { amount: '400.01' }, 400, expect.stringContaining('exceeds')],
        [reference, { amount: 'all' }, 400, { amount: ['validation.numeric'] }],
        [reference, { amount: '1', reference: 'r-2' }, 200, expect.any(String)],
        [reference, { amount: '1', reference: 'r-2' }, 400, expect.stringContaining('used before')],
        [reference, { amount: '399.01' }, 400, expect.stringContaining('exceeds')],
        [unpaid, {}, 400, expect.stringContaining('successful')],
        ['APnobody', {}, 404, 'Invalid transaction or Transaction not found'],
      ];
      for (const [name, fields, status, message] of asked) {
        expect(await refund(name, fields)).toMatchObject({ status, json: { message } });
      }
    });
  });

  it('calls the order’s own address only on this machine', async () => {
    const txRef = await opened({ callback_url: 'https://shop.example.com/called' });
    const here = await opened({ callback_url: `${trap.url}/called?x=1` });
    await act(txRef, 'pay');
    await act(here, 'pay');
    const caught = await waitFor('the call', () =>
      trap.caught.find(({ method }) => method === 'GET'),
    );
    expect(caught.path).toContain(`/called?x=1&trx_ref=${here}&ref_id=AP`);
  });
});
