import { readNotification, toEvent } from './orange-money.webhook.js';

const TOKEN = 'dd497bda3b250e536186fc0663f32f40';
const read = (body: object) => readNotification(Buffer.from(JSON.stringify(body)));
const eventOf = (body: object) => {
  const notification = read(body);
  if (!notification) throw new Error('not read');
  return toEvent(notification);
};

describe('a notification of Orange Money', () => {
  it('names the attempt by its token alone, and no amount', () => {
    const { dedupeKey, ...event } = eventOf({
      status: 'SUCCESS',
      notif_token: TOKEN,
      txnid: 'MP150709.1341.A00073',
    });
    expect(event).toEqual({
      reference: TOKEN,
      state: 'paid',
      failure: null,
      gatewayTransactionId: 'MP150709.1341.A00073',
      amount: null,
      wireStatus: 'SUCCESS',
    });
    expect(dedupeKey).toMatch(/^unsigned:[0-9a-f]{64}$/);
  });

  it('is read with hyphens too, as the same event', () => {
    const plain = eventOf({ status: 'FAILED', notif_token: TOKEN });
    expect(eventOf({ status: 'FAILED', 'notif-token': TOKEN })).toEqual(plain);
    expect(plain).toMatchObject({ state: 'failed', failure: { code: 'declined' } });
  });

  it('is told from others by token and status', () => {
    const events = [
      eventOf({ status: 'SUCCESS', notif_token: TOKEN, txnid: 'A' }),
      eventOf({ status: 'SUCCESS', notif_token: TOKEN, txnid: 'B' }),
      eventOf({ status: 'FAILED', notif_token: TOKEN }),
      eventOf({ status: 'SUCCESS', notif_token: `${TOKEN}0` }),
    ];
    expect(new Set(events.map(({ dedupeKey }) => dedupeKey)).size).toBe(3);
  });

  it.each([
    {},
    { status: 'SUCCESS' },
    { notif_token: TOKEN },
    { status: 1, notif_token: TOKEN },
    { status: 'SUCCESS', notif_token: 7 },
    { status: 'SUCCESS', notif_token: 'short' },
    { status: 'SUCCESS', notif_token: `${TOKEN}\n` },
    { status: 'SUCCESS', notif_token: 'x'.repeat(129) },
  ])('is none in %j', (body) => {
    expect(read(body)).toBeNull();
  });
});
