import { identifier, isRecord, printable } from './wire.reader.js';

describe('identifier', () => {
  it.each([
    ['ab1edccae210452188676c24df0ffa40', 'ab1edccae210452188676c24df0ffa40'],
    [4711, '4711'],
    ['', null],
    ['two words', null],
    ['a\u0000b', null],
    ['é', null],
    ['x'.repeat(129), null],
    [null, null],
    [{ toString: 'x' }, null],
  ])('%j → %j', (value, expected) => {
    expect(identifier(value)).toBe(expected);
  });
});

describe('printable', () => {
  it.each([
    ['  Insufficient   balance ', 'Insufficient   balance'],
    ['a\r\nb\u0000c\u2028d', 'a b c d'],
    ['\ud800 lone', '\ufffd lone'],
    ['   ', null],
    [7, null],
  ])('%j → %j', (value, expected) => {
    expect(printable(value)).toBe(expected);
  });

  it('cuts at 500 characters without leaving half a character', () => {
    const text = printable(`${'x'.repeat(499)}😀`);
    expect(text).toBe(`${'x'.repeat(499)}\ufffd`);
  });
});

describe('isRecord', () => {
  it.each([
    [{}, true],
    [[], false],
    [null, false],
    ['{}', false],
  ])('%j → %s', (value, expected) => {
    expect(isRecord(value)).toBe(expected);
  });
});
