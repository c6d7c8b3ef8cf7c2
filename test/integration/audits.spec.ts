import { Logger } from '@nestjs/common';
import { Client } from 'pg';
import { AuditSealer } from '../../src/audits/chain/audit-sealer.service.js';
import { ENTRY_COLUMNS, GENESIS_HASH } from '../../src/audits/chain/seal.hash.js';
import { requestContext } from '../../src/common/index.js';
import { anAuditEntry, anAuditTrail, type AuditTrail } from '../support/audits.js';

const APPEND_ONLY_TABLES = ['audit_entries', 'audit_seals'];

describe('the audit trail', () => {
  let trail: AuditTrail;

  beforeAll(async () => {
    Logger.overrideLogger(false);
    trail = await anAuditTrail();
  });
  beforeEach(() => trail.reset());
  afterAll(async () => {
    Logger.overrideLogger(['log', 'warn', 'error']);
    await trail.database.drop();
  });

  it('keeps what was written, in order, with the request it belongs to', async () => {
    await requestContext.run({ requestId: 'request-7' }, () =>
      trail.append(
        anAuditEntry(1, { actor: { userId: 5, label: 'staff@malipo.test', role: 'staff' } }),
        anAuditEntry(2, { paymentId: null, changes: undefined }),
      ),
    );
    const found = await trail.rows(
      `SELECT account_id, actor_id, actor_label, actor_role, action, object_type, object_id,
         payment_id, changes, request_id FROM audit_entries ORDER BY id`,
    );
    const shared = {
      account_id: 1,
      action: 'payment.completed',
      object_type: 'payment',
      request_id: 'request-7',
    };
    expect(found).toEqual([
      {
        ...shared,
        actor_id: 5,
        actor_label: 'staff@malipo.test',
        actor_role: 'staff',
        object_id: '1',
        payment_id: 1,
        changes: { status: ['processing', 'completed'], amount: '50000.00' },
      },
      {
        ...shared,
        actor_id: null,
        actor_label: 'system',
        actor_role: 'system',
        object_id: '2',
        payment_id: null,
        changes: {},
      },
    ]);
  });

  it('keeps text that PostgreSQL would refuse, without what it refuses', async () => {
    await trail.append(anAuditEntry(1, { changes: { reason: 'a\0b \ud800 c', amount: 12n } }));
    const [entry] = await trail.rows<{ changes: unknown }>('SELECT changes FROM audit_entries');
    expect(entry?.changes).toEqual({ reason: 'ab \ufffd c', amount: '12' });
  });

  it('writes nothing when its transaction fails', async () => {
    const failing = trail.transactions.run(async (manager) => {
      await trail.audits.append(manager, [anAuditEntry(1)]);
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(await trail.rows('SELECT FROM audit_entries')).toEqual([]);
    expect(await trail.rows('SELECT FROM audit_unsealed')).toEqual([]);
  });

  it('hashes every column that an entry has', async () => {
    const columns = await trail.rows<{ name: string }>(
      `SELECT column_name AS name FROM information_schema.columns
       WHERE table_name = 'audit_entries' ORDER BY ordinal_position`,
    );
    expect(columns.map(({ name }) => name)).toEqual([...ENTRY_COLUMNS]);
  });

  describe('is append-only', () => {
    beforeEach(async () => {
      await trail.append(anAuditEntry(1), anAuditEntry(2));
      await trail.sealAll();
    });

    const attempts = APPEND_ONLY_TABLES.flatMap((table) => [
      `UPDATE ${table} SET ${table === 'audit_seals' ? 'sealed_at' : 'at'} = now()`,
      `DELETE FROM ${table}`,
      `TRUNCATE ${table} CASCADE`,
    ]);
    it.each(attempts)('for the application: %s', async (sql) => {
      await expect(trail.rows(sql)).rejects.toMatchObject({ code: '42501' });
      await expect(trail.verifier.verify()).resolves.toMatchObject({ checked: 2, broken: null });
    });

    it.each(attempts)('for a superuser who leaves the triggers on: %s', async (sql) => {
      const client = new Client({ connectionString: trail.database.adminUrl });
      await client.connect();
      try {
        await client.query('SET session_replication_role = replica');
        await expect(client.query(sql)).rejects.toMatchObject({ code: '42501' });
      } finally {
        await client.end();
      }
      await expect(trail.verifier.verify()).resolves.toMatchObject({ checked: 2, broken: null });
    });
  });

  describe('is sealed', () => {
    it('from the first entry on, in one chain without gaps', async () => {
      expect(await trail.sealAll()).toBe(0);
      await expect(trail.verifier.verify()).resolves.toEqual({
        checked: 0,
        pending: 0,
        head: { seq: '0', hash: GENESIS_HASH },
        broken: null,
      });
      await trail.append(anAuditEntry(1), anAuditEntry(2));
      await trail.append(anAuditEntry(3, { accountId: 2 }));
      await expect(trail.verifier.verify()).resolves.toMatchObject({ checked: 0, pending: 3 });
      expect(await trail.sealAll()).toBe(3);
      await trail.append(anAuditEntry(4));
      expect(await trail.sealAll()).toBe(1);
      const verdict = await trail.verifier.verify();
      expect(verdict).toMatchObject({ checked: 4, pending: 0, broken: null, head: { seq: '4' } });
      const seals = await trail.rows<{ seq: string; entry_id: string }>(
        'SELECT seq, entry_id FROM audit_seals ORDER BY seq',
      );
      expect(seals).toEqual(['1', '2', '3', '4'].map((seq) => ({ seq, entry_id: seq })));
    });

    it('into a chain that nobody can fork, leave a gap in or begin a second time', async () => {
      await trail.append(...[1, 2, 3, 4].map((id) => anAuditEntry(id)));
      const insert = `INSERT INTO audit_seals (seq, entry_id, prev_hash, hash, sealed_at) VALUES `;
      const genesis = `decode('${GENESIS_HASH}', 'hex')`;
      const hash = (text: string): string => `sha256('${text}')`;
      for (const values of [
        `(2, 1, ${genesis}, ${hash('a')}, now())`,
        `(1, 1, ${hash('z')}, ${hash('a')}, now())`,
        `(1, 1, ${genesis}, ${hash('a')}, now()), (2, 2, ${hash('b')}, ${hash('c')}, now())`,
        `(1, 1, ${genesis}, ${hash('a')}, now()), (3, 2, ${hash('a')}, ${hash('c')}, now())`,
      ]) {
        await expect(trail.rows(insert + values)).rejects.toThrow('does not follow the one before');
      }
      await trail.rows(
        `${insert} (2, 2, ${hash('a')}, ${hash('b')}, now()), (1, 1, ${genesis}, ${hash('a')}, now())`,
      );
      await trail.rows(`${insert} (3, 3, ${hash('b')}, ${hash('c')}, now())`);
      await expect(
        trail.rows(`${insert} (4, 4, ${hash('b')}, ${hash('d')}, now())`),
      ).rejects.toThrow('seal 4 does not follow the one before');
      await expect(
        trail.rows(`${insert} (3, 4, ${hash('b')}, ${hash('d')}, now())`),
      ).rejects.toThrow('audit_seals_pkey');
    });

    it('also where transactions commit in another order than they wrote', async () => {
      const slow = new Client({ connectionString: trail.database.url });
      await slow.connect();
      try {
        await slow.query('BEGIN');
        await slow.query(
          `INSERT INTO audit_entries (account_id, actor_label, actor_role, action, object_type, object_id)
           VALUES (1, 'system', 'system', 'thing.done', 'thing', 1)`,
        );
        await trail.append(anAuditEntry(2), anAuditEntry(3));
        expect(await trail.sealAll()).toBe(2);
        await expect(trail.verifier.verify()).resolves.toMatchObject({ checked: 2, broken: null });
        await slow.query('COMMIT');
      } finally {
        await slow.end();
      }
      expect(await trail.sealAll()).toBe(1);
      const seals = await trail.rows('SELECT entry_id FROM audit_seals ORDER BY seq');
      expect(seals).toEqual([{ entry_id: '2' }, { entry_id: '3' }, { entry_id: '1' }]);
      await expect(trail.verifier.verify()).resolves.toMatchObject({ checked: 3, broken: null });
    });

    it('once each by any number of sealers beside writers that fail now and then', async () => {
      const writers = 8;
      const rounds = 40;
      const state = { writing: true };
      const write = async (writer: number): Promise<number> => {
        let written = 0;
        for (let round = 0; round < rounds; round += 1) {
          const fails = (writer + round) % 5 === 0;
          const work = trail.transactions.run(async (manager) => {
            await trail.audits.append(manager, [anAuditEntry(writer + 1)]);
            await manager.query('SELECT pg_sleep(random() / 200)');
            await trail.audits.append(manager, [anAuditEntry(round + 1)]);
            if (fails) throw new Error('rolled back');
          });
          await work.then(
            () => (written += 2),
            (error: unknown) => expect(error).toMatchObject({ message: 'rolled back' }),
          );
        }
        return written;
      };
      const seal = async (): Promise<number> => {
        const own = new AuditSealer(trail.database.dataSource, trail.transactions);
        let sealed = 0;
        while (state.writing) sealed += await own.sealBatch();
        return sealed;
      };
      const verify = async (): Promise<void> => {
        while (state.writing) expect((await trail.verifier.verify()).broken).toBeNull();
      };
      const verifying = verify();
      const sealing = [seal(), seal(), seal()];
      const counts = await Promise.all(Array.from({ length: writers }, (_, n) => write(n)));
      state.writing = false;
      await verifying;
      const sealed = (await Promise.all(sealing)).reduce((a, b) => a + b) + (await trail.sealAll());
      const written = counts.reduce((a, b) => a + b);
      expect(written).toBe(2 * writers * rounds * 0.8);
      expect(sealed).toBe(written);
      await expect(trail.verifier.verify()).resolves.toMatchObject({
        checked: written,
        pending: 0,
        broken: null,
      });
    });

    it('by one sealer at a time: another one gives way at once', async () => {
      await trail.append(anAuditEntry(1));
      const holder = new Client({ connectionString: trail.database.url });
      await holder.connect();
      try {
        await holder.query('BEGIN');
        await holder.query('SELECT pg_advisory_xact_lock(1795219202)');
        expect(await trail.sealer.sealBatch()).toBe(0);
        await holder.query('COMMIT');
      } finally {
        await holder.end();
      }
      expect(await trail.sealer.sealBatch()).toBe(1);
    });

    it('only once when a mark comes back, as after a restore', async () => {
      await trail.append(anAuditEntry(1), anAuditEntry(2));
      await trail.sealAll();
      await trail.rows('INSERT INTO audit_unsealed VALUES (1), (2)');
      await trail.append(anAuditEntry(3));
      expect(await trail.sealAll()).toBe(1);
      await expect(trail.verifier.verify()).resolves.toMatchObject({
        checked: 3,
        pending: 0,
        broken: null,
      });
    });

    it('fast enough to keep up', async () => {
      const total = 5_000;
      const began = performance.now();
      for (let n = 0; n < total / 100; n += 1) {
        await trail.append(...Array.from({ length: 100 }, (_, index) => anAuditEntry(index + 1)));
      }
      const written = performance.now();
      expect(await trail.sealAll()).toBe(total);
      const sealed = performance.now();
      await expect(trail.verifier.verify()).resolves.toMatchObject({
        checked: total,
        broken: null,
      });
      const verified = performance.now();
      const rate = (ms: number): string => `${Math.round((total / ms) * 1_000)}/s`;
      process.stdout.write(
        `audit entries: written ${rate(written - began)}, sealed ${rate(sealed - written)}, ` +
          `verified ${rate(verified - sealed)}\n`,
      );
    });
  });
});
