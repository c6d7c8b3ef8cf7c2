/** Columns of an entry in the order in which they are hashed, as text. */
const HASHED = [
  'id',
  'account_id',
  `to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`,
  'actor_id',
  'actor_label',
  'actor_role',
  'action',
  'object_type',
  'object_id',
  'payment_id',
  'changes',
  'request_id',
];

/** `<bytes>:<value>,`, and `-,` for nothing. */
function netstring(sql: string): string {
  return `CASE WHEN (${sql}) IS NULL THEN '-,'
    ELSE octet_length((${sql})::text) || ':' || (${sql})::text || ',' END`;
}

/** What the seeded payments left in the audit trail, chained on to what is sealed there already. */
export function trail(): string[] {
  return [
    `INSERT INTO audit_entries (account_id, at, actor_id, actor_label, actor_role, action, object_type,
       object_id, payment_id, changes, request_id)
     SELECT account, made_at + step * interval '20 seconds', CASE WHEN step < 2 THEN customer END,
       CASE WHEN step < 2 THEN 'payer-' || customer ELSE 'gateway:' || provider END,
       CASE WHEN step < 2 THEN 'customer' ELSE 'gateway' END,
       (ARRAY['payment.created', 'transaction.initiated', 'payment.completed'])[step + 1],
       (ARRAY['payment', 'transaction', 'payment'])[step + 1],
       CASE step WHEN 1 THEN attempt ELSE id END, id,
       jsonb_build_object('amount', amount, 'currency', 'TZS', 'payment_method', 'mobile_money'),
       'seed-' || i || '-' || step
     FROM seed, generate_series(0, CASE WHEN paid THEN 2 WHEN status = 'pending' THEN 0 ELSE 1 END) step
     ORDER BY i, step;`,
    `CREATE FUNCTION pg_temp.seed_chain(seq bigint, prev text)
     RETURNS TABLE (place bigint, entry bigint, before text, after text, sealed timestamptz)
     LANGUAGE plpgsql AS $$
     DECLARE link record;
     BEGIN
       place := seq;
       after := prev;
       FOR link IN
         SELECT id, at + interval '1 second' AS moment,
           to_char((at + interval '1 second') AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS moment_text,
           ${HASHED.map(netstring).join(' || ')} AS hashed
         FROM audit_entries WHERE request_id LIKE 'seed-%' ORDER BY id
       LOOP
         place := place + 1;
         entry := link.id;
         before := after;
         sealed := link.moment;
         after := encode(sha256(convert_to('14:malipo-audit-1,64:' || before || ',' ||
           length(place::text) || ':' || place || ',27:' || link.moment_text || ',' || link.hashed,
           'UTF8')), 'hex');
         RETURN NEXT;
       END LOOP;
     END $$;`,
    `INSERT INTO audit_seals (seq, entry_id, prev_hash, hash, sealed_at)
     SELECT place, entry, decode(before, 'hex'), decode(after, 'hex'), sealed
     FROM (SELECT coalesce(max(seq), 0) AS seq, coalesce((SELECT encode(hash, 'hex') FROM audit_seals
             ORDER BY seq DESC LIMIT 1), repeat('0', 64)) AS prev FROM audit_seals) head,
       LATERAL pg_temp.seed_chain(head.seq, head.prev);`,
  ];
}
