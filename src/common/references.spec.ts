import { orderedUuid, parseObjectId, randomToken } from './references.js';

describe('randomToken', () => {
  it('carries every bit in characters that fit any gateway', () => {
    const tokens = new Set(Array.from({ length: 2000 }, () => randomToken()));
    expect(tokens.size).toBe(2000);
    for (const token of tokens) expect(token).toMatch(/^[0-9a-hjkmnp-tv-z]{16}$/);
  });
});

describe('orderedUuid', () => {
  it('is of version 7, unlike any other, and sorts by the millisecond', () => {
    const now = jest.spyOn(Date, 'now');
    const made = Array.from({ length: 2_000 }, (_, ms) => {
      now.mockReturnValue(1_795_219_250_000 + ms);
      return orderedUuid();
    });
    now.mockRestore();
    for (const uuid of made) {
      expect(uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    }
    expect(made.toSorted()).toEqual(made);
    expect(new Set(made.map((uuid) => uuid.slice(14))).size).toBe(2_000);
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
