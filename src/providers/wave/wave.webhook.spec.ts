import { createHmac } from 'node:crypto';
import { checkSharedSecret, checkSignature, readEvent, toEvent } from './wave.webhook.js';

/** The sample that Wave publishes. */
const SECRET = 'wave_sn_WHS_xz4m6g8rjs9bshxy05xj4khcvjv7j3hcp4fbpvv6met0zdrjvezg';
const T = 1_667_920_421;
const V1 = '53c971695230e9c51b1030d673eee76e70bbcdf8a7c5b8c1d44e0b8b1329647b';
const BODY =
  '{"id": "AE_ijzo7oGgrlM7", "type": "checkout.session.completed", "data": {"id": "cos-1b01sghpg100j", "amount": "100", "checkout_status": "complete", "client_reference": null, "currency": "XOF", "error_url": "https://example.com/error", "last_payment_error": null, "business_name": "Annas Apiaries", "payment_status": "succeeded", "success_url": "https://example.com/success", "wave_launch_url": "https://pay.wave.com/c/cos-1b01sghpg100j?a=100&c=XOF&m=Annas%20Apiaries", "when_completed": "2022-11-08T15:05:45Z", "when_created": "2022-11-08T15:05:32Z", "when_expires": "2022-11-09T15:05:32Z", "transaction_id": "TCN4Y4ZC3FM"}}';
const RAW = Buffer.from(BODY);

const check = (
  header: string | undefined,
  { body = RAW, secrets = [SECRET], nowS = T }: Partial<Parameters> = {},
) => checkSignature(header, body, secrets, { nowS, toleranceS: 300 });
interface Parameters {
  body: Buffer;
  secrets: string[];
  nowS: number;
}

const sign = (text: string): string => createHmac('sha256', SECRET).update(text).digest('hex');

describe("Wave's published sample", () => {
  it('verifies', () => {
    expect(check(`t=${T},v1=${V1}`)).toBe('proven');
  });

  it('does not with a separator between time and body', () => {
    const dotted = sign(`${T}.${BODY}`);
    expect(dotted).toMatch(/^56836d1a/);
    expect(check(`t=${T},v1=${dotted}`)).toBe('wrong');
    expect(check(`t=${T},v1=${sign(`t=${T}.${BODY}`)}`)).toBe('wrong');
    expect(check(`t=${T},v1=${sign(`${T},${BODY}`)}`)).toBe('wrong');
  });

  it('does not when the body is written anew', () => {
    const body = Buffer.from(JSON.stringify(JSON.parse(BODY)));
    expect(check(`t=${T},v1=${V1}`, { body })).toBe('wrong');
    expect(check(`t=${T},v1=${V1}`, { body: Buffer.from(`${BODY}\n`) })).toBe('wrong');
  });

  it('does not with one byte changed, whichever', () => {
    const passed = [...RAW.keys()].filter((at) => {
      const body = Buffer.from(RAW);
      body[at] = (body[at] ?? 0) ^ 1;
      return check(`t=${T},v1=${V1}`, { body }) !== 'wrong';
    });
    expect(passed).toEqual([]);
  });

  it('does not under another secret, nor under a part of it', () => {
    for (const secret of ['wave_sn_WHS_other', SECRET.replace('wave_sn_WHS_', ''), '']) {
      expect(check(`t=${T},v1=${V1}`, { secrets: [secret] })).toBe('wrong');
    }
    expect(check(`t=${T},v1=${V1}`, { secrets: ['wave_sn_WHS_new', SECRET] })).toBe('proven');
  });
});

describe('checkSignature', () => {
  it.each([
    [T + 300, 'proven'],
    [T - 300, 'proven'],
    [T + 301, 'wrong'],
    [T - 301, 'wrong'],
    [1_800_000_000, 'wrong'],
  ])('at %d is %s', (nowS, proof) => {
    expect(check(`t=${T},v1=${V1}`, { nowS })).toBe(proof);
  });

  it.each([
    ['the second of two', `t=${T},v1=${'0'.repeat(64)},v1=${V1}`],
    ['the first of three', `t=${T},v1=${V1},v1=${'0'.repeat(64)},v1=abc`],
    ['with spaces', ` t=${T} , v1=${V1} `],
    ['beside a scheme to come', `t=${T},v0=abc,v1=${V1},v2=def`],
  ])('accepts %s', (_case, header) => {
    expect(check(header)).toBe('proven');
  });

  it.each([undefined, '', '  '])('finds no proof in %j', (header) => {
    expect(check(header)).toBe('absent');
  });

  it.each([
    'nonsense',
    `v1=${V1}`,
    `t=${T}`,
    `t=${T},v1=`,
    `t=,v1=${V1}`,
    `t=${T}.0,v1=${V1}`,
    `t=-1,v1=${V1}`,
    `t=NaN,v1=${V1}`,
    `t=${T},t=${T},v1=${V1}`,
    `t=${T},v1=${V1.toUpperCase()}`,
    `t=${T},v1=${V1.slice(2)}`,
    `t=${T},v1=${V1}00`,
    `t=${T},v2=${V1}`,
    `t=${T};v1=${V1}`,
  ])('refuses %s', (header) => {
    expect(check(header)).toBe('wrong');
  });
});

describe('checkSharedSecret', () => {
  it.each([
    [`Bearer ${SECRET}`, 'proven'],
    [`bearer ${SECRET}`, 'proven'],
    [undefined, 'absent'],
    ['', 'absent'],
    [SECRET, 'wrong'],
    [`Bearer ${SECRET}x`, 'wrong'],
    ['Bearer ', 'wrong'],
    [`Basic ${SECRET}`, 'wrong'],
  ])('%j is %s', (header, proof) => {
    expect(checkSharedSecret(header, [SECRET])).toBe(proof);
  });

  it('never takes an empty secret for one', () => {
    expect(checkSharedSecret('Bearer ', [''])).toBe('wrong');
  });
});

describe('toEvent', () => {
  const event = (change: object = {}, type = 'checkout.session.completed', id = 'AE_1') => {
    const sample = JSON.parse(BODY) as { data: object };
    const data = { ...sample.data, client_reference: 'WAVE-1', ...change };
    const rawBody = Buffer.from(JSON.stringify({ id, type, data }));
    const read = readEvent(rawBody);
    if (!read?.session) throw new Error('not read');
    return (proof: 'verified' | 'unsigned') =>
      toEvent(read, read.session ?? never(), 'WAVE-1', proof, rawBody);
  };
  const never = (): never => {
    throw new Error('no session');
  };

  it('translates a payment', () => {
    const { amount, ...rest } = event()('verified');
    expect([amount?.toString(), amount?.currency.code]).toEqual(['100', 'XOF']);
    expect(rest).toEqual({
      reference: 'WAVE-1',
      dedupeKey: 'verified:AE_1',
      state: 'paid',
      gatewayTransactionId: 'cos-1b01sghpg100j',
      failure: null,
      wireStatus: 'complete/succeeded',
    });
  });

  it.each(['processing', 'failed', 'anything'])(
    'leaves a failed try pending, though it says %s',
    (word) => {
      const change = {
        checkout_status: 'open',
        payment_status: word,
        last_payment_error: { code: 'insufficient-funds', message: 'x' },
      };
      expect(event(change, 'checkout.session.payment_failed')('verified')).toMatchObject({
        state: 'pending',
        failure: null,
        wireStatus: `open/${word} (insufficient-funds)`,
      });
    },
  );

  it.each([
    { payment_status: 'settled' },
    { checkout_status: 'open' },
    { checkout_status: 'toString' },
    { amount: null },
    { amount: '100.5' },
    { amount: '-100' },
    { currency: 'XXX' },
    { currency: undefined },
  ])('does not pay with %j', (change) => {
    expect(event(change)('verified').state).toBe('unknown');
  });

  it('knows an unproven copy by its bytes', () => {
    const keys = [event()('unsigned'), event({ amount: '1' })('unsigned')].map((e) => e.dedupeKey);
    expect(keys[0]).toMatch(/^unsigned:[0-9a-f]{64}$/);
    expect(keys[1]).not.toBe(keys[0]);
  });

  it('knows a proven one without an id of its own by its bytes too', () => {
    expect(event({}, undefined, '')('verified').dedupeKey).toMatch(/^verified:[0-9a-f]{64}$/);
  });
});
