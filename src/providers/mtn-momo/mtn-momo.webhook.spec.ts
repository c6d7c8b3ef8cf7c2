import { readCallback } from './mtn-momo.webhook.js';

const CALLBACK = {
  financialTransactionId: 363_440_463,
  externalId: '5a1e0c5e-1111-4222-8333-444455556666',
  amount: 100,
  currency: 'EUR',
  payer: { partyIdType: 'MSISDN', partyId: '46733123999' },
  status: 'SUCCESSFUL',
};
const read = (change: object = {}) =>
  readCallback(Buffer.from(JSON.stringify({ ...CALLBACK, ...change })));

describe('readCallback', () => {
  it('names the attempt by externalId and is known by its bytes', () => {
    const event = read();
    expect(event).toMatchObject({
      reference: CALLBACK.externalId,
      state: 'paid',
      gatewayTransactionId: '363440463',
      dedupeKey: expect.stringMatching(/^unsigned:[0-9a-f]{64}$/) as string,
    });
    expect(event?.amount?.toString()).toBe('100.00');
    expect(read()?.dedupeKey).toBe(event?.dedupeKey);
    expect(read({ amount: 1 })?.dedupeKey).not.toBe(event?.dedupeKey);
  });

  it.each([{ externalId: undefined }, { externalId: '' }, { externalId: {} }, { status: null }])(
    'is none with %j',
    (change) => {
      expect(read(change)).toBeNull();
    },
  );

  it('tells why, whatever the shape of the reason', () => {
    for (const reason of ['EXPIRED', { code: 'EXPIRED', message: 'x' }]) {
      expect(read({ status: 'FAILED', reason })).toMatchObject({
        state: 'expired',
        wireStatus: 'FAILED/EXPIRED',
      });
    }
  });
});
