import { books } from './seed.books.js';
import { trail } from './seed.trail.js';

/** Where the seeded rows begin, above everything that the demo data holds. */
export const SEED_BASE = 10_000;
/** Accounts that the payments are spread over; the first has half of them. */
export const ACCOUNTS = 5;
const PROPERTIES_PER_ACCOUNT = 20;

/** Filled by the statements below: their indexes are built afterwards, which takes a fraction of the time. */
export const SEEDED_TABLES = [
  'bookings',
  'payments',
  'payment_transactions',
  'refunds',
  'ledger_journals',
  'ledger_postings',
  'ledger_seals',
  'webhook_events',
  'audit_entries',
  'audit_seals',
  'outbox',
  'idempotency_claims',
  'sent_mails',
];

/**
 * A year of payments for accounts 1–5, `n` of them, as plain `INSERT … SELECT`: three of four paid, the rest
 * partly refunded, failed, expired, cancelled, never begun or still under way; most by mobile money, some by card
 * and in cash; a few customers pay often, most seldom; one of eight was tried twice. Drawn at random from a
 * fixed seed. Triggers and foreign keys are off meanwhile, and what is written keeps to them.
 */
export function seedStatements(n: number): string[] {
  const payers = Math.max(200, Math.round(n / 50));
  return [
    people(payers),
    properties(),
    ...seed(n, payers),
    ...money(),
    ...books(),
    ...notifications(),
    ...trail(),
    ...work(),
    ...sequences(),
  ];
}

function people(payers: number): string {
  return `
    INSERT INTO accounts (id, name) SELECT a, 'Branch ' || a FROM generate_series(3, ${ACCOUNTS}) a;
    INSERT INTO users (id, account_id, username, email, name, role)
      SELECT ${SEED_BASE} - a, a, 'landlord-' || a, 'landlord-' || a || '@example.com', 'Landlord', 'owner'
      FROM generate_series(1, ${ACCOUNTS}) a;
    INSERT INTO users (id, account_id, username, email, name, phone, role)
      SELECT ${SEED_BASE} + k, 1 + k % ${ACCOUNTS}, 'payer-' || k, 'payer-' || k || '@example.com',
        'Payer ' || k, '2556' || lpad(k::text, 8, '0'), 'customer'
      FROM generate_series(0, ${payers - 1}) k;
    INSERT INTO refresh_families (id, user_id)
      SELECT ${SEED_BASE} + k, ${SEED_BASE} + k FROM generate_series(0, ${payers - 1}) k;
    INSERT INTO refresh_tokens (family_id, token_sha256, expires_at)
      SELECT ${SEED_BASE} + k, sha256(('seed-' || k)::bytea), now() + interval '7 days'
      FROM generate_series(0, ${payers - 1}) k;`;
}

function properties(): string {
  return `
    INSERT INTO properties (id, account_id, owner_id, kind, title, city, country)
      SELECT ${SEED_BASE} + a * 100 + j, a, ${SEED_BASE} - a, 'hotel', 'Hotel ' || a || '-' || j,
        'Dodoma', 'Tanzania'
      FROM generate_series(1, ${ACCOUNTS}) a, generate_series(0, ${PROPERTIES_PER_ACCOUNT - 1}) j;`;
}

/**
 * One row per payment with all that its other rows have in common. `attempt` is the id of its last attempt, the
 * one before is free for an earlier one.
 */
function seed(n: number, payers: number): string[] {
  const perAccount = Math.floor(payers / ACCOUNTS);
  const underWay = Math.max(20, Math.round(n / 5_000));
  return [
    'SELECT setseed(0.5);',
    `CREATE UNLOGGED TABLE seed AS
     SELECT i, ${SEED_BASE} + i AS id, 2 * (${SEED_BASE} + i) AS attempt, account, provider, status,
       ordered_uuid() AS booking_uuid,
       ${SEED_BASE} + ${ACCOUNTS} * floor(${perAccount} * customer_dice ^ 2)::int + account - 1 AS customer,
       ${SEED_BASE} + account * 100 + floor(${PROPERTIES_PER_ACCOUNT} * property_dice)::int AS property,
       (10 + floor(490 * amount_dice ^ 3))::bigint * 100000 AS amount,
       now() - interval '365 days' * (1 - i / ${n}.0) - interval '5 minutes' AS made_at,
       status IN ('completed', 'partially_refunded') AS paid,
       provider <> 'cash' AND status <> 'pending' AND repeat_dice < 0.125 AS repeated
     FROM (
       SELECT i, customer_dice, property_dice, amount_dice, repeat_dice,
         CASE WHEN account_dice < 0.5 THEN 1 WHEN account_dice < 0.7 THEN 2
           ELSE 3 + floor((account_dice - 0.7) * 9.99)::int END AS account,
         CASE WHEN provider_dice < 0.55 THEN 'azampay' WHEN provider_dice < 0.65 THEN 'mtn_momo'
           WHEN provider_dice < 0.73 THEN 'wave' WHEN provider_dice < 0.78 THEN 'orange_money'
           WHEN provider_dice < 0.90 THEN 'stripe' ELSE 'cash' END AS provider,
         CASE WHEN i > ${n - underWay} AND provider_dice < 0.90 THEN 'processing'
           WHEN status_dice < 0.75 THEN 'completed' WHEN status_dice < 0.78 THEN 'partially_refunded'
           WHEN status_dice < 0.85 THEN 'failed' WHEN status_dice < 0.92 THEN 'expired'
           WHEN status_dice < 0.95 THEN 'cancelled' ELSE 'pending' END AS status
       FROM (SELECT i, random() AS account_dice, random() AS customer_dice, random() AS property_dice,
               random() AS amount_dice, random() AS provider_dice, random() AS status_dice,
               random() AS repeat_dice
             FROM generate_series(1, ${n}) i) thrown) drawn;`,
    'ANALYZE seed;',
  ];
}

const REFERENCE = `'HTL-9' || lpad(id::text, 9, '0')`;
const METHOD = `CASE provider WHEN 'cash' THEN 'cash' WHEN 'stripe' THEN 'card' ELSE 'mobile_money' END`;
const NETWORK = `CASE provider WHEN 'azampay' THEN (ARRAY['AIRTEL', 'TIGO', 'MPESA'])[1 + i % 3]
  WHEN 'mtn_momo' THEN 'MTN' WHEN 'wave' THEN 'WAVE' WHEN 'orange_money' THEN 'ORANGE' END`;
const PHONE = `'2556' || lpad((customer - ${SEED_BASE})::text, 8, '0')`;

function money(): string[] {
  return [
    `INSERT INTO bookings (id, uuid, account_id, property_id, customer_id, customer_name,
       customer_phone, reference, check_in, check_out, guests, currency, total_minor, paid_minor,
       status, created_at, updated_at)
     SELECT id, booking_uuid, account, property, customer, 'Payer ' || customer - ${SEED_BASE},
       ${PHONE}, ${REFERENCE}, (made_at + interval '10 days')::date,
       (made_at + interval '13 days')::date, 2, 'TZS', amount,
       CASE status WHEN 'completed' THEN amount WHEN 'partially_refunded' THEN amount / 2 ELSE 0 END,
       CASE status WHEN 'completed' THEN 'confirmed' WHEN 'partially_refunded' THEN 'partially_paid'
         ELSE 'pending' END, made_at, made_at
     FROM seed ORDER BY i;`,
    `INSERT INTO payments (id, account_id, payable_kind, payable_id, payable_uuid, payable_reference,
       customer_id, owner_id, created_by, currency, amount_minor, applied_minor, refunded_minor,
       payment_method, mobile_money_provider, provider, status, transaction_ref, paid_at, processed_at,
       version, idempotency_claim_id, created_at, updated_at)
     SELECT id, account, 'booking', id, booking_uuid, ${REFERENCE}, customer,
       ${SEED_BASE} - account, customer, 'TZS', amount,
       CASE status WHEN 'completed' THEN amount WHEN 'partially_refunded' THEN amount - amount / 2 ELSE 0 END,
       CASE status WHEN 'partially_refunded' THEN amount / 2 ELSE 0 END,
       ${METHOD}, ${NETWORK}, provider, status,
       CASE WHEN paid THEN 'tr-seed-' || i END,
       CASE WHEN paid THEN made_at + interval '40 seconds' END,
       CASE WHEN paid THEN made_at + interval '40 seconds' END, 3, ordered_uuid(), made_at, made_at
     FROM seed ORDER BY i;`,
    `INSERT INTO payment_transactions (id, payment_id, account_id, provider, reference,
       gateway_transaction_id, status, currency, amount_minor, phone, network, initiated_by, failure_code,
       sent_at, answered_at, completed_at, expires_at, created_at, updated_at)
     SELECT attempt - before, id, account, provider, 'seed-' || i || repeat('-first', before),
       CASE WHEN paid AND before = 0 THEN 'tr-seed-' || i END,
       CASE WHEN before = 1 THEN 'failed' WHEN paid THEN 'completed' WHEN status = 'processing' THEN 'pending'
         ELSE status END, 'TZS', amount, ${PHONE}, ${NETWORK}, customer,
       CASE WHEN before = 1 OR status = 'failed' THEN 'declined' END, begun_at, begun_at,
       CASE WHEN paid AND before = 0 THEN made_at + interval '40 seconds' END,
       begun_at + interval '15 minutes', begun_at, begun_at
     FROM seed, LATERAL (SELECT before, made_at - before * interval '30 seconds' AS begun_at
                         FROM generate_series(repeated::int, 0, -1) before) tries
     WHERE status <> 'pending' ORDER BY i;`,
    `INSERT INTO refunds (payment_id, transaction_id, account_id, provider, reference, currency,
       amount_minor, reason, status, settled_by, settlement_method, settlement_evidence, completed_at,
       created_at, updated_at)
     SELECT id, attempt, account, provider, 'seed-refund-' || i, 'TZS', amount / 2, 'Left early', 'completed',
       ${SEED_BASE} - account, 'bank_transfer', 'transfer ' || i, made_at + interval '2 days',
       made_at + interval '1 day', made_at + interval '2 days'
     FROM seed WHERE status = 'partially_refunded' ORDER BY i;`,
  ];
}

function notifications(): string[] {
  return [
    `INSERT INTO webhook_events (provider, dedupe_key, verification, status, headers, raw_body, event,
       wire_status, reference, gateway_transaction_id, transaction_id, payment_id, account_id,
       received_at, processed_at)
     SELECT provider, 'seed-' || i, 'verified', 'processed', '{"content-type": "application/json"}',
       convert_to(repeat('{"message": "Payment successful"}', 15), 'UTF8'),
       jsonb_build_object('reference', 'seed-' || i, 'state', CASE WHEN paid THEN 'completed' ELSE 'failed' END),
       CASE WHEN paid THEN 'success' ELSE 'failure' END, 'seed-' || i,
       CASE WHEN paid THEN 'tr-seed-' || i END, attempt, id, account, made_at + interval '40 seconds',
       made_at + interval '40 seconds'
     FROM seed WHERE (paid OR status = 'failed') AND provider <> 'cash' ORDER BY i;`,
    `INSERT INTO sent_mails (kind, payment_id, message_id, recipient, sent_at)
     SELECT 'payment_confirmation', id, 'seed-' || i, 'payer-' || customer - ${SEED_BASE} || '@example.com',
       made_at + interval '41 seconds'
     FROM seed WHERE paid ORDER BY i;`,
  ];
}

/** Jobs and answers that are not swept yet. */
function work(): string[] {
  return [
    // What is done stays for a week.
    `INSERT INTO outbox (topic, key, payload, attempts, next_at, created_at, done_at)
     SELECT topic, 'seed-' || i, jsonb_build_object('paymentId', id), 1, made_at, made_at, made_at
     FROM seed, unnest(ARRAY['attempt.check', 'webhook.process', 'payment.completed']) topic
     WHERE paid AND made_at > now() - interval '6 days' ORDER BY i;`,
    // What is under way is asked about later than anybody measures.
    `INSERT INTO outbox (topic, key, payload, next_at, created_at)
     SELECT 'attempt.check', attempt::text, jsonb_build_object('transactionId', attempt),
       now() + interval '6 hours' + i % 900 * interval '1 second', made_at
     FROM seed WHERE status = 'processing' ORDER BY i;`,
    // And an answer for a day.
    `INSERT INTO idempotency_claims (scope, key, fingerprint, locked_until, status, body, created_at, expires_at)
     SELECT 'user:' || customer || ' POST /api/v1/payments/payments/', gen_random_uuid()::text,
       sha256(i::text::bytea), made_at, 201, convert_to(repeat('{"id": 1}', 60), 'UTF8'), made_at,
       made_at + interval '24 hours'
     FROM seed WHERE made_at > now() - interval '23 hours' ORDER BY i;`,
  ];
}

function sequences(): string[] {
  const next = (table: string): string =>
    `SELECT setval(pg_get_serial_sequence('${table}', 'id'), (SELECT max(id) FROM ${table}));`;
  return [
    'DROP TABLE seed;',
    ...[
      'accounts',
      'users',
      'refresh_families',
      'properties',
      'bookings',
      'payments',
      'payment_transactions',
      'ledger_journals',
      'ledger_postings',
    ].map(next),
  ];
}
