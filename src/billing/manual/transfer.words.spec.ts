import { maskAccount, referenceKey } from './transfer.words.js';

describe('a bank reference', () => {
  it.each([
    ['FT26023-ABC/9', 'FT26023ABC9'],
    [' ft26023 abc 9 ', 'FT26023ABC9'],
    ['ＦＴ２６', 'FT26'],
    ['ማጣቀሻ-7', 'ማጣቀሻ7'],
  ])('%j is compared as %s', (reference, key) => {
    expect(referenceKey(reference, 'reference')).toBe(key);
  });

  it('of signs alone is refused, naming the field that was sent', () => {
    expect(() => referenceKey(' -/- ', 'reference')).toThrow('reference: must hold');
  });
});

describe('an account number', () => {
  it.each([
    ['0150 1234 5678 00', '**********7800'],
    ['255653294241', '********4241'],
    ['12345678', '********'],
    ['GB29NWBK60161331926819GB29NWBK60161331926819', '************6819'],
    ['--', null],
    ['', null],
    [null, null],
    [undefined, null],
  ])('%j is kept as %j', (number, kept) => {
    expect(maskAccount(number)).toBe(kept);
  });
});
