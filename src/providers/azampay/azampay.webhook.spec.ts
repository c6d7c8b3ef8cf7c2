// A callback is untrusted bytes: whatever they are, reading them must neither throw nor pay. Genuine ones
// are made here with a key of our own, by the rule that the documentation prints.
import { createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { hasValidSignature, readCallback, sameSecret, toEvent } from './azampay.webhook.js';
import type { AzamPayCallback } from './azampay.types.js';

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const SIGNED = ['utilityref', 'externalreference', 'transactionstatus', 'operator'] as const;

function signature(text: string): string {
  return sign('sha256', Buffer.from(text, 'utf8'), privateKey).toString('base64');
}

/** The documentation's illustration, signed. */
function aBody(overrides: Record<string, unknown> = {}): Record<string, unknown> {
  const body: Record<string, unknown> = {
    message: 'Transaction completed',
    user: '',
    password: '',
    clientId: 'client',
    transactionstatus: 'success',
    operator: 'Airtel',
    reference: 'REF1',
    externalreference: 'pg-ref-001',
    utilityref: 'vendor-ref-001',
    amount: '50000',
    transid: 'TR1',
    msisdn: '255653294241',
    mnoreference: 'MNO1',
    submerchantAcc: null,
    additionalProperties: null,
    signature: signature('vendor-ref-001pg-ref-001successAirtel'),
  };
  return { ...body, ...overrides };
}

function bytes(body: unknown): Buffer {
  return Buffer.from(JSON.stringify(body), 'utf8');
}

function read(body: unknown): AzamPayCallback {
  const callback = readCallback(bytes(body));
  if (!callback) throw new Error('not read as a callback');
  return callback;
}

describe('readCallback', () => {
  it('reads what the documentation lists', () => {
    expect(read(aBody())).toMatchObject({
      utilityref: 'vendor-ref-001',
      externalreference: 'pg-ref-001',
      transactionstatus: 'success',
      operator: 'Airtel',
      amount: '50000',
      transid: 'TR1',
      reference: 'REF1',
      message: 'Transaction completed',
    });
  });

  it('reads the short field set of older payloads', () => {
    const { utilityref, reference, transactionstatus, amount } = aBody();
    expect(read({ utilityref, reference, transactionstatus, amount, fspReferenceId: 'x' })).toEqual(
      {
        utilityref: 'vendor-ref-001',
        transactionstatus: 'success',
        externalreference: '',
        operator: '',
        amount: '50000',
        transid: null,
        reference: 'REF1',
        message: null,
        user: null,
        password: null,
        signature: null,
      },
    );
  });

  it.each([null, '', '  '])('takes a signature of %j for none', (signature) => {
    expect(read(aBody({ signature })).signature).toBeNull();
  });

  it('takes an amount that came as a number', () => {
    expect(read(aBody({ amount: 50_000 })).amount).toBe('50000');
  });

  it.each([
    ['no bytes', Buffer.alloc(0)],
    ['text', Buffer.from('hello')],
    ['a truncated body', bytes(aBody()).subarray(0, 200)],
    ['an array', bytes([aBody()])],
    ['null', bytes(null)],
    ['a string', bytes('vendor-ref-001')],
    ['a form', Buffer.from('utilityref=vendor-ref-001&transactionstatus=success')],
    ['bytes that are not UTF-8', Buffer.concat([bytes(aBody()), Buffer.from([0xff])])],
    ['UTF-16', Buffer.from(JSON.stringify(aBody()), 'utf16le')],
    ['nesting without end', Buffer.from('['.repeat(200_000))],
    ['deep but whole nesting', Buffer.from(`{"a":${'['.repeat(50_000)}${']'.repeat(50_000)}}`)],
    ['a prototype', Buffer.from('{"__proto__":{"utilityref":"v","transactionstatus":"success"}}')],
    ['no reference', bytes(aBody({ utilityref: undefined }))],
    ['an empty reference', bytes(aBody({ utilityref: '' }))],
    ['a reference that is a number', bytes(aBody({ utilityref: 7 }))],
    ['a reference that is an object', bytes(aBody({ utilityref: { a: 1 } }))],
    ['a reference with a NUL', bytes(aBody({ utilityref: 'a\u0000b' }))],
    ['an endless reference', bytes(aBody({ utilityref: 'x'.repeat(129) }))],
    ['no status', bytes(aBody({ transactionstatus: undefined }))],
    ['an empty status', bytes(aBody({ transactionstatus: '' }))],
    ['a status that is true', bytes(aBody({ transactionstatus: true }))],
    ['an operator that is a list', bytes(aBody({ operator: ['Airtel'] }))],
    ['an external reference with half a character', bytes(aBody({ externalreference: '\ud800' }))],
    ['a signature that is a number', bytes(aBody({ signature: 1 }))],
    ['a signature that is an object', bytes(aBody({ signature: {} }))],
  ])('is null for %s', (_case, rawBody) => {
    expect(readCallback(rawBody)).toBeNull();
    expect(({} as Record<string, unknown>)['utilityref']).toBeUndefined();
  });

  it('judges a doubled field by the value it reads, so the signature covers what is acted on', () => {
    const text = JSON.stringify(aBody()).replace(
      '"utilityref":"vendor-ref-001"',
      '"utilityref":"vendor-ref-001","utilityref":"vendor-ref-002"',
    );
    const callback = readCallback(Buffer.from(text));
    expect(callback?.utilityref).toBe('vendor-ref-002');
    expect(callback && hasValidSignature(callback, publicKey, false)).toBe(false);
  });

  it('never throws and never passes a changed signed field, whichever byte is changed', () => {
    const genuine = bytes(aBody());
    const signedPart = (callback: AzamPayCallback): string =>
      SIGNED.map((field) => callback[field]).join('|');
    const passed = new Set<string>();
    for (let at = 0; at < genuine.length; at += 1) {
      for (const flip of [0x01, 0x20, 0x80]) {
        const altered = Buffer.from(genuine);
        altered[at] = (altered[at] ?? 0) ^ flip;
        const callback = readCallback(altered);
        if (callback?.signature && hasValidSignature(callback, publicKey, false)) {
          passed.add(signedPart(callback));
        }
      }
    }
    expect([...passed]).toEqual([signedPart(read(aBody()))]);
  });
});

describe('hasValidSignature', () => {
  const valid = (overrides: Record<string, unknown>, acceptShort = false): boolean =>
    hasValidSignature(read(aBody(overrides)), publicKey, acceptShort);

  it('accepts the documented text, however the body is written', () => {
    expect(valid({})).toBe(true);
    const reordered = Object.fromEntries(Object.entries(aBody()).toReversed());
    const callback = readCallback(Buffer.from(JSON.stringify(reordered, null, 4)));
    expect(callback && hasValidSignature(callback, publicKey, false)).toBe(true);
  });

  it.each([
    ['utilityref', 'vendor-ref-002'],
    ['externalreference', 'pg-ref-002'],
    ['transactionstatus', 'failure'],
    ['transactionstatus', 'SUCCESS'],
    ['operator', 'Tigo'],
  ])('refuses another %s', (field, value) => {
    expect(valid({ [field]: value })).toBe(false);
  });

  it('does not cover amount and payer: those must be compared', () => {
    expect(valid({ amount: '1', msisdn: '255700000000' })).toBe(true);
  });

  it.each([
    [
      'another key',
      sign(
        'sha256',
        Buffer.from('vendor-ref-001pg-ref-001successAirtel'),
        generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey,
      ).toString('base64'),
    ],
    [
      'another digest',
      sign('sha1', Buffer.from('vendor-ref-001pg-ref-001successAirtel'), privateKey).toString(
        'base64',
      ),
    ],
    ['nonsense', 'AAAA'],
    ['no base64', '%%%%'],
    ['too short', signature('x').slice(0, 100)],
  ])('refuses a signature by %s', (_case, text) => {
    expect(valid({ signature: text })).toBe(false);
  });

  it('refuses a signature with bits changed that base64 would drop', () => {
    const genuine = signature('vendor-ref-001pg-ref-001successAirtel');
    const at = genuine.indexOf('=') - 1;
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
    const next = alphabet[alphabet.indexOf(genuine[at] ?? 'A') + 1] ?? 'A';
    const altered = `${genuine.slice(0, at)}${next}${genuine.slice(at + 1)}`;
    expect(Buffer.from(altered, 'base64')).toEqual(Buffer.from(genuine, 'base64'));
    expect(valid({ signature: altered })).toBe(false);
  });

  it('accepts base64 broken into lines', () => {
    const lines = signature('vendor-ref-001pg-ref-001successAirtel').replaceAll(
      /(.{76})/g,
      '$1\r\n',
    );
    expect(valid({ signature: lines })).toBe(true);
  });

  it('accepts the two-field form only where it is switched on, and then any status passes', () => {
    const short = { signature: signature('vendor-ref-001pg-ref-001') };
    expect(valid(short)).toBe(false);
    expect(valid(short, true)).toBe(true);
    expect(valid({ ...short, transactionstatus: 'failure' }, true)).toBe(true);
    expect(valid({ ...short, externalreference: 'x' }, true)).toBe(false);
  });

  it('reads a missing external reference as empty', () => {
    const body = aBody({
      externalreference: undefined,
      signature: signature('vendor-ref-001successAirtel'),
    });
    expect(hasValidSignature(read(body), createPublicKey(privateKey), false)).toBe(true);
  });
});

describe('toEvent', () => {
  const event = (
    overrides: Record<string, unknown> = {},
    proof: 'verified' | 'undecided' | 'unsigned' = 'verified',
  ) => toEvent(read(aBody(overrides)), proof, bytes(aBody(overrides)));

  it('translates', () => {
    const { amount, ...rest } = event();
    expect(amount?.toString()).toBe('50000.00');
    expect(rest).toEqual({
      reference: 'vendor-ref-001',
      dedupeKey: 'verified:vendor-ref-001|pg-ref-001|success|50000.00',
      state: 'paid',
      gatewayTransactionId: 'pg-ref-001',
      failure: null,
      wireStatus: 'success',
    });
  });

  it('tells why it failed', () => {
    expect(event({ transactionstatus: 'failure', message: 'Insufficient balance' })).toMatchObject({
      state: 'failed',
      failure: { code: 'insufficient_funds', message: 'Insufficient balance' },
    });
  });

  it.each([undefined, null, '', '0', '5,000', 'NaN', {}, -5])(
    'does not pay without an amount that can be compared: %j',
    (amount) => {
      expect(event({ amount })).toMatchObject({
        state: 'unknown',
        amount: null,
        wireStatus: 'success',
      });
    },
  );

  it('has one key for one event, whatever is not part of what happened', () => {
    const key = event().dedupeKey;
    expect(event({ message: 'again', msisdn: '1', transid: 'other' }).dedupeKey).toBe(key);
    expect(event({ transactionstatus: 'SUCCESS', amount: '50000.00' }).dedupeKey).toBe(key);
  });

  it.each([
    ['utilityref', 'vendor-ref-002'],
    ['externalreference', 'pg-ref-002'],
    ['transactionstatus', 'failure'],
    ['amount', '1'],
    ['amount', 'unreadable'],
  ])('has another key for another %s', (field, value) => {
    expect(event({ [field]: value }).dedupeKey).not.toBe(event().dedupeKey);
  });

  it('falls back to transid, then reference, where the external reference is missing', () => {
    const old = { externalreference: undefined };
    expect(event(old).dedupeKey).toBe('verified:vendor-ref-001|TR1|success|50000.00');
    expect(event({ ...old, transid: undefined }).gatewayTransactionId).toBe('REF1');
  });

  it('knows an unproven copy by its bytes, so that it never stands in the way of a proven one', () => {
    const keys = (['verified', 'undecided', 'unsigned'] as const).map(
      (p) => event({}, p).dedupeKey,
    );
    expect(new Set(keys).size).toBe(3);
    expect(keys[1]).toMatch(/^undecided:[0-9a-f]{64}$/);
    expect(keys[2]).toMatch(/^unsigned:[0-9a-f]{64}$/);
    expect(event({ message: 'x' }, 'undecided').dedupeKey).not.toBe(keys[1]);
  });

  it('keeps its key short', () => {
    const long = { utilityref: 'x'.repeat(128), externalreference: 'y'.repeat(128) };
    expect(event(long).dedupeKey).toMatch(/^verified:[0-9a-f]{64}$/);
  });
});

describe('sameSecret', () => {
  it.each([
    ['secret', 'secret', true],
    ['secre', 'secret', false],
    ['', 'secret', false],
    [null, 'secret', false],
    [null, '', false],
  ])('%j against %j → %s', (given, expected, same) => {
    expect(sameSecret(given, expected)).toBe(same);
  });
});
