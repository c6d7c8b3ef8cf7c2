import { createHmac } from 'node:crypto';
import { CREDENTIALS } from '../../../stack/index.js';
import { PEOPLE, type CrashDesk } from '../crash.desk.js';
import type { Scenario } from './scenario.js';

let lastOrder: Promise<unknown> = Promise.resolve();

/** An order that a signed webhook confirms, applied while its sender waits; senders repeat what failed. */
export const order: Scenario = {
  name: 'signed webhook',
  acts: ['confirm', 'seal'],
  begin(desk, number) {
    let placed = 0;
    return {
      prepare: async () => {
        // There is one cart per customer.
        const turn = lastOrder.then(() => placeOrder(desk, number));
        lastOrder = turn.catch(() => undefined);
        placed = await turn;
      },
      acts: [
        async () => {
          const body = JSON.stringify({
            event_type: 'payment.completed',
            payment_id: `txn_crash_${number}`,
            order_reference: String(placed),
            amount: '25.00',
            currency: 'USD',
            status: 'completed',
            timestamp: new Date().toISOString(),
          });
          const secret = CREDENTIALS['SIGNED_WEBHOOK_SECRET'] ?? '';
          const signature = createHmac('sha256', secret).update(body).digest('hex');
          await desk.done(null, {
            op: 'webhook',
            path: '/orders/api/payment-webhook/',
            headers: { 'x-webhook-signature': signature, 'content-type': 'application/json' },
            body,
            request: {
              provider: 'signed_webhook',
              kind: 'genuine',
              reference: String(placed),
              outcome: 'success',
              word: 'payment.completed/completed',
              transaction: `txn_crash_${number}`,
              amount: '25.00',
              currency: 'USD',
            },
          });
        },
        () => untilSealed(desk),
      ],
    };
  },
};

async function placeOrder(desk: CrashDesk, number: number): Promise<number> {
  const product = await desk.done(PEOPLE.staff, {
    op: 'product',
    path: '/orders/api/products/',
    body: { name: `Drum ${number}`, price: '25.00', currency: 'USD', stock: 1 },
  });
  await desk.ask(PEOPLE.customer, { op: 'cart', method: 'DELETE', path: '/orders/api/cart/' });
  await desk.done(PEOPLE.customer, {
    op: 'cart',
    path: '/orders/api/cart/items/',
    body: { product: product['id'], quantity: 1 },
  });
  const made = await desk.done(PEOPLE.customer, {
    op: 'order',
    path: '/orders/api/orders/',
    key: `crash-order-${number}`,
    body: { shipping_address: 1, method: 'ONLINE' },
  });
  return Number(made['id']);
}

/** Until every audit entry that stands now is in the chain. */
async function untilSealed(desk: CrashDesk): Promise<void> {
  const { last } = await desk.database.one(
    'SELECT coalesce(max(id), 0) AS last FROM audit_entries',
  );
  await desk.until('the audit trail to be sealed', async () => {
    const rows = await desk.database.rows('SELECT FROM audit_unsealed WHERE entry_id <= $1', [
      last,
    ]);
    return rows.length === 0;
  });
}
