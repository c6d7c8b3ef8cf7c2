import { Client } from 'pg';
import { anAuditEntry, anAuditTrail, type AuditTrail } from '../support/audits.js';
import { planOf, statementsOf } from '../support/statements.js';

const SEALED = 40_000;
const WAITING = 3_000;

/** A long trail that is sealed already, and some entries that are not. */
async function aLongTrail(trail: AuditTrail): Promise<void> {
  await trail.tamper(
    `INSERT INTO audit_entries (account_id, actor_label, actor_role, action, object_type, object_id)
     SELECT 1, 'system', 'system', 'payment.completed', 'payment', n FROM generate_series(1, ${SEALED}) n`,
    `INSERT INTO audit_seals (seq, entry_id, prev_hash, hash, sealed_at)
     SELECT n, n, CASE n WHEN 1 THEN decode(repeat('00', 32), 'hex') ELSE sha256(int4send(n)) END,
       sha256(int4send(n + 1)), now()
     FROM generate_series(1, ${SEALED}) n`,
  );
  await trail.append(...Array.from({ length: WAITING }, (_, n) => anAuditEntry(n)));
  await trail.asAdmin('ANALYZE audit_entries', 'ANALYZE audit_seals', 'ANALYZE audit_unsealed');
}

describe('sealing what is new in a long trail', () => {
  let trail: AuditTrail;
  let client: Client;

  beforeAll(async () => {
    trail = await anAuditTrail();
    client = new Client({ connectionString: trail.database.adminUrl });
    await client.connect();
    await aLongTrail(trail);
  });
  afterAll(async () => {
    await client.end();
    await trail.database.drop();
  });

  it('does not get slower with what was sealed before', async () => {
    const sent = await statementsOf(async () => {
      expect(await trail.sealer.sealBatch()).toBeGreaterThan(0);
    });
    const sealing = sent.filter(({ text }) => /audit_/.test(text));
    expect(sealing.length).toBeGreaterThan(0);
    for (const statement of sealing) {
      // What waits is short, and may be read from one end to the other.
      const scanned = (await planOf(client, statement)).scanned.filter(
        (table) => table !== 'audit_unsealed',
      );
      expect({ ...statement, scanned }).toEqual({ ...statement, scanned: [] });
    }
  });

  it('seals all of it, each entry once', async () => {
    await trail.sealAll();
    const [row] = await trail.rows<{ seals: number; entries: number; waiting: number }>(
      `SELECT (SELECT count(*)::int FROM audit_seals) AS seals,
         (SELECT count(DISTINCT entry_id)::int FROM audit_seals) AS entries,
         (SELECT count(*)::int FROM audit_unsealed) AS waiting`,
    );
    const all = SEALED + WAITING;
    expect(row).toEqual({ seals: all, entries: all, waiting: 0 });
  });
});
