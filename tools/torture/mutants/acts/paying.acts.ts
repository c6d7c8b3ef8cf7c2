import type { Act } from '../mutant.types.js';
import type { Stage } from '../stage.js';

const PAYMENTS = '/api/v1/payments/payments/';
const PRICE = '50000.00';

/** The id in an answer's body. */
function idIn(answer: { body: unknown } | null): number {
  const { id } = Object(answer?.body) as { id?: unknown };
  return typeof id === 'number' ? id : 0;
}

/** A payment of a booking, acknowledged under this key. */
async function create(stage: Stage, booking: number, key: string, amount = PRICE): Promise<number> {
  const answer = await stage.ask({
    by: 'customer',
    op: 'create',
    key,
    path: PAYMENTS,
    request: { booking, amount },
    body: {
      booking,
      amount,
      payment_method: 'mobile_money',
      mobile_money_provider: 'AIRTEL',
    },
  });
  return idIn(answer);
}

/** Rings the payer's phone; answers our reference, null when the gateway was not asked. */
export async function ring(stage: Stage, payment: number): Promise<string | null> {
  const answer = await stage.ask({
    by: 'customer',
    op: 'initiate',
    key: `initiate-${payment}`,
    path: `${PAYMENTS}${payment}/initiate-gateway/`,
    request: { payment },
  });
  const { transaction_reference: reference } = Object(answer?.body) as Record<string, unknown>;
  return typeof reference === 'string' ? reference : null;
}

export async function announced(stage: Stage, name: string): Promise<number> {
  return create(stage, await stage.booking(), `${name}-create`);
}

export async function untilStatus(stage: Stage, payment: number, status: string): Promise<void> {
  await stage.until(
    `payment ${payment} to be ${status}`,
    'SELECT 1 AS found FROM payments WHERE id = $1 AND status = $2',
    [payment, status],
  );
}

/** A payment that its payer approved on the phone and that is complete. */
export async function paid(stage: Stage, name: string): Promise<number> {
  const payment = await announced(stage, name);
  const reference = await ring(stage, payment);
  if (reference) await stage.sandbox.answer(reference, 'approve');
  await untilStatus(stage, payment, 'completed');
  return payment;
}

/** Paid by phone, told twice by the gateway, read by its customer. */
export const payByPhone: Act = {
  name: 'pay by phone',
  async play(stage) {
    const payment = await announced(stage, 'phone');
    const reference = await ring(stage, payment);
    if (!reference) throw new Error('the gateway was not asked');
    const prompt = await stage.sandbox.prompt(reference);
    await stage.sandbox.answer(reference, 'approve');
    await untilStatus(stage, payment, 'completed');
    await stage.sandbox.answerPrompt(prompt.id, 'callback');
    await stage.ask({
      by: 'customer',
      op: 'read',
      method: 'GET',
      path: `${PAYMENTS}${payment}/`,
      request: { payment },
    });
  },
};

/** The payer says no. */
export const decline: Act = {
  name: 'decline',
  async play(stage) {
    const payment = await announced(stage, 'decline');
    const reference = await ring(stage, payment);
    if (reference) await stage.sandbox.answer(reference, 'decline');
    await untilStatus(stage, payment, 'failed');
  },
};

/** One key, three callers, two of them at once; and an amount that is no whole number of shillings. */
export const askTwice: Act = {
  name: 'ask twice with one key',
  async play(stage) {
    const booking = await stage.booking();
    const key = 'twice-create';
    await Promise.all([create(stage, booking, key, '0.29'), create(stage, booking, key, '0.29')]);
    await create(stage, booking, key, '0.29');
  },
};

/** The admin of another account looks for a payment. */
export const lookFromOutside: Act = {
  name: 'look from another account',
  async play(stage) {
    const payment = await announced(stage, 'outside');
    const look = {
      op: 'read',
      method: 'GET',
      path: `${PAYMENTS}${payment}/`,
      request: { payment },
    };
    await stage.ask({ by: 'customer', ...look });
    await stage.ask({ by: 'outsider', ...look });
  },
};

/** All of it back by hand, and all of it once more. */
export const payBackTwice: Act = {
  name: 'pay back twice',
  async play(stage) {
    const payment = await paid(stage, 'back');
    const refund = (key: string) =>
      stage.ask({
        by: 'staff',
        op: 'refund',
        key,
        path: `${PAYMENTS}${payment}/refunds/`,
        request: { payment },
        body: { reason: 'left early' },
      });
    await refund('back-1');
    await refund('back-2');
  },
};

/** A refund that no gateway does, settled by a person. */
export const payBack: Act = {
  name: 'pay back',
  async play(stage) {
    const payment = await paid(stage, 'settled');
    const refund = await stage.ask({
      by: 'staff',
      op: 'refund',
      key: 'settled-refund',
      path: `${PAYMENTS}${payment}/refunds/`,
      request: { payment },
      body: { reason: 'left early', amount: '20000.00' },
    });
    await stage.ask({
      by: 'staff',
      op: 'settle',
      key: 'settled-settle',
      path: `/api/v1/payments/refunds/${idIn(refund)}/settle/`,
      body: { method: 'bank_transfer', evidence: 'statement of today, line 3' },
    });
  },
};
