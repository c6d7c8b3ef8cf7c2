import { paidCallback } from './callbacks.js';
import type { World } from './world.js';

const FIRST_ID = 200_000_000;
/** Minor units; the same in the callback. */
const AMOUNT = { minor: 100_000, sent: '1000' };

export interface OpenAttempts {
  references: string[];
  /** The gateway's signed callback for each. */
  callbacks: string[];
  /** Ids of payments and attempts alike. */
  from: number;
  to: number;
}

/**
 * Payments whose prompt has gone out, as their own bookings and attempts: what callbacks are about. Written by
 * SQL in the form that the product leaves, so that no gateway is needed.
 */
export async function openAttempts(world: World, count: number): Promise<OpenAttempts> {
  const [last] = await world.query<{ id: number }>('SELECT max(id) AS id FROM payments');
  const from = Math.max(FIRST_ID, (last?.id ?? 0) + 1);
  const to = from + count - 1;
  await world.query(`
    INSERT INTO bookings (id, account_id, property_id, customer_id, customer_name, customer_phone,
      reference, check_in, check_out, guests, currency, total_minor)
    SELECT j, account_id, property_id, customer_id, customer_name, customer_phone, 'HTL-' || j, check_in,
      check_out, guests, currency, ${AMOUNT.minor}
    FROM bookings, generate_series(${from}, ${to}) j WHERE bookings.id = 123`);
  await world.query(`
    INSERT INTO payments (id, account_id, payable_kind, payable_id, payable_uuid, payable_reference,
      customer_id, created_by, currency, amount_minor, payment_method, mobile_money_provider, provider,
      status, version)
    SELECT id, account_id, 'booking', id, uuid, reference, customer_id, customer_id, currency,
      ${AMOUNT.minor}, 'mobile_money', 'AIRTEL', 'azampay', 'processing', 2
    FROM bookings WHERE id BETWEEN ${from} AND ${to}`);
  await world.query(`
    INSERT INTO payment_transactions (id, payment_id, account_id, provider, reference, status, currency,
      amount_minor, phone, network, initiated_by, sent_at, answered_at, expires_at)
    SELECT id, id, account_id, 'azampay', 'bench-' || id, 'pending', currency, amount_minor,
      '255653294241', 'AIRTEL', customer_id, now(), now(), now() + interval '15 minutes'
    FROM payments WHERE id BETWEEN ${from} AND ${to}`);
  await world.query(`
    INSERT INTO outbox (topic, key, payload, next_at)
    SELECT 'attempt.check', id::text, jsonb_build_object('transactionId', id), now() + interval '15 minutes'
    FROM generate_series(${from}, ${to}) id`);
  const references = Array.from({ length: count }, (_, i) => `bench-${from + i}`);
  return { references, from, to, callbacks: references.map((r) => paidCallback(r, AMOUNT.sent)) };
}

/** How many of them have their money, and how much work is still due. */
export async function progressOf(
  world: World,
  { from, to }: Pick<OpenAttempts, 'from' | 'to'>,
): Promise<{ completed: number; due: number }> {
  const [row] = await world.query<{ completed: number; due: number }>(
    `SELECT (SELECT count(*)::int FROM payments WHERE id BETWEEN $1 AND $2 AND status = 'completed') AS completed,
       (SELECT count(*)::int FROM outbox WHERE done_at IS NULL AND parked_at IS NULL
          AND topic IN ('webhook.process', 'payment.completed')) AS due`,
    [from, to],
  );
  return row ?? { completed: 0, due: 0 };
}
