import { storable, storableJson, storableKey } from './storable.text.js';

describe('text from outside', () => {
  it('keeps ordinary text to the letter', () => {
    expect(storable('BOOKING-HTL-000008-7QD3')).toBe('BOOKING-HTL-000008-7QD3');
    expect(storable('مرحبا 👋')).toBe('مرحبا 👋');
    expect(storableKey('verified:a|b|success|50000.00')).toBe('verified:a|b|success|50000.00');
  });

  it('loses what PostgreSQL cannot hold', () => {
    expect(storable('a\0b')).toBe('ab');
    expect(storable('a\ud800b')).toBe('a\ufffdb');
    expect(storableJson({ text: 'a\0\udc00' })).toBe('{"text":"a\ufffd"}');
  });

  it('is cut at 200 characters, never through a pair', () => {
    expect(storable('x'.repeat(10_000))).toHaveLength(200);
    expect(storable(`${'x'.repeat(199)}👋`)).toBe('x'.repeat(199));
  });

  it('tells keys apart that differ only in what is cut or lost', () => {
    const long = 'k'.repeat(5_000);
    const keys = [`${long}1`, `${long}2`, 'a', 'a\0', 'a\ud800', 'a\udbff'].map(storableKey);
    expect(new Set(keys).size).toBe(keys.length);
    for (const key of keys) expect(key.length).toBeLessThanOrEqual(200);
  });
});
