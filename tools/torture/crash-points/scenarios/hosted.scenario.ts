import { PEOPLE, type CrashDesk, type GatewayOrder } from '../crash.desk.js';
import { lastAttempt, untilMailed } from './prompted.scenario.js';
import type { Scenario } from './scenario.js';

export interface Started {
  payment: number;
  reference: string;
}

interface Gateway {
  name: string;
  provider: string;
  currency: string;
  totalMinor: number;
  /** The same as a decimal string. */
  total: string;
  /** Decimal string of what goes back; null: all of it. */
  refund: string | null;
  refunded: 'partially_refunded' | 'refunded';
  /** Whether the payer decides on a page or on the phone. */
  page: boolean;
}

/** From "pay" to the money back, through a gateway that is asked or notifies. */
function throughGateway(gateway: Gateway): Scenario {
  return {
    name: gateway.name,
    acts: ['begin', 'pay', 'refund'],
    begin(desk, number) {
      let booking = { id: 0, uuid: '' };
      let started: Started = { payment: 0, reference: '' };
      return {
        prepare: async () => {
          booking = await desk.aBooking(gateway.currency, gateway.totalMinor);
        },
        acts: [
          async () => {
            started = await beginCheckout(desk, gateway, booking, number);
          },
          async () => {
            await pay(desk, gateway, started);
            await desk.untilPayment(started.payment, 'completed');
            await untilMailed(desk, started.payment);
          },
          async () => {
            const id = await refund(desk, gateway, started.payment, number);
            await desk.until(`refund ${id} to be over`, async () => {
              await letTimePass(desk, id);
              return (await desk.paymentStatus(started.payment)) === gateway.refunded;
            });
          },
        ],
      };
    },
  };
}

/** The page of Stripe, its signed webhook and the verify call; a part goes back. */
export const stripe = throughGateway({
  name: 'Stripe page',
  provider: 'stripe',
  currency: 'USD',
  totalMinor: 2_000,
  total: '20.00',
  refund: '5.00',
  refunded: 'partially_refunded',
  page: true,
});

/** MTN's prompt; nothing notifies, so MTN is polled, and the refund followed the same way. */
export const mtn = throughGateway({
  name: 'MTN polled',
  provider: 'mtn',
  currency: 'EUR',
  totalMinor: 1_500,
  total: '15.00',
  refund: null,
  refunded: 'refunded',
  page: false,
});

async function beginCheckout(
  desk: CrashDesk,
  { provider, total, page }: Gateway,
  booking: { id: number; uuid: string },
  number: number,
): Promise<Started> {
  for (let turn = 1; ; turn += 1) {
    const { status, text } = await desk.ask(PEOPLE.customer, {
      op: 'checkout',
      path: '/api/payments/initiate/',
      key: `crash-checkout-${number}-${turn}`,
      request: { booking: booking.id, amount: total },
      body: { booking_id: booking.uuid, provider, phone_number: '+2250707070707' },
    });
    if (status >= 400 && status !== 409)
      throw new Error(`checkout was answered ${status}: ${text}`);
    const found = await desk.until(`the gateway's side of booking ${booking.id}`, async () => {
      const [row] = await desk.database.rows(
        `SELECT id FROM payments WHERE payable_kind = 'booking' AND payable_id = $1
         ORDER BY id DESC LIMIT 1`,
        [booking.id],
      );
      if (!row) return 'none';
      const payment = Number(row['id']);
      const { reference, status } = await lastAttempt(desk, payment);
      if (['failed', 'cancelled', 'expired', undefined].includes(status as string)) return 'none';
      // An attempt whose answer was lost may stay unknown until the payer has decided.
      const order = await orderOf(desk, page, String(reference));
      return order ? { payment, reference: String(reference) } : null;
    });
    if (found !== 'none') return found;
  }
}

/** On the page, then as the page sends the payer back: to the verify call. */
async function pay(desk: CrashDesk, gateway: Gateway, started: Started): Promise<void> {
  const { reference } = started;
  const order = await desk.until(`the gateway to know ${reference}`, () =>
    orderOf(desk, gateway.page, reference),
  );
  if (!gateway.page) {
    await desk.sandbox('POST', `/api/prompts/${order.id}/approve`);
    return;
  }
  await desk.sandbox('POST', `/api/checkouts/${order.id}/pay`);
  await desk.ask(PEOPLE.customer, {
    op: 'verify',
    method: 'GET',
    path: `/api/payments/verify/?tx_ref=${encodeURIComponent(reference)}`,
    request: { payment: started.payment },
  });
}

async function orderOf(
  desk: CrashDesk,
  page: boolean,
  reference: string,
): Promise<GatewayOrder | undefined> {
  const orders = await desk.atGateways(page ? '/api/checkouts' : '/api/prompts');
  return orders.find((order) => order.reference === reference);
}

async function refund(
  desk: CrashDesk,
  gateway: Gateway,
  payment: number,
  number: number,
): Promise<number> {
  const amount = gateway.refund === null ? {} : { amount: gateway.refund };
  const made = await desk.done(PEOPLE.staff, {
    op: 'refund',
    path: `/api/v1/payments/payments/${payment}/refunds/`,
    key: `crash-refund-${number}`,
    request: { payment, ...amount },
    body: { ...amount, reason: 'The guest left early' },
  });
  return Number(made['id']);
}

/** Refunds take days, and gateways are asked after half a minute at first: for this one that is now. */
async function letTimePass(desk: CrashDesk, refund: number): Promise<void> {
  await desk.database.rows(
    `UPDATE outbox SET next_at = app_now()
     WHERE topic = 'refund.execute' AND key = $1 AND done_at IS NULL
       AND next_at > app_now() + interval '3 seconds'
       AND EXISTS (SELECT FROM refunds WHERE id = $1::integer AND status = 'processing')`,
    [String(refund)],
  );
}
