import { BENCH_USERS, OPEN_BOOKINGS } from '../world/seeding.js';

/** What `POST /api/v1/payments/payments/` leaves behind, and how: see `traceCreate`. */

const CLAIM_COLUMNS = 'scope, key, fingerprint, locked_until, expires_at';
const PAYMENT_COLUMNS = `account_id, payable_kind, payable_id, payable_uuid, payable_reference,
  customer_id, owner_id, created_by, currency, amount_minor, payment_method, mobile_money_provider, notes,
  idempotency_claim_id, payer_name, payer_email`;
const AUDIT_COLUMNS = `account_id, actor_id, actor_label, actor_role, action, object_type, object_id,
  payment_id, changes, request_id`;
const SCOPE = `'user:${BENCH_USERS.from} POST /api/v1/payments/payments/'`;
const CHANGES = `'{"amount": "1000.00", "currency": "TZS", "payment_method": "mobile_money", "booking": "HTL-100000000"}'`;
/** As long as the answer that the product keeps. */
const ANSWER = `convert_to(repeat('x', 760), 'UTF8')`;
const PRINT = `decode(repeat('ab', 32), 'hex')`;

const paymentValues = (booking: string, claim: string, amount: string): string =>
  `1, 'booking', ${booking}, gen_random_uuid(), 'HTL-100000000', ${BENCH_USERS.from}, 4,
   ${BENCH_USERS.from}, 'TZS', ${amount}, 'mobile_money', 'AIRTEL', '', ${claim}, NULL::text, NULL::text`;
const auditValues = (payment: string, request: string): string =>
  `1, ${BENCH_USERS.from}, 'bench-0@example.com', 'customer', 'payment.created', 'payment', ${payment},
   ${payment}, ${CHANGES}::jsonb, ${request}`;

/** The same rows in one round trip: $1 key, $2 booking, $3 minor units. */
export const BARE_CREATE = `
  WITH claim AS (
    INSERT INTO idempotency_claims (${CLAIM_COLUMNS}, status, body)
    VALUES (${SCOPE}, $1, ${PRINT}, now(), now() + interval '24 hours', 201, ${ANSWER}) RETURNING id
  ), payment AS (
    INSERT INTO payments (${PAYMENT_COLUMNS})
    SELECT ${paymentValues('$2::int', 'claim.id', '$3::bigint')} FROM claim RETURNING *
  ), audit AS (
    INSERT INTO audit_entries (${AUDIT_COLUMNS})
    SELECT ${auditValues('payment.id', '$1')} FROM payment
  ) SELECT * FROM payment`;

export const BARE_READ = 'SELECT * FROM payments WHERE id = $1';

export const BARE_LIST = `SELECT * FROM payments WHERE account_id = $1 AND deleted_at IS NULL
  ORDER BY created_at DESC, id DESC LIMIT 20`;

/**
 * The same rows by `pgbench`: BEGIN, three rows, the answer under the claim, COMMIT, each a round trip.
 * `answerApart` false where the product writes claim and answer as one row version: then the answer comes with
 * the claim and the trip of its own is left out.
 */
export function pgbenchScript(answerApart: boolean): string {
  const bookings = BENCH_USERS.count * OPEN_BOOKINGS.perUser;
  const flat = (sql: string): string => sql.replaceAll(/\s*\n\s*/g, ' ').trim();
  const claim = answerApart
    ? `INSERT INTO idempotency_claims (${CLAIM_COLUMNS}) VALUES (${SCOPE}, gen_random_uuid()::text, ${PRINT},
       now() + interval '60 seconds', now() + interval '24 hours') RETURNING id AS claim`
    : `INSERT INTO idempotency_claims (${CLAIM_COLUMNS}, status, body) VALUES (${SCOPE},
       gen_random_uuid()::text, ${PRINT}, now(), now() + interval '24 hours', 201, ${ANSWER}) RETURNING id AS claim`;
  const answer = `UPDATE idempotency_claims SET status = 201, body = ${ANSWER},
    expires_at = now() + interval '24 hours' WHERE id = :claim AND fence = 1 AND status IS NULL;`;
  return [
    `\\set booking random(${OPEN_BOOKINGS.from}, ${OPEN_BOOKINGS.from + bookings - 1})`,
    'BEGIN;',
    `${flat(claim)} \\gset`,
    `${flat(`INSERT INTO payments (${PAYMENT_COLUMNS})
      VALUES (${paymentValues(':booking', ':claim', '100000')}) RETURNING id AS payment`)} \\gset`,
    flat(`INSERT INTO audit_entries (${AUDIT_COLUMNS})
      VALUES (${auditValues(':payment', 'gen_random_uuid()::text')});`),
    ...(answerApart ? [flat(answer)] : []),
    'COMMIT;',
    '',
  ].join('\n');
}
