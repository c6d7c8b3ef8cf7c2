import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { AzamPayKeys, readPublicKey } from './azampay.keys.js';

function aKey(): KeyObject {
  return generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey;
}
const FIRST = aKey();
const SECOND = aKey();
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

function theKeys(answers: (KeyObject | null)[], pinned: KeyObject | null = null) {
  const clock = { now: 0 };
  const asked: number[] = [];
  const fetch = async (): Promise<KeyObject | null> => {
    asked.push(clock.now);
    return answers[asked.length - 1] ?? null;
  };
  return { clock, asked, keys: new AzamPayKeys(pinned, fetch, () => clock.now) };
}

describe('readPublicKey', () => {
  const pem = FIRST.export({ type: 'spki', format: 'pem' }).toString();
  const pkcs1 = FIRST.export({ type: 'pkcs1', format: 'pem' }).toString();
  const der = FIRST.export({ type: 'spki', format: 'der' }).toString('base64');
  it.each([
    ['PEM', pem],
    ['PEM on one line', pem.replaceAll('\n', String.raw`\n`)],
    ['PKCS#1 PEM', pkcs1],
    ['bare base64', der],
  ])('reads %s', (_form, text) => {
    expect(readPublicKey(text)?.equals(FIRST)).toBe(true);
  });

  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey;
  it.each([
    ['nothing', ''],
    ['prose', 'not a key'],
    ['a truncated PEM', pem.slice(0, 200)],
    ['a key of another kind', ec.export({ type: 'spki', format: 'pem' }).toString()],
  ])('is null for %s', (_form, text) => {
    expect(readPublicKey(text)).toBeNull();
  });
});

describe('AzamPayKeys', () => {
  it('trusts a pinned key and never asks', async () => {
    const { keys, asked } = theKeys([SECOND], FIRST);
    expect([keys.cached, keys.current, await keys.refresh()]).toEqual([FIRST, true, FIRST]);
    expect(asked).toEqual([]);
  });

  it('keeps a fetched key for a day', async () => {
    const { keys, clock } = theKeys([FIRST]);
    expect(keys.cached).toBeNull();
    await keys.refresh();
    clock.now = DAY_MS - 1;
    expect(keys.cached).toBe(FIRST);
    clock.now = DAY_MS;
    expect(keys.cached).toBeNull();
  });

  it('reads a key anew at the first doubt, and then leaves it alone for a while', async () => {
    const { keys, clock, asked } = theKeys([FIRST, SECOND, FIRST]);
    await keys.refresh();
    expect([keys.current, await keys.refresh()]).toEqual([false, SECOND]);
    clock.now = 29_999;
    expect([keys.current, await keys.refresh()]).toEqual([true, SECOND]);
    clock.now = 30_000;
    expect([keys.current, await keys.refresh()]).toEqual([false, FIRST]);
    expect(asked).toHaveLength(3);
  });

  it('shares one reading between callers', async () => {
    const { keys, asked } = theKeys([FIRST]);
    await Promise.all(Array.from({ length: 20 }, () => keys.refresh()));
    expect(asked).toHaveLength(1);
  });

  it('pauses after a failure, and keeps the old key meanwhile', async () => {
    const { keys, clock, asked } = theKeys([FIRST, null, SECOND]);
    await keys.refresh();
    clock.now = 10 * MINUTE_MS;
    expect(await keys.refresh()).toBeNull();
    expect(await keys.refresh()).toBeNull();
    expect([keys.cached, asked.length]).toEqual([FIRST, 2]);
    clock.now += 10_000;
    expect(await keys.refresh()).toBe(SECOND);
  });

  it('warms up only where there is no key', async () => {
    const { keys, clock, asked } = theKeys([FIRST]);
    keys.warm();
    await keys.refresh();
    clock.now = 10 * MINUTE_MS;
    keys.warm();
    expect(asked).toHaveLength(1);
  });
});
