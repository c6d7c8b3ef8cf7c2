import { payerPhone } from './payer-phone.js';

const own = '255653294241';
const booked = '255754000111';

describe('payerPhone', () => {
  it('rings a customer’s own phone', () => {
    expect(payerPhone('customer', own, booked)).toBe(own);
  });

  it.each(['staff', 'admin', 'cashier', 'owner'] as const)(
    'rings the booking’s customer when %s starts it',
    (role) => {
      expect(payerPhone(role, own, booked)).toBe(booked);
    },
  );

  it('never falls back to the other number', () => {
    expect(() => payerPhone('customer', null, booked)).toThrow(/profile has no phone/);
    expect(() => payerPhone('staff', own, null)).toThrow(/booking has no customer phone/);
  });
});
