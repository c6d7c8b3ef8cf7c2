import { createHmac, randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { CREDENTIALS } from '../../stack/index.js';
import type { Caller } from './caller.js';
import type { Load } from './load.js';
import { idOf } from './prompt.clients.js';

const AZAMPAY_DOOR = '/api/v1/payments/webhook/azam-pay/';
const ORDER_DOOR = '/orders/api/payment-webhook/';
const PRICE = '25.00';
const JSON_TYPE = { 'content-type': 'application/json' };

interface Letter {
  order: number;
  transaction: string;
  event: 'payment.completed' | 'payment.pending';
}

/** Puts a product on the shelf and orders it again and again, paid by signed notifications. */
export async function orderOnline(load: Load, me: Caller, staff: Caller): Promise<void> {
  const address = idOf(
    await me.untilDefinite({
      op: 'address',
      method: 'POST',
      path: '/orders/api/addresses/',
      body: { recipient: 'Asha Juma', line1: '1 Uhuru Street', city: 'Mwanza', country: 'TZ' },
    }),
  );
  const product = idOf(
    await staff.untilDefinite({
      op: 'product',
      method: 'POST',
      path: '/orders/api/products/',
      body: { name: `Drum of ${me.actor.name}`, price: PRICE, currency: 'USD', stock: 100_000 },
    }),
  );
  while (!load.over) {
    const order = await place(load, me, { address, product });
    if (order !== null) await notify(load, me, order);
  }
}

/** A user has one cart: only one client of each user orders. */
async function place(
  load: Load,
  me: Caller,
  { address, product }: { address: number | null; product: number | null },
): Promise<number | null> {
  const filled = await me.untilDefinite({
    op: 'cart',
    method: 'POST',
    path: '/orders/api/cart/items/',
    body: { product, quantity: 1 },
  });
  if (filled?.status !== 201) return load.refused('cart', filled);
  const answer = await me.untilDefinite({
    op: 'create',
    method: 'POST',
    path: '/orders/api/orders/',
    key: me.key('order'),
    // The order's payment is made with it; what is judged are payments.
    learn: async (placed) => {
      const order = idOf(placed);
      const { results } = await me.lookUp(`/orders/api/payments/?order=${order}`);
      const [payment] = Array.isArray(results) ? (results as unknown[]) : [];
      const { id, amount, currency } = Object(payment) as Record<string, unknown>;
      return { id, amount, currency, payable_kind: 'order', payable_id: order };
    },
    body: { shipping_address: address, method: 'ONLINE' },
  });
  if (answer?.status !== 201) return load.refused('order', answer);
  load.count();
  return idOf(answer);
}

/** As gateways do: again until it is taken, at times doubled, forged, cut short, in the wrong order. */
async function notify(load: Load, me: Caller, order: number): Promise<void> {
  const lot = me.random.next();
  if (lot < 0.08) {
    load.unpaidOrders.push(order);
    return;
  }
  const letter: Letter = { order, transaction: `txn_${randomUUID()}`, event: 'payment.completed' };
  if (me.random.chance(0.1)) await send(me, letter, 'forged');
  if (me.random.chance(0.1)) await send(me, letter, 'truncated');
  if (me.random.chance(0.1)) await delay(me.random.int(1_500));
  if (me.random.chance(0.1)) await send(me, { ...letter, event: 'payment.pending' }, 'genuine');
  if (me.random.chance(0.3)) {
    await Promise.all([persist(me, letter), send(me, letter, 'genuine')]);
  } else {
    await persist(me, letter);
  }
  if (me.random.chance(0.1)) await send(me, { ...letter, event: 'payment.pending' }, 'genuine');
  if (me.random.chance(0.2)) await send(me, letter, 'replayed');
  // Some pay twice: nobody owed the second.
  if (lot > 0.8) await persist(me, { ...letter, transaction: `txn_${randomUUID()}` });
}

async function persist(me: Caller, letter: Letter): Promise<void> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const status = await send(me, letter, 'genuine');
    if ((status !== null && status < 500 && status !== 409) || Date.now() > deadline) return;
    await delay(200 + me.random.int(600));
  }
}

/** The status; null when nobody answered. The same letter is the same bytes. */
async function send(
  me: Caller,
  { order, transaction, event }: Letter,
  kind: 'genuine' | 'replayed' | 'forged' | 'truncated',
): Promise<number | null> {
  const completed = event === 'payment.completed';
  const whole = JSON.stringify({
    event_type: event,
    payment_id: transaction,
    order_reference: String(order),
    amount: PRICE,
    currency: 'USD',
    status: completed ? 'completed' : 'pending',
  });
  const body = kind === 'truncated' ? whole.slice(0, -20) : whole;
  const secret = kind === 'forged' ? 'of somebody else' : CREDENTIALS['SIGNED_WEBHOOK_SECRET'];
  const signature = createHmac('sha256', secret ?? '')
    .update(whole)
    .digest('hex');
  const answer = await me.once({
    op: 'webhook',
    method: 'POST',
    path: ORDER_DOOR,
    body,
    headers: { ...JSON_TYPE, 'x-webhook-signature': signature },
    request: {
      provider: 'signed_webhook',
      kind,
      reference: String(order),
      outcome: completed ? 'success' : 'failure',
      transaction,
      amount: PRICE,
      currency: 'USD',
    },
  });
  return answer?.status ?? null;
}

/** Knocks at AzamPay's door with what is not AzamPay's, or was told before. */
export async function knockFalsely(load: Load, me: Caller): Promise<void> {
  while (!load.over) {
    await load.untilMade(load.made + 1 + me.random.int(12));
    const rung = load.payers.someone();
    if (!rung) continue;
    const genuine = rung.callbacks?.at(-1)?.body;
    const lot = me.random.next();
    if (lot < 0.35 && genuine) await knock(me, 'replayed', rung.reference, genuine);
    else if (lot < 0.5 && genuine)
      await knock(me, 'truncated', rung.reference, genuine.slice(0, -9));
    else if (lot < 0.6) await load.payers.repeatCallback();
    else await knock(me, lot < 0.85 ? 'forged' : 'unsigned', rung.reference, forgedBody(rung, lot));
  }
}

function forgedBody(
  rung: { reference: string; gateway_reference: string; amount: string },
  lot: number,
): string {
  return JSON.stringify({
    message: 'Payment successful',
    user: '',
    password: '',
    clientId: CREDENTIALS['AZAMPAY_CLIENT_ID'],
    transactionstatus: 'success',
    operator: 'Airtel',
    reference: rung.gateway_reference,
    externalreference: `ext-${rung.reference}`,
    utilityref: rung.reference,
    amount: String(Math.trunc(Number(rung.amount))),
    transid: `tr-${rung.reference}`,
    msisdn: '255653294241',
    mnoreference: 'mno',
    submerchantAcc: null,
    additionalProperties: null,
    signature: lot < 0.85 ? Buffer.alloc(256, 7).toString('base64') : null,
  });
}

async function knock(
  me: Caller,
  kind: 'replayed' | 'forged' | 'truncated' | 'unsigned',
  reference: string,
  body: string,
): Promise<void> {
  await me.once({
    op: 'webhook',
    method: 'POST',
    path: AZAMPAY_DOOR,
    body,
    headers: JSON_TYPE,
    request: {
      provider: 'azampay',
      kind,
      reference,
      outcome: body.includes('"success"') ? 'success' : 'failure',
    },
  });
}
