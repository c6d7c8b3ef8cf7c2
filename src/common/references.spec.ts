import { parseObjectId, randomToken } from './references.js';

describe('randomToken', () => {
  it('carries every bit in characters that fit any gateway', () => {
    const tokens = new Set(Array.from({ length: 2000 }, () => randomToken()));
    expect(tokens.size).toBe(2000);
    for (const token of tokens) expect(token).toMatch(/^[0-9a-hjkmnp-tv-z]{16}$/);
  });
});

describe('parseObjectId', () => {
  it.each([
    ['123', { id: 123 }],
    [123, { id: 123 }],
    ['F367DDF9-F2FF-4DE2-B929-0E0942ACE93B', { uuid: 'f367ddf9-f2ff-4de2-b929-0e0942ace93b' }],
    ['0', null],
    ['-1', null],
    ['1.5', null],
    ['99999999999', null],
    ['f367ddf9', null],
    ['1; DROP TABLE payments', null],
  ])('reads %p', (value, expected) => {
    expect(parseObjectId(value)).toEqual(expected);
  });
});
