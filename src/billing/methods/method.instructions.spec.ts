import { fillPlaces, instructionsIn, referenceFor, unknownPlaces } from './method.instructions.js';

const METHOD = {
  bank_name: 'CRDB Bank',
  account_name: 'Malipo',
  account_number: '0150123456',
  reference_template: 'Invoice {number}',
};
const BOTH = {
  en: 'Pay to {account_number} at {bank_name}, reference "{reference}".',
  sw: 'Lipa kwa {account_number}, {bank_name}.',
};

describe('instructions', () => {
  it.each([
    ['sw', 'sw', 'Lipa kwa 0150123456, CRDB Bank.'],
    ['sw-TZ', 'sw', 'Lipa kwa 0150123456, CRDB Bank.'],
    ['SW', 'sw', 'Lipa kwa 0150123456, CRDB Bank.'],
    ['fr', 'en', 'Pay to 0150123456 at CRDB Bank, reference "Invoice {number}".'],
    [null, 'en', 'Pay to 0150123456 at CRDB Bank, reference "Invoice {number}".'],
  ])('in %s are those in %s', (language, found, text) => {
    expect(instructionsIn({ ...METHOD, instructions: BOTH }, language)).toEqual({
      language: found,
      text,
    });
  });

  it('without English are in the first language there is', () => {
    const method = { ...METHOD, instructions: { am: 'በባንክ ይክፈሉ' } };
    expect(instructionsIn(method, 'fr')).toEqual({ language: 'am', text: 'በባንክ ይክፈሉ' });
  });

  it('may be missing', () => {
    expect(instructionsIn({ ...METHOD, instructions: {} }, 'en')).toBeNull();
  });

  it('keep what they do not know, also what only looks like a property', () => {
    expect(fillPlaces('{a} {toString} {b}', { b: '$&' })).toBe('{a} {toString} $&');
    expect(referenceFor('Invoice {number} / {other}', 'INV-1')).toBe('Invoice INV-1 / {other}');
  });

  it('name places that nothing stands for', () => {
    expect(unknownPlaces('{number} {iban} {bank_name} {}')).toEqual(['iban', '']);
    expect(unknownPlaces('{bank_name}', ['number'])).toEqual(['bank_name']);
  });
});
