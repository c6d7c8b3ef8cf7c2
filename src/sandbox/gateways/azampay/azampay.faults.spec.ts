import { createVerify } from 'node:crypto';
import { AzamPayDesk } from '../../../../test/support/azampay-desk.js';

describe('AzamPay’s faults in the sandbox', () => {
  let desk: AzamPayDesk;
  beforeAll(async () => {
    desk = await AzamPayDesk.open();
    await desk.login();
  });
  afterEach(() => desk.fault({}));
  afterAll(() => desk.close());

  const signedBy = (body: Record<string, unknown> | undefined, key: string): boolean => {
    const { utilityref, externalreference, transactionstatus, operator, signature } =
      body as Record<string, string>;
    return createVerify('RSA-SHA256')
      .update(`${utilityref}${externalreference}${transactionstatus}${operator}`)
      .verify(key, signature ?? '', 'base64');
  };

  describe('of the initiation', () => {
    it.each([
      ['decline', /declined/i],
      ['insufficient_funds', /insufficient funds/i],
    ])('%s refuses inside a 200, and nothing rings', async (word, message) => {
      await desk.fault({ initiate: word });
      const { status, json } = await desk.checkout(`initiate-${word}`);
      expect(status).toBe(200);
      expect(json).toMatchObject({
        success: false,
        transactionId: null,
        message: expect.stringMatching(message),
      });
      expect(await desk.prompts(`initiate-${word}`)).toEqual([]);
    });

    it('error_500 answers an empty 500', async () => {
      await desk.fault({ initiate: 'error_500' });
      expect(await desk.checkout('broken')).toMatchObject({ status: 500, text: '' });
      expect(await desk.prompts('broken')).toEqual([]);
    });

    it('rate_limited answers 429 with Retry-After', async () => {
      await desk.fault({ initiate: 'rate_limited' });
      const { status, headers } = await desk.checkout('limited');
      expect(status).toBe(429);
      expect(headers.get('retry-after')).toBe('1');
      expect(await desk.prompts('limited')).toEqual([]);
    });

    it('timeout hangs, is cut, and nothing rang', async () => {
      await desk.fault({ initiate: 'timeout' });
      await expect(desk.checkout('hang')).rejects.toThrow('fetch failed');
      expect(await desk.prompts('hang')).toEqual([]);
      const { json } = await desk.send('GET', '/api/requests?provider=azampay');
      const [request] = json as { body: string; answer: unknown }[];
      expect(request).toMatchObject({ body: expect.stringContaining('hang'), answer: null });
    });

    it('timeout_after_accept hangs, but the prompt is there and can be paid', async () => {
      await desk.fault({ initiate: 'timeout_after_accept' });
      await expect(desk.checkout('lost')).rejects.toThrow('fetch failed');
      expect(await desk.prompts('lost')).toHaveLength(1);
      await desk.press('lost', 'approve');
      expect(await desk.catcher.count('lost', 1)).toHaveLength(1);
    });

    it('malformed answers no JSON, but the prompt is there', async () => {
      await desk.fault({ initiate: 'malformed' });
      const { status, json } = await desk.checkout('garbled');
      expect(status).toBe(200);
      expect(json).toBeNull();
      expect(await desk.prompts('garbled')).toHaveLength(1);
    });

    it('wrong_amount tells another amount by callback and by query', async () => {
      await desk.fault({ initiate: 'wrong_amount', count: 1 });
      await desk.checkout('wrong');
      expect(await desk.prompt('wrong')).toMatchObject({ amount: '50000.00' });
      await desk.press('wrong', 'approve');
      const [body] = await desk.catcher.count('wrong', 1);
      expect(body).toMatchObject({ transactionstatus: 'success', amount: '25000' });
      expect(signedBy(body, await desk.publicKey())).toBe(true);
      const { gateway_reference } = await desk.prompt('wrong');
      expect((await desk.status(gateway_reference)).json).toMatchObject({
        transactionstatus: 'success',
        utilityref: 'wrong',
        amount: '25000',
      });
    });
  });

  describe('of the status query', () => {
    const query = async (reference: string, word: string) => {
      await desk.checkout(reference);
      const { gateway_reference } = await desk.prompt(reference);
      await desk.fault({ status: word, count: 1 });
      return desk.status(gateway_reference);
    };

    it.each([
      ['decline', { data: 'failed' }],
      ['insufficient_funds', { data: 'failed', message: 'Insufficient funds' }],
      ['wrong_amount', { transactionstatus: 'pending', amount: '25000' }],
    ])('%s answers %j', async (word, expected) => {
      expect((await query(`status-${word}`, word)).json).toMatchObject(expected);
    });

    it('error_500, rate_limited and malformed spoil the answer', async () => {
      expect(await query('status-500', 'error_500')).toMatchObject({ status: 500, text: '' });
      expect((await query('status-429', 'rate_limited')).status).toBe(429);
      expect((await query('status-bad', 'malformed')).json).toBeNull();
    });

    it.each(['timeout', 'timeout_after_accept'])('%s hangs', async (word) => {
      await expect(query(`status-${word}`, word)).rejects.toThrow('fetch failed');
    });
  });

  it('spoils the token and the key', async () => {
    await desk.fault({ auth: 'error_500', key: 'error_500' });
    const token = { appName: 'a', clientId: 'b', clientSecret: 'c' };
    const path = '/azampay/AppRegistration/GenerateToken';
    expect(await desk.send('POST', path, token)).toMatchObject({
      status: 500,
      json: { success: false, message: 'Internal Server Error' },
    });
    const key = await desk.send('GET', '/azampay/azampay/v1/public-key', undefined, desk.bearer);
    expect(key.status).toBe(500);
    await desk.fault({ auth: 'decline' });
    expect((await desk.send('POST', path, token)).status).toBe(423);
  });

  describe('of the notification', () => {
    /** Approves under the fault, and then another without it, so that nothing more can come. */
    const approve = async (reference: string, word: string) => {
      await desk.checkout(reference);
      await desk.fault({ webhook: word, count: 1 });
      await desk.press(reference, 'approve');
      await desk.fault({});
    };

    it('none: it does not come', async () => {
      await approve('none', 'none');
      await desk.checkout('next');
      await desk.press('next', 'approve');
      await desk.catcher.count('next', 1);
      expect(desk.catcher.of('none')).toEqual([]);
      expect(await desk.prompt('none')).toMatchObject({ status: 'approved', callbacks: [] });
    });

    it('late: it takes its time', async () => {
      await approve('late', 'late');
      await desk.catcher.count('late', 1);
      const { answered_at } = await desk.prompt('late');
      const received = desk.catcher.received.find(({ body }) => body.includes('"late"'));
      expect((received?.at ?? 0) - Date.parse(answered_at ?? '')).toBeGreaterThanOrEqual(149);
    });

    it('duplicate: three times the same bytes', async () => {
      await approve('thrice', 'duplicate');
      const bodies = await desk.catcher.count('thrice', 3);
      expect(new Set(bodies.map((body) => JSON.stringify(body))).size).toBe(1);
      expect(bodies).toHaveLength(3);
    });

    it('bad_signature: signed by a stranger', async () => {
      await approve('forged', 'bad_signature');
      const [body] = await desk.catcher.count('forged', 1);
      expect(body).toMatchObject({ transactionstatus: 'success' });
      expect(signedBy(body, await desk.publicKey())).toBe(false);
    });

    it('unsigned: the signature is null', async () => {
      await approve('bare', 'unsigned');
      expect(await desk.catcher.count('bare', 1)).toEqual([
        expect.objectContaining({ transactionstatus: 'success', signature: null }),
      ]);
    });

    it('short: the older field set, which says failed', async () => {
      await desk.checkout('short');
      await desk.fault({ webhook: 'short' });
      await desk.press('short', 'decline');
      const [body] = await desk.catcher.count('short', 1);
      expect(body).toMatchObject({
        transactionstatus: 'failed',
        utilityref: 'short',
        amount: '50000',
      });
      const later = [
        'externalreference',
        'transid',
        'mnoreference',
        'user',
        'password',
        'signature',
      ];
      expect(Object.keys(body ?? {}).filter((name) => later.includes(name))).toEqual([]);
    });

    it.each([
      ['approve', ['success', 'failure']],
      ['decline', ['failure', 'pending']],
    ])('out_of_order: after %s come %j', async (act, words) => {
      await desk.checkout(`order-${act}`);
      await desk.fault({ webhook: 'out_of_order' });
      await desk.press(`order-${act}`, act);
      const bodies = await desk.catcher.count(`order-${act}`, 2);
      expect(bodies.map(({ transactionstatus }) => transactionstatus)).toEqual(words);
      const key = await desk.publicKey();
      expect(bodies.every((body) => signedBy(body, key))).toBe(true);
    });

    it('before_reply: the product has answered it before the call returns', async () => {
      let open = (): void => undefined;
      desk.catcher.gate = new Promise((resolve) => (open = resolve));
      await desk.fault({ webhook: 'before_reply', count: 1 });
      let returned = false;
      const call = desk.checkout('early').then((answer) => {
        returned = true;
        return answer;
      });
      await desk.catcher.count('early', 1);
      expect(await desk.prompt('early')).toMatchObject({ status: 'approved' });
      expect(returned).toBe(false);
      open();
      const { json } = await call;
      const [body] = desk.catcher.of('early');
      expect(body).toMatchObject({ reference: (json as { transactionId: string }).transactionId });
      expect(desk.catcher.of('early')).toHaveLength(1);
    });
  });

  it('lasts for as many requests as it says, each word by itself', async () => {
    await desk.fault({ initiate: 'decline', webhook: 'duplicate', count: 2 });
    const refused = [await desk.checkout('count-1'), await desk.checkout('count-2')];
    expect(refused.map(({ json }) => (json as { success: boolean }).success)).toEqual([
      false,
      false,
    ]);
    expect((await desk.send('GET', '/api/faults/azampay')).json).toMatchObject({
      initiate: 'ok',
      webhook: 'duplicate',
      count: 2,
    });
    expect((await desk.checkout('count-3')).json).toMatchObject({ success: true });
    await desk.press('count-3', 'approve');
    await desk.catcher.count('count-3', 3);
    expect((await desk.send('GET', '/api/faults/azampay')).json).toMatchObject({ count: 1 });
  });
});
