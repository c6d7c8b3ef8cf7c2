import type { WebhookEvent, WebhookVerdict } from '../providers/index.js';
import { decide } from './webhook.decision.js';

const anEvent = (wireStatus: string): WebhookEvent => ({
  reference: 'BOOKING-1',
  dedupeKey: 'k',
  state: 'paid',
  gatewayTransactionId: null,
  amount: null,
  failure: null,
  wireStatus,
});
const stored = anEvent('as stored');
const fresh = anEvent('as read now');
const forged: WebhookVerdict = { verdict: 'forged', reason: 'no match' };
const malformed: WebhookVerdict = { verdict: 'malformed', reason: 'not set up' };
const on = { statusQuery: true };
const off = { statusQuery: false };

describe('what becomes of a stored event', () => {
  it('proven when it came: evidence, whatever its key is worth now', () => {
    const proof = { verification: 'verified', event: stored } as const;
    for (const verdict of [null, forged, malformed]) {
      expect(decide(proof, verdict, off)).toEqual({ kind: 'apply', event: stored });
    }
  });

  it('proven when it came: read anew where the adapter reads more in it by now', () => {
    const proof = { verification: 'verified', event: stored } as const;
    for (const verdict of ['verified', 'undecided'] as const) {
      expect(decide(proof, { verdict, event: fresh }, off)).toEqual({
        kind: 'apply',
        event: fresh,
      });
    }
  });

  it.each(['undecided', 'unsigned'] as const)(
    '%s: evidence only once it is proven',
    (verification) => {
      const proof = { verification, event: stored };
      expect(decide(proof, { verdict: 'verified', event: fresh }, off)).toEqual({
        kind: 'apply',
        event: fresh,
      });
      expect(decide(proof, forged, on)).toEqual({ kind: 'ignore', reason: 'forged_signature' });
      const irrelevant: WebhookVerdict = { verdict: 'irrelevant', reason: 'not about a payment' };
      expect(decide(proof, irrelevant, on)).toEqual({ kind: 'ignore', reason: 'irrelevant' });
      for (const verdict of [null, malformed]) {
        expect(decide(proof, verdict, on)).toEqual({ kind: 'park', reason: 'unreadable_now' });
      }
    },
  );

  it('undecided still: verified later, and the gateway asked meanwhile where that is possible', () => {
    const proof = { verification: 'undecided', event: stored } as const;
    const verdict: WebhookVerdict = { verdict: 'undecided', event: fresh };
    expect(decide(proof, verdict, on)).toEqual({ kind: 'verify_later', mayAsk: true });
    expect(decide(proof, verdict, off)).toEqual({ kind: 'verify_later', mayAsk: false });
  });

  it('unsigned: at most a reason to ask, and only if the gateway can be asked and we want to', () => {
    const proof = { verification: 'unsigned', event: stored } as const;
    const verdict: WebhookVerdict = { verdict: 'unsigned', event: fresh };
    const ask = { kind: 'ask', otherwise: 'unsigned_without_open_attempt' };
    const park = { kind: 'park', reason: 'unsigned' };
    expect(decide(proof, verdict, on)).toEqual(ask);
    expect(decide(proof, { ...verdict, askGateway: true }, on)).toEqual(ask);
    expect(decide(proof, { ...verdict, askGateway: false }, on)).toEqual(park);
    expect(decide(proof, verdict, off)).toEqual(park);
  });
});
