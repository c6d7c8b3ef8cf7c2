import { createVerify } from 'node:crypto';
import { AzamPayDesk } from '../../../../test/support/azampay-desk.js';
import { waitFor } from '../../../../test/support/wait.js';

/** The documented rule, written out here once more: four fields, no separators. */
function isSigned(body: Record<string, unknown>, publicKey: string): boolean {
  const { utilityref, externalreference, transactionstatus, operator, signature } = body;
  return createVerify('RSA-SHA256')
    .update(
      `${String(utilityref)}${String(externalreference)}${String(transactionstatus)}${String(operator)}`,
    )
    .verify(publicKey, String(signature), 'base64');
}

describe('AzamPay’s outcomes in the sandbox', () => {
  let desk: AzamPayDesk;
  beforeAll(async () => {
    desk = await AzamPayDesk.open();
    await desk.login();
  });
  afterAll(() => desk.close());

  const transactionIdOf = async (reference: string): Promise<string> =>
    (await desk.prompt(reference)).gateway_reference;

  it('tells an approval: all texts, signed by the key that is served', async () => {
    await desk.checkout('approve', { additionalProperties: { note: 'hi' } });
    const answered = await desk.press('approve', 'approve');
    expect(answered.status).toBe(200);
    expect(answered.json).toMatchObject({
      status: 'approved',
      reason: null,
      answered_at: expect.any(String),
    });
    const [body] = await desk.catcher.count('approve', 1);
    expect(body).toEqual({
      message: expect.any(String),
      user: '',
      password: '',
      clientId: 'sandbox-client-id',
      transactionstatus: 'success',
      operator: 'Mpesa',
      reference: await transactionIdOf('approve'),
      externalreference: expect.stringMatching(/\S/),
      utilityref: 'approve',
      amount: '50000',
      transid: expect.stringMatching(/\S/),
      msisdn: '255653294241',
      mnoreference: expect.stringMatching(/\S/),
      submerchantAcc: null,
      additionalProperties: { note: 'hi' },
      signature: expect.any(String),
    });
    const key = await desk.publicKey();
    expect(isSigned(body ?? {}, key)).toBe(true);
    expect(isSigned({ ...body, transactionstatus: 'failure' }, key)).toBe(false);
    const [sent] = desk.catcher.received;
    expect(sent?.path).toBe('/api/v1/payments/webhook/azam-pay/');
    expect(sent?.contentType).toContain('application/json');
    expect((await desk.status(await transactionIdOf('approve'))).json).toMatchObject({
      data: 'success',
    });
  });

  it('tells a decline', async () => {
    await desk.checkout('decline');
    await desk.press('decline', 'decline');
    const [body] = await desk.catcher.count('decline', 1);
    expect(body).toMatchObject({ transactionstatus: 'failure', amount: '50000' });
    expect(isSigned(body ?? {}, await desk.publicKey())).toBe(true);
    expect((await desk.status(await transactionIdOf('decline'))).json).toMatchObject({
      data: 'failed',
    });
  });

  it('never tells that a prompt was ignored; the query says expired', async () => {
    await desk.checkout('ignore');
    expect((await desk.press('ignore', 'ignore')).json).toMatchObject({ status: 'ignored' });
    await desk.checkout('after-ignore');
    await desk.press('after-ignore', 'approve');
    await desk.catcher.count('after-ignore', 1);
    expect(desk.catcher.of('ignore')).toEqual([]);
    expect((await desk.status(await transactionIdOf('ignore'))).json).toMatchObject({
      data: 'expired',
    });
  });

  it('takes one answer per prompt', async () => {
    await desk.checkout('once');
    expect((await desk.press('once', 'approve')).status).toBe(200);
    for (const act of ['approve', 'decline', 'ignore']) {
      const again = await desk.press('once', act);
      expect(again.status).toBe(409);
      expect(again.json).toEqual({ error: expect.stringContaining('approved already') });
    }
    expect(await desk.prompt('once')).toMatchObject({ status: 'approved' });
  });

  it.each([
    ['255684000001', 'declined', 'declined', 'failure', /declined/],
    ['255684000002', 'declined', 'insufficient_funds', 'failure', /insufficient funds/i],
    ['255684000004', 'approved', null, 'success', /./],
  ])('lets %s answer by itself', async (phone, status, reason, word, message) => {
    const reference = `number-${phone}`;
    await desk.checkout(reference, { accountNumber: phone });
    const [body] = await desk.catcher.count(reference, 1);
    expect(body).toMatchObject({
      transactionstatus: word,
      message: expect.stringMatching(message),
    });
    expect(await desk.prompt(reference)).toMatchObject({ status, reason });
  });

  it('lets 0003 wait until it lapses, untold', async () => {
    const short = await AzamPayDesk.open({ timings: { promptLifetimeMs: 60 } });
    try {
      await short.checkout('never', { accountNumber: '255684000003' });
      const { gateway_reference } = await short.prompt('never');
      await waitFor(
        'the prompt to lapse',
        async () => (await short.prompt('never')).status === 'expired',
      );
      expect((await short.press('never', 'approve')).status).toBe(409);
      expect((await short.status(gateway_reference)).json).toMatchObject({ data: 'expired' });
      expect((await short.prompt('never')).callbacks).toEqual([]);
      expect(short.catcher.received).toEqual([]);
    } finally {
      await short.close();
    }
  });

  it('keeps what the product answered, and tells again on demand', async () => {
    await desk.checkout('again');
    expect((await desk.press('again', 'callback')).status).toBe(409);
    await desk.press('again', 'approve');
    await waitFor('the delivery', async () => (await desk.prompt('again')).callbacks.length === 1);
    const again = await desk.press('again', 'callback');
    expect(again.json).toMatchObject({ status: 200, answer: '{"status":"ok"}', error: null });
    const [first, second] = await desk.catcher.count('again', 2);
    expect(second).toEqual(first);
    expect((await desk.prompt('again')).callbacks).toHaveLength(2);
  });

  it('signs with another key after a rotation', async () => {
    const before = await desk.publicKey();
    await desk.send('POST', '/api/azampay/rotate-key');
    const after = await desk.publicKey();
    expect(after).not.toBe(before);
    await desk.checkout('rotated');
    await desk.press('rotated', 'approve');
    const [body] = await desk.catcher.count('rotated', 1);
    expect(isSigned(body ?? {}, after)).toBe(true);
    expect(isSigned(body ?? {}, before)).toBe(false);
  });

  it('calls where it is told to, and remembers that nobody answered', async () => {
    await desk.checkout('nobody');
    desk.sandbox.setTarget('http://127.0.0.1:9');
    await desk.press('nobody', 'approve');
    const prompt = await waitFor('the failed delivery', async () => {
      const found = await desk.prompt('nobody');
      return found.callbacks.length > 0 ? found : null;
    });
    expect(prompt.callbacks).toEqual([
      expect.objectContaining({ status: null, error: expect.stringContaining('ECONNREFUSED') }),
    ]);
    desk.sandbox.setTarget(desk.catcher.url);
    await desk.press('nobody', 'callback');
    expect(desk.catcher.of('nobody')).toHaveLength(1);
  });

  it('sends the callback password where one is configured', async () => {
    const other = await AzamPayDesk.open({
      credentials: { AZAMPAY_CALLBACK_USER: 'azam', AZAMPAY_CALLBACK_PASSWORD: 'pass' },
    });
    try {
      await other.checkout('password');
      await other.press('password', 'approve');
      expect(await other.catcher.count('password', 1)).toEqual([
        expect.objectContaining({ user: 'azam', password: 'pass' }),
      ]);
    } finally {
      await other.close();
    }
  });
});
