import { endsWithin } from './deadline.js';

describe('endsWithin', () => {
  it('tells work that ended, well or badly, from work that did not', async () => {
    expect(await endsWithin(Promise.resolve(), 10_000)).toBe(true);
    expect(await endsWithin(Promise.reject(new Error('no')), 10_000)).toBe(true);
    expect(await endsWithin(new Promise(() => undefined), 5)).toBe(false);
  });
});
