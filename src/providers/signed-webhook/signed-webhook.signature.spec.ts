import { createHmac } from 'node:crypto';
import { checkHex, checkSignatures, checkStandard } from './signed-webhook.signature.js';

/** The vector of the Standard Webhooks project. */
const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const ID = 'msg_p5jXN8AQM9LWM0D4loKWxJek';
const T = 1_614_265_330;
const BODY = Buffer.from('{"test": 2432232314}');
const V1 = 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=';

interface Message {
  id?: string | undefined;
  timestamp?: string | undefined;
  signature?: string | undefined;
  body?: Buffer;
  secrets?: string[];
  nowS?: number;
}

function standard({ body = BODY, secrets = [SECRET], nowS = T, ...headers }: Message = {}): string {
  const given = { id: ID, timestamp: String(T), signature: V1, ...headers };
  const present = Object.fromEntries(
    Object.entries(given).filter(([, value]) => value !== undefined),
  );
  return checkStandard(present, body, secrets, { nowS, toleranceS: 300 }).proof;
}

describe('Standard Webhooks', () => {
  it('verifies the published vector and tells its id', () => {
    const headers = { id: ID, timestamp: String(T), signature: V1 };
    expect(checkStandard(headers, BODY, [SECRET], { nowS: T, toleranceS: 300 })).toEqual({
      proof: 'proven',
      id: ID,
    });
  });

  it('does not with one byte changed, whichever', () => {
    const passed = [...BODY.keys()].filter((at) => {
      const body = Buffer.from(BODY);
      body[at] = (body[at] ?? 0) ^ 1;
      return standard({ body }) !== 'wrong';
    });
    expect(passed).toEqual([]);
  });

  it('does not when the body is written anew', () => {
    const body = Buffer.from(JSON.stringify(JSON.parse(BODY.toString())));
    expect(standard({ body })).toBe('wrong');
  });

  it('does not under another id, another time or another secret', () => {
    expect(standard({ id: 'msg_other' })).toBe('wrong');
    expect(standard({ timestamp: String(T + 1) })).toBe('wrong');
    expect(standard({ secrets: ['whsec_AAAA9r8GKYqrTwjUPD8ILPZIo2LaLaSw'] })).toBe('wrong');
    expect(standard({ secrets: ['whsec_AAAA9r8GKYqrTwjUPD8ILPZIo2LaLaSw', SECRET] })).toBe(
      'proven',
    );
  });

  it('does not take the text of a whsec_ secret for its key', () => {
    const content = Buffer.concat([Buffer.from(`${ID}.${T}.`), BODY]);
    const asText = createHmac('sha256', SECRET).update(content).digest('base64');
    expect(standard({ signature: `v1,${asText}` })).toBe('wrong');
  });

  it('keys a secret without whsec_ by its UTF-8 bytes', () => {
    const content = Buffer.concat([Buffer.from(`${ID}.${T}.`), BODY]);
    const signature = createHmac('sha256', 'schlüssel-1').update(content).digest('base64');
    expect(standard({ signature: `v1,${signature}`, secrets: ['schlüssel-1'] })).toBe('proven');
  });

  it.each([
    [T + 300, 'proven'],
    [T - 300, 'proven'],
    [T + 301, 'wrong'],
    [T - 301, 'wrong'],
    [1_800_000_000, 'wrong'],
  ])('at %d is %s', (nowS, proof) => {
    expect(standard({ nowS })).toBe(proof);
  });

  it.each([
    ['one of two', `v1,${'A'.repeat(43)}= ${V1}`],
    ['the first of three', `${V1} v1,${'A'.repeat(43)}= v1a,c2lnbmF0dXJl`],
    ['beside unknown versions', `v2,abc v1a,AAAA ${V1} nonsense`],
  ])('accepts %s', (_case, signature) => {
    expect(standard({ signature })).toBe('proven');
  });

  it.each<[string, Message]>([
    ['no signature', { signature: undefined }],
    ['an empty one', { signature: '' }],
    ['no id', { id: undefined }],
    ['no time', { timestamp: undefined }],
    ['a time that is no number', { timestamp: `${T}.0` }],
    ['a negative time', { timestamp: `-${T}` }],
    ['an id with a dot', { id: 'msg.1' }],
    ['an id that is too long', { id: 'x'.repeat(129) }],
    ['another version alone', { signature: V1.replace('v1', 'v2') }],
    ['no version', { signature: V1.replace('v1,', '') }],
    ['a comma between entries', { signature: `${V1},${V1}` }],
    ['a cut signature', { signature: V1.slice(0, -4) }],
  ])('refuses %s', (_case, message) => {
    expect(standard(message)).toBe('wrong');
  });

  it('finds no proof where none of its headers came', () => {
    expect(standard({ id: undefined, timestamp: undefined, signature: undefined })).toBe('absent');
  });
});

describe('the hex signature', () => {
  const secret = 'shared-with-the-gateway';
  const hex = createHmac('sha256', secret).update(BODY).digest('hex');

  it.each([hex, `sha256=${hex}`, `SHA256=${hex.toUpperCase()}`, ` ${hex} `])(
    'accepts %s',
    (header) => {
      expect(checkHex(header, BODY, [secret])).toEqual({ proof: 'proven', id: null });
      expect(checkHex(header, BODY, ['new', secret]).proof).toBe('proven');
    },
  );

  it('is keyed with all of a whsec_ secret', () => {
    const whole = createHmac('sha256', SECRET).update(BODY).digest('hex');
    expect(checkHex(whole, BODY, [SECRET]).proof).toBe('proven');
  });

  it.each([
    hex.slice(2),
    `${hex}00`,
    `sha1=${hex}`,
    `sha256=${hex}, sha256=${hex}`,
    Buffer.from(hex, 'hex').toString('base64'),
    'nonsense',
    '0'.repeat(64),
  ])('refuses %s', (header) => {
    expect(checkHex(header, BODY, [secret]).proof).toBe('wrong');
  });

  it('refuses one changed byte, and a body written anew', () => {
    const passed = [...BODY.keys()].filter((at) => {
      const body = Buffer.from(BODY);
      body[at] = (body[at] ?? 0) ^ 1;
      return checkHex(hex, body, [secret]).proof !== 'wrong';
    });
    expect(passed).toEqual([]);
    const anew = Buffer.from(JSON.stringify(JSON.parse(BODY.toString())));
    expect(checkHex(hex, anew, [secret]).proof).toBe('wrong');
  });

  it.each([undefined, '', ' '])('finds no proof in %j', (header) => {
    expect(checkHex(header, BODY, [secret]).proof).toBe('absent');
  });
});

describe('both together', () => {
  const settings = {
    secrets: [SECRET],
    toleranceS: 300,
    signatureHeader: 'x-shop-signature',
    standardPrefix: 'svix',
  };
  const hex = createHmac('sha256', SECRET).update(BODY).digest('hex');
  const stamped = { 'svix-id': ID, 'svix-timestamp': String(T), 'svix-signature': V1 };
  const check = (headers: Record<string, string>, nowS = T): unknown =>
    checkSignatures({ rawBody: BODY, headers }, settings, nowS);

  it('reads the headers that the settings name', () => {
    expect(check({ 'x-shop-signature': hex })).toEqual({ proof: 'proven', id: null });
    expect(check(stamped)).toEqual({ proof: 'proven', id: ID });
    expect(check({ 'x-webhook-signature': hex })).toEqual({ proof: 'absent' });
  });

  it('believes an id only where it was signed', () => {
    const old = { ...stamped, 'x-shop-signature': hex };
    expect(check(old, T + 9_999)).toEqual({ proof: 'proven', id: null });
    expect(check({ 'svix-id': 'msg_made_up', 'x-shop-signature': hex })).toEqual({
      proof: 'proven',
      id: null,
    });
  });

  it('refuses an outdated message that has no other proof', () => {
    expect(check(stamped, T + 9_999)).toEqual({ proof: 'wrong' });
    expect(check({ ...stamped, 'x-shop-signature': '0'.repeat(64) }, T + 9_999)).toEqual({
      proof: 'wrong',
    });
  });
});
