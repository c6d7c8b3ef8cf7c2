/** Where the seeded rows begin, above everything that the demo data holds. */
export const SEED_BASE = 10_000;
/** Accounts that the payments are spread over; the first has half of them. */
export const ACCOUNTS = 5;
const PROPERTIES_PER_ACCOUNT = 20;

/**
 * A year of payments for accounts 1–5, `n` of them, as plain `INSERT … SELECT`: seven of ten paid, the
 * rest partly refunded, failed, expired, cancelled or still open; one of eight in cash, the others by callback. Triggers and foreign
 * keys are off meanwhile, and what is written keeps to them.
 */
export function seedStatements(n: number): string[] {
  const payers = Math.max(200, Math.round(n / 50));
  return [people(payers), properties(), seed(n, payers), ...money(), ...history(), ...sequences()];
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
      FROM generate_series(0, ${payers - 1}) k;`;
}

function properties(): string {
  return `
    INSERT INTO properties (id, account_id, owner_id, kind, title, city, country)
      SELECT ${SEED_BASE} + a * 100 + j, a, ${SEED_BASE} - a, 'hotel', 'Hotel ' || a || '-' || j,
        'Dodoma', 'Tanzania'
      FROM generate_series(1, ${ACCOUNTS}) a, generate_series(0, ${PROPERTIES_PER_ACCOUNT - 1}) j;`;
}

/** One row per payment with all that its other rows have in common. */
function seed(n: number, payers: number): string {
  const perAccount = Math.floor(payers / ACCOUNTS);
  return `
    CREATE UNLOGGED TABLE seed AS
      SELECT i, ${SEED_BASE} + i AS id, account, gen_random_uuid() AS booking_uuid,
        ${SEED_BASE} + ${ACCOUNTS} * ((i::bigint * 7919) % ${perAccount})::int + account - 1 AS customer,
        ${SEED_BASE} + account * 100 + i % ${PROPERTIES_PER_ACCOUNT} AS property,
        (10 + (i::bigint * 31) % 490)::bigint * 100000 AS amount,
        now() - interval '365 days' * (1 - i / ${n}.0) - interval '5 minutes' AS made_at,
        (ARRAY['completed', 'completed', 'completed', 'completed', 'completed', 'completed',
          'completed', 'completed', 'completed', 'completed', 'completed', 'completed', 'completed',
          'completed', 'partially_refunded', 'failed', 'expired', 'cancelled', 'pending',
          'pending'])[1 + (i::bigint * 7) % 20] AS status,
        CASE i % 8 WHEN 3 THEN 'cash' ELSE 'azampay' END AS provider
      FROM (SELECT i, CASE WHEN i % 10 < 5 THEN 1 WHEN i % 10 < 7 THEN 2 ELSE 3 + i % 3 END AS account
            FROM generate_series(1, ${n}) i) numbered;
    ALTER TABLE seed ADD COLUMN paid boolean;
    UPDATE seed SET paid = status IN ('completed', 'partially_refunded');
    ANALYZE seed;`;
}

function money(): string[] {
  return [
    `INSERT INTO bookings (id, uuid, account_id, property_id, customer_id, customer_name,
       customer_phone, reference, check_in, check_out, guests, currency, total_minor, paid_minor,
       status, created_at, updated_at)
     SELECT id, booking_uuid, account, property, customer, 'Payer', '255653294241',
       'HTL-9' || lpad(id::text, 9, '0'), (made_at + interval '10 days')::date,
       (made_at + interval '13 days')::date, 2, 'TZS', amount,
       CASE status WHEN 'completed' THEN amount WHEN 'partially_refunded' THEN amount / 2 ELSE 0 END,
       CASE status WHEN 'completed' THEN 'confirmed' WHEN 'partially_refunded' THEN 'partially_paid'
         ELSE 'pending' END, made_at, made_at
     FROM seed ORDER BY i;`,
    `INSERT INTO payments (id, account_id, payable_kind, payable_id, payable_uuid, payable_reference,
       customer_id, owner_id, created_by, currency, amount_minor, applied_minor, refunded_minor,
       payment_method, mobile_money_provider, provider, status, transaction_ref, paid_at, processed_at,
       version, idempotency_claim_id, created_at, updated_at)
     SELECT id, account, 'booking', id, booking_uuid, 'HTL-9' || lpad(id::text, 9, '0'), customer,
       ${SEED_BASE} - account, customer, 'TZS', amount,
       CASE status WHEN 'completed' THEN amount WHEN 'partially_refunded' THEN amount - amount / 2 ELSE 0 END,
       CASE status WHEN 'partially_refunded' THEN amount / 2 ELSE 0 END,
       CASE provider WHEN 'cash' THEN 'cash' ELSE 'mobile_money' END,
       CASE provider WHEN 'azampay' THEN 'AIRTEL' END, provider, status,
       CASE WHEN paid THEN 'tr-seed-' || i END,
       CASE WHEN paid THEN made_at + interval '40 seconds' END,
       CASE WHEN paid THEN made_at + interval '40 seconds' END, 3, gen_random_uuid(), made_at, made_at
     FROM seed ORDER BY i;`,
    `INSERT INTO payment_transactions (id, payment_id, account_id, provider, reference,
       gateway_transaction_id, status, currency, amount_minor, phone, network, initiated_by, sent_at,
       answered_at, completed_at, expires_at, created_at, updated_at)
     SELECT id, id, account, provider, 'seed-' || i, CASE WHEN paid THEN 'tr-seed-' || i END,
       CASE WHEN paid THEN 'completed' ELSE status END, 'TZS', amount, '255653294241', 'AIRTEL',
       customer, made_at, made_at, CASE WHEN paid THEN made_at + interval '40 seconds' END,
       made_at + interval '15 minutes', made_at, made_at
     FROM seed WHERE status <> 'pending' ORDER BY i;`,
    `INSERT INTO refunds (payment_id, transaction_id, account_id, provider, reference, currency,
       amount_minor, reason, status, settled_by, settlement_method, settlement_evidence, completed_at,
       created_at, updated_at)
     SELECT id, id, account, provider, 'seed-refund-' || i, 'TZS', amount / 2, 'Left early', 'completed',
       ${SEED_BASE} - account, 'bank_transfer', 'transfer ' || i, made_at + interval '2 days',
       made_at + interval '1 day', made_at + interval '2 days'
     FROM seed WHERE status = 'partially_refunded' ORDER BY i;`,
    ...books(),
  ];
}

function books(): string[] {
  return [
    `INSERT INTO ledger_accounts (account_id, code, kind, currency)
     SELECT a, code, kind, 'TZS' FROM generate_series(1, ${ACCOUNTS}) a,
       (VALUES ('clearing:azampay', 'asset'), ('settled:booking', 'liability')) AS chart (code, kind)
     ON CONFLICT DO NOTHING;`,
    `INSERT INTO ledger_journals (id, account_id, fact, source_type, source_id, payment_id, memo, created_at)
     OVERRIDING SYSTEM VALUE
     SELECT id, account, 'payment_received', 'transaction', id, id, 'Payment ' || id,
       made_at + interval '40 seconds' FROM seed WHERE paid ORDER BY i;`,
    `INSERT INTO ledger_postings (journal_id, account_id, ledger_account_id, currency, amount_minor)
     SELECT s.id, s.account, l.id, 'TZS', CASE l.kind WHEN 'asset' THEN s.amount ELSE -s.amount END
     FROM seed s JOIN ledger_accounts l ON l.account_id = s.account AND l.currency = 'TZS'
       AND l.code IN ('clearing:azampay', 'settled:booking')
     WHERE s.paid ORDER BY s.i, l.kind;`,
    `INSERT INTO ledger_seals (journal_id, hash)
     SELECT id, encode(sha256(id::text::bytea), 'hex') FROM seed WHERE paid ORDER BY i;`,
  ];
}

function history(): string[] {
  return [
    `INSERT INTO webhook_events (provider, dedupe_key, verification, status, headers, raw_body, event,
       wire_status, reference, gateway_transaction_id, transaction_id, payment_id, account_id,
       received_at, processed_at)
     SELECT 'azampay', 'seed-' || i, 'verified', 'processed', '{"content-type": "application/json"}',
       convert_to(repeat('{"message": "Payment successful"}', 15), 'UTF8'),
       jsonb_build_object('reference', 'seed-' || i, 'state', 'completed'), 'success', 'seed-' || i,
       'tr-seed-' || i, id, id, account, made_at + interval '40 seconds', made_at + interval '40 seconds'
     FROM seed WHERE paid AND provider = 'azampay' ORDER BY i;`,
    `INSERT INTO audit_entries (account_id, at, actor_id, actor_label, actor_role, action, object_type,
       object_id, payment_id, changes, request_id)
     SELECT account, made_at + step * interval '20 seconds', CASE WHEN step < 2 THEN customer END,
       CASE WHEN step < 2 THEN 'payer-' || customer ELSE 'gateway:azampay' END,
       CASE WHEN step < 2 THEN 'customer' ELSE 'gateway' END,
       (ARRAY['payment.created', 'transaction.initiated', 'payment.completed'])[step + 1],
       (ARRAY['payment', 'transaction', 'payment'])[step + 1], id, id,
       jsonb_build_object('amount', amount, 'currency', 'TZS', 'payment_method', 'mobile_money'),
       'seed-' || i || '-' || step
     FROM seed, generate_series(0, CASE WHEN paid THEN 2 ELSE 0 END) step ORDER BY i, step;`,
    // The chain goes on from where the demo data's ends; its links are whole, its hashes are made up.
    `INSERT INTO audit_seals (seq, entry_id, prev_hash, hash, sealed_at)
     SELECT head.seq + n, id, CASE n WHEN 1 THEN head.hash ELSE sha256((n - 1)::text::bytea) END,
       sha256(n::text::bytea), now()
     FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM audit_entries
           WHERE request_id LIKE 'seed-%') entry,
       (SELECT coalesce(max(seq), 0) AS seq, coalesce((SELECT hash FROM audit_seals ORDER BY seq DESC LIMIT 1),
          decode(repeat('00', 32), 'hex')) AS hash FROM audit_seals) head
     ORDER BY n;`,
    // What is done stays for a week.
    `INSERT INTO outbox (topic, key, payload, attempts, next_at, created_at, done_at)
     SELECT topic, 'seed-' || i, jsonb_build_object('paymentId', id), 1, made_at, made_at, made_at
     FROM seed, unnest(ARRAY['attempt.check', 'webhook.process', 'payment.completed']) topic
     WHERE paid AND made_at > now() - interval '6 days' ORDER BY i;`,
    // And an answer for a day.
    `INSERT INTO idempotency_claims (scope, key, fingerprint, locked_until, status, body, created_at, expires_at)
     SELECT 'user:' || customer || ' POST /api/v1/payments/payments/', 'seed-' || i,
       sha256(i::text::bytea), made_at, 201, convert_to(repeat('{"id": 1}', 60), 'UTF8'), made_at,
       made_at + interval '24 hours'
     FROM seed WHERE made_at > now() - interval '23 hours' ORDER BY i;`,
    `INSERT INTO sent_mails (kind, payment_id, message_id, recipient, sent_at)
     SELECT 'payment_confirmation', id, 'seed-' || i, 'payer@example.com', made_at
     FROM seed WHERE paid ORDER BY i;`,
  ];
}

function sequences(): string[] {
  const next = (table: string): string =>
    `SELECT setval(pg_get_serial_sequence('${table}', 'id'), (SELECT max(id) FROM ${table}));`;
  return [
    'DROP TABLE seed;',
    ...['accounts', 'users', 'properties', 'bookings', 'payments', 'payment_transactions'].map(
      next,
    ),
    next('ledger_journals'),
  ];
}
