import { Money } from '../common/index.js';
import type { WebhookEvent } from '../providers/index.js';
import { fromStored, toStored } from './webhook-event.entity.js';

const EVENT: WebhookEvent = {
  reference: 'STRIPE-1',
  dedupeKey: 'verified:evt_1',
  state: 'unknown',
  gatewayTransactionId: null,
  amount: Money.parse('90.00', 'USD'),
  failure: null,
  wireStatus: 'charge.refunded',
};

describe('a stored event', () => {
  it('of a refund that states its amount is JSON, and reads back the same', () => {
    const event: WebhookEvent = {
      ...EVENT,
      refund: {
        state: 'completed',
        reference: null,
        gatewayRefundId: 'ch_1:2000',
        amount: Money.parse('20.00', 'USD'),
        failure: null,
        wireStatus: 'charge.refunded',
      },
    };
    const json = JSON.stringify(toStored(event));
    expect(fromStored(JSON.parse(json))).toEqual(event);
  });

  it('without a refund gets none', () => {
    const stored = toStored(EVENT);
    expect('refund' in stored).toBe(false);
    expect(fromStored(stored)).toEqual(EVENT);
  });
});
