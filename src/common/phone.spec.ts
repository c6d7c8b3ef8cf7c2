import { DomainError } from './domain.error.js';
import { maskPhone, normalisePhone } from './phone.js';

describe('normalisePhone', () => {
  it.each([
    ['0653294241', 'TZS', '255653294241'],
    ['255653294241', 'TZS', '255653294241'],
    ['+255 653 294 241', 'TZS', '255653294241'],
    ['653294241', 'TZS', '255653294241'],
    ['00255653294241', 'TZS', '255653294241'],
    ['0911234567', 'ETB', '251911234567'],
    ['+251911234567', 'TZS', '251911234567'],
    ['1710446004', 'TZS', '1710446004'],
    ['0754-000-111', 'TZS', '255754000111'],
    ['+255700000000', null, '255700000000'],
    ['255684000222', null, '255684000222'],
    ['0700000001', 'TZS', '255700000001'],
    ['255754000001', 'TZS', '255754000001'],
    ['2250707070707', 'XOF', '2250707070707'],
  ])('reads %s in %s', (input, currency, digits) => {
    expect(normalisePhone(input, currency)).toBe(digits);
  });

  it('refuses the eight digits that Ivorian numbers had before 2021', () => {
    expect(() => normalisePhone('22501020304', 'XOF')).toThrow(DomainError);
  });

  it.each(['', 'abc', '12', '+', '0', '123456789012345678', '06532942410653294241'])(
    'refuses %p and names the field',
    (input) => {
      expect(() => normalisePhone(input, 'TZS', 'customer_phone')).toThrow(/^customer_phone: /);
    },
  );
});

describe('maskPhone', () => {
  it('keeps country code and the last two digits', () => {
    expect(maskPhone('255653294241')).toBe('255*******41');
    expect(maskPhone('12345')).toBe('***');
  });
});
