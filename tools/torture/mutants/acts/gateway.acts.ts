import { waitFor } from '../../../stack/index.js';
import type { Act } from '../mutant.types.js';
import type { Stage } from '../stage.js';
import { announced, ring, untilStatus } from './paying.acts.js';

const DOOR = '/api/v1/payments/webhook/azam-pay/';

/** A payment whose payer was asked; our reference of it. */
async function rung(stage: Stage, name: string): Promise<{ payment: number; reference: string }> {
  const payment = await announced(stage, name);
  const reference = await ring(stage, payment);
  if (!reference) throw new Error('the gateway was not asked');
  return { payment, reference };
}

/** The gateway tells of half the amount. */
export const takeLess: Act = {
  name: 'a gateway takes less',
  async play(stage) {
    await stage.sandbox.fault('azampay', { initiate: 'wrong_amount', count: 1 });
    const { reference } = await rung(stage, 'less');
    await stage.sandbox.answer(reference, 'approve');
    await stage.until(
      'what becomes of the notification',
      `SELECT 1 AS found FROM webhook_events WHERE reference = $1 AND status <> 'received'`,
      [reference],
    );
  },
};

/** While nothing can be stored, the gateway tells; it is told so, or the notification is lost. */
export const tellWhileBlocked: Act = {
  name: 'a notification while nothing can be stored',
  async play(stage) {
    const { reference } = await rung(stage, 'blocked');
    const { id } = await stage.sandbox.prompt(reference);
    await stage.client.query('BEGIN; LOCK TABLE webhook_events IN ACCESS EXCLUSIVE MODE');
    try {
      await stage.sandbox.answer(reference, 'approve');
      await waitFor('the answer to the notification', async () => {
        const prompt = (await (await fetch(`${stage.sandboxUrl}/api/prompts/${id}`)).json()) as {
          callbacks: unknown[];
        };
        return prompt.callbacks.length > 0;
      });
      // What goes on behind an answer that was given too early has failed by then, too.
      await stage.client.query('SELECT pg_sleep(0.6)');
    } finally {
      await stage.client.query('ROLLBACK');
    }
  },
};

/** A payment is locked for a while, so that the work on its notification fails and must be done again. */
export const failOnce: Act = {
  name: 'work that fails once',
  async play(stage) {
    // The key to prove it is fetched with the first: from then on proof is at hand.
    const first = await rung(stage, 'before');
    await stage.sandbox.answer(first.reference, 'approve');
    await untilStatus(stage, first.payment, 'completed');
    const { payment, reference } = await rung(stage, 'once');
    await stage.client.query('BEGIN');
    await stage.client.query('SELECT 1 FROM payments WHERE id = $1 FOR UPDATE', [payment]);
    try {
      await stage.sandbox.answer(reference, 'approve');
      await stage.until(
        'the work to have failed',
        `SELECT 1 AS found FROM webhook_events e JOIN outbox o ON o.key = e.uuid::text
         WHERE e.reference = $1 AND (o.last_error IS NOT NULL OR o.done_at IS NOT NULL)`,
        [reference],
      );
    } finally {
      await stage.client.query('ROLLBACK');
    }
    await stage.until(
      'the notification to be dealt with, or given up',
      `SELECT 1 AS found FROM webhook_events e JOIN outbox o ON o.key = e.uuid::text
       WHERE e.reference = $1 AND o.done_at IS NOT NULL`,
      [reference],
    );
  },
};

/** Somebody else's notification of a payment that nobody made. */
export const forge: Act = {
  name: 'a forged notification',
  async play(stage) {
    const first = await rung(stage, 'genuine');
    await stage.sandbox.answer(first.reference, 'approve');
    await untilStatus(stage, first.payment, 'completed');
    const { reference } = await rung(stage, 'forged');
    await stage.ask({
      by: 'gateway',
      op: 'webhook',
      path: DOOR,
      request: { provider: 'azampay', kind: 'forged', reference, outcome: 'success' },
      headers: { 'content-type': 'application/json' },
      body: forgedBody(reference),
    });
  },
};

function forgedBody(reference: string): string {
  return JSON.stringify({
    message: 'Payment successful',
    user: '',
    password: '',
    clientId: 'torture-client-id',
    transactionstatus: 'success',
    operator: 'Airtel',
    reference: 'ab1edccae210452188676c24df0ffa40',
    externalreference: `ext-${reference}`,
    utilityref: reference,
    amount: '50000',
    transid: `tr-${reference}`,
    msisdn: '255653294241',
    mnoreference: 'mno',
    submerchantAcc: null,
    additionalProperties: null,
    signature: Buffer.alloc(256, 7).toString('base64'),
  });
}

/** The gateway rang, and its answer was lost: nobody knows, until the payer approves. */
export const loseAnswer: Act = {
  name: 'a prompt whose answer is lost',
  async play(stage) {
    await stage.sandbox.fault('azampay', { initiate: 'timeout_after_accept', count: 1 });
    const payment = await announced(stage, 'lost');
    await ring(stage, payment);
    const { reference } = await stage.until<{ reference: string }>(
      'the attempt',
      'SELECT reference FROM payment_transactions WHERE payment_id = $1',
      [payment],
    );
    await stage.sandbox.answer(reference, 'approve');
    await untilStatus(stage, payment, 'completed');
  },
};

/** A page was opened, and the answer with its address was lost: the same order again brings it back. */
export const losePage: Act = {
  name: 'a page whose address is lost',
  async play(stage) {
    await stage.sandbox.fault('stripe', { initiate: 'timeout_after_accept', count: 1 });
    const booking = await stage.booking('USD', 5_000);
    await stage.ask({
      by: 'customer',
      op: 'checkout',
      key: 'page-checkout',
      path: '/api/payments/initiate/',
      request: { booking, amount: '50.00' },
      body: { booking_id: booking, provider: 'stripe' },
    });
    await stage.until(
      'the page to be known again',
      `SELECT 1 AS found FROM payment_transactions t JOIN payments p ON p.id = t.payment_id
       WHERE p.payable_kind = 'booking' AND p.payable_id = $1 AND t.checkout_url IS NOT NULL`,
      [booking],
    );
  },
};
