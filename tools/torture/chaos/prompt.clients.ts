import type { Answer } from '../../stack/index.js';
import { codeOf, type Caller } from './caller.js';
import type { Load } from './load.js';
import type { Currency } from './stock.js';

const PAYMENTS = '/api/v1/payments/payments/';
const NETWORKS = { TZS: 'AIRTEL', UGX: 'MTN' } as const;
const TRIES = 4;

/** Pays bookings by prompt: a payment is made, then a gateway is asked to ring. */
export async function payByPrompt(load: Load, me: Caller, currency: 'TZS' | 'UGX'): Promise<void> {
  while (!load.over) {
    const payment = await makePayment(load, me, currency);
    if (payment === null) continue;
    await initiate(me, payment);
    if (me.random.chance(0.04)) await cancel(me, payment);
    if (me.random.chance(0.2)) await read(me, payment);
    if (currency === 'UGX' && me.random.chance(0.2)) load.refunds.push(payment);
  }
}

/** The payment's id; null when it was refused or never heard of again. */
async function makePayment(
  load: Load,
  me: Caller,
  currency: 'TZS' | 'UGX',
): Promise<number | null> {
  const stay = await load.stock.take(currency);
  const call = {
    op: 'create',
    method: 'POST',
    path: PAYMENTS,
    key: me.key('create'),
    request: { booking: stay.id, amount: stay.amount },
    body: {
      booking: stay.id,
      amount: stay.amount,
      payment_method: 'mobile_money',
      mobile_money_provider: NETWORKS[currency],
    },
  };
  const answer = await twiceAtTimes(me, call);
  if (answer?.status !== 201) return load.refused('create', answer);
  load.count();
  return idOf(answer);
}

/** Some ask twice at once with one key, and some once more after they were answered. */
async function twiceAtTimes(me: Caller, call: Parameters<Caller['untilDefinite']>[0]) {
  const lot = me.random.next();
  if (lot < 0.05) {
    const [answer] = await Promise.all([me.untilDefinite(call), me.once(call)]);
    return answer;
  }
  const answer = await me.untilDefinite(call);
  if (answer && lot < 0.1) await me.once(call);
  return answer;
}

/** Until the gateway was asked, or somebody else's attempt is under way. */
async function initiate(me: Caller, payment: number): Promise<void> {
  for (let tried = 0; tried < TRIES; tried += 1) {
    const answer = await twiceAtTimes(me, {
      op: 'initiate',
      method: 'POST',
      path: `${PAYMENTS}${payment}/initiate-gateway/`,
      key: me.key('initiate'),
      request: { payment },
    });
    const success = Object(answer?.body) as { success?: unknown };
    if (!answer || success.success === true || answer.status === 409) return;
    if (answer.status === 400 && codeOf(answer.body) === 'payment_not_payable') return;
  }
}

async function cancel(me: Caller, payment: number): Promise<void> {
  await me.untilDefinite({
    op: 'cancel',
    method: 'POST',
    path: `${PAYMENTS}${payment}/cancel/`,
    key: me.key('cancel'),
    request: { payment },
    body: { reason: 'changed my mind' },
  });
}

export function read(me: Caller, payment: number | string): Promise<Answer | null> {
  return me.once({
    op: 'read',
    method: 'GET',
    path: `${PAYMENTS}${payment}/`,
    request: { payment },
  });
}

/** Pays bookings on Wave's hosted page. */
export async function payOnPage(load: Load, me: Caller): Promise<void> {
  while (!load.over) await checkout(load, me, 'XOF', { provider: 'wave' });
}

/** One call that makes the payment and begins to collect it. The payment's uuid; null when refused. */
export async function checkout(
  load: Load,
  me: Caller,
  currency: Currency,
  how: { provider: string },
): Promise<string | null> {
  const stay = await load.stock.take(currency);
  const answer = await twiceAtTimes(me, {
    op: 'create',
    method: 'POST',
    path: '/api/payments/initiate/',
    key: me.key('checkout'),
    // The answer names the payment by its uuid; those who judge know numbers.
    learn: async ({ body }) => {
      const { data } = Object(body) as { data?: { payment_id?: unknown } };
      const {
        id,
        amount,
        currency: paid,
      } = await me.lookUp(`${PAYMENTS}${String(data?.payment_id)}/`);
      return { id, amount, currency: paid };
    },
    request: { booking: stay.id, amount: stay.amount, ...how },
    body: { booking_id: stay.id, ...how },
  });
  if (answer?.status !== 201) return load.refused('checkout', answer);
  load.count();
  const { data } = Object(answer.body) as { data?: { payment_id?: unknown } };
  return String(data?.payment_id);
}

export function idOf(answer: Answer | null): number | null {
  const { id } = Object(answer?.body) as { id?: unknown };
  return typeof id === 'number' ? id : null;
}
