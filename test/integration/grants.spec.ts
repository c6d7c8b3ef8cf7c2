import { Queue, Worker, createPostgresBackend } from 'bullmq';
import { Client } from 'pg';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { MIGRATIONS, migrate } from '../../src/database/index.js';
import { appendOnly } from '../../migrations/support/append-only.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

class CreateSamples1999999999999 implements MigrationInterface {
  readonly name = 'CreateSamples1999999999999';
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE sample_log (id bigint GENERATED ALWAYS AS IDENTITY, word text);
      CREATE TABLE sample_state (id serial, word text);
      CREATE TABLE sample_fixed (word text);
      COMMENT ON TABLE sample_fixed IS 'read-only';
      CREATE VIEW sample_view AS SELECT word FROM sample_state;
      CREATE FUNCTION sample_private() RETURNS integer LANGUAGE sql AS 'SELECT 1';
      REVOKE EXECUTE ON FUNCTION sample_private() FROM PUBLIC;
      COMMENT ON FUNCTION sample_private() IS 'owner-only';
    `);
    await appendOnly(runner, 'sample_log');
  }
  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE sample_log, sample_state, sample_fixed CASCADE');
  }
}

const REFUSED = { code: '42501' };

describe('rights of the application role', () => {
  let database: TestDatabase;
  let owner: Client;
  let app: Client;
  let admin: Client;
  let appRole: string;

  const regrant = () =>
    migrate({
      ownerUrl: database.ownerUrl,
      appRole,
      migrations: [...MIGRATIONS, CreateSamples1999999999999],
    });

  beforeAll(async () => {
    database = await createTestDatabase();
    appRole = new URL(database.url).username;
    await regrant();
    [owner, app, admin] = [database.ownerUrl, database.url, database.adminUrl].map(
      (connectionString) => new Client({ connectionString }),
    ) as [Client, Client, Client];
    await Promise.all([owner.connect(), app.connect(), admin.connect()]);
    await app.query(`INSERT INTO sample_log (word) VALUES ('said')`);
  });

  afterAll(async () => {
    await Promise.all([owner.end(), app.end(), admin.end()]);
    await database.drop();
  });

  const CHANGES = [
    `UPDATE sample_log SET word = 'unsaid'`,
    'DELETE FROM sample_log',
    'TRUNCATE sample_log',
  ];

  it.each([
    ...CHANGES,
    'ALTER TABLE sample_log DISABLE TRIGGER ALL',
    'ALTER TABLE sample_log DISABLE TRIGGER sample_log_append_only',
    'DROP TRIGGER sample_log_append_only ON sample_log',
    'DROP TABLE sample_log',
    `COMMENT ON TABLE sample_log IS NULL`,
    'CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN NEW; END$$',
    `SET session_replication_role = 'replica'`,
    'CREATE TABLE public.mine ()',
  ])('do not allow: %s', async (statement) => {
    await expect(app.query(statement)).rejects.toMatchObject(REFUSED);
  });

  it.each(CHANGES)('are not needed to refuse the owner and a superuser: %s', async (statement) => {
    await expect(owner.query(statement)).rejects.toMatchObject({
      ...REFUSED,
      message: expect.stringContaining('sample_log is append-only'),
    });
    await admin.query(`SET session_replication_role = 'replica'`);
    await expect(admin.query(statement)).rejects.toMatchObject(REFUSED);
    await admin.query('RESET session_replication_role');
  });

  it('allow what the application does', async () => {
    await app.query(`INSERT INTO sample_state (word) VALUES ('on')`);
    await app.query(`UPDATE sample_state SET word = 'off'`);
    expect((await app.query('SELECT word FROM sample_view')).rows).toEqual([{ word: 'off' }]);
    await app.query('DELETE FROM sample_state');
    await app.query(`SELECT nextval('sample_state_id_seq')`);
    await app.query('SELECT app_now()');
    await app.query('CREATE TEMPORARY TABLE scratch ()');
  });

  it('stop at reading what is read-only or the history of migrations', async () => {
    await app.query('SELECT * FROM sample_fixed, migrations');
    await expect(app.query(`INSERT INTO sample_fixed VALUES ('x')`)).rejects.toMatchObject(REFUSED);
    await expect(app.query('DELETE FROM migrations')).rejects.toMatchObject(REFUSED);
    await expect(app.query('UPDATE app_clock SET offset_s = 9')).rejects.toMatchObject(REFUSED);
    await expect(app.query('TRUNCATE sample_state')).rejects.toMatchObject(REFUSED);
    await expect(app.query('SELECT sample_private()')).rejects.toMatchObject(REFUSED);
  });

  it('cover every append-only table of the schema', async () => {
    const { rows } = await owner.query<{ name: string; rights: string[] }>(
      `SELECT c.oid::regclass::text AS name,
              (SELECT array_agg(a.privilege_type ORDER BY 1) FROM aclexplode(c.relacl) a
               WHERE a.grantee = $1::regrole) AS rights
       FROM pg_class c WHERE obj_description(c.oid, 'pg_class') = 'append-only'`,
      [appRole],
    );
    expect(rows.length).toBeGreaterThan(1);
    for (const { rights } of rows) expect(rights).toEqual(['INSERT', 'SELECT']);
  });

  it('follow a table that becomes append-only', async () => {
    await owner.query(`COMMENT ON TABLE sample_state IS 'append-only'`);
    await regrant();
    await expect(app.query('DELETE FROM sample_state')).rejects.toMatchObject(REFUSED);
    await app.query(`INSERT INTO sample_state (word) VALUES ('stays')`);
    await owner.query(`COMMENT ON TABLE sample_state IS NULL`);
    await regrant();
    await app.query('DELETE FROM sample_state');
  });

  it('are left alone when the application is the owner', async () => {
    const ownerRole = new URL(database.ownerUrl).username;
    const rights = `SELECT relname, relacl::text FROM pg_class WHERE relnamespace = 'public'::regnamespace
                    ORDER BY 1`;
    const before = (await owner.query(rights)).rows;
    await migrate({ ownerUrl: database.ownerUrl, appRole: ownerRole });
    expect((await owner.query(rights)).rows).toEqual(before);
  });

  it('suffice for BullMQ, queues made later included', async () => {
    const connection = { connectionString: database.url };
    const queue = new Queue('later', { connection }, createPostgresBackend);
    const done: unknown[] = [];
    const worker = new Worker(
      'later',
      async (job) => {
        done.push(job.data);
        await job.log('seen');
        return 'ok';
      },
      { connection, removeOnComplete: { age: 3600 } },
      createPostgresBackend,
    );
    const finished = new Promise<void>((resolve, reject) => {
      worker.on('error', reject);
      worker.on('failed', (_, error) => reject(error));
      worker.on('completed', () => {
        if (done.length === 4) resolve();
      });
    });
    await Promise.all([queue.waitUntilReady(), worker.waitUntilReady()]);
    await queue.add('single', { n: 1 });
    await queue.add('delayed', { n: 2 }, { delay: 50, jobId: 'bell' });
    await queue.addBulk([
      { name: 'many', data: { n: 3 } },
      { name: 'many', data: { n: 4 } },
    ]);
    await queue.upsertJobScheduler('sweep', { every: 3_600_000, offset: 1_800_000 });
    await finished;
    expect(await queue.getJobCounts('completed', 'failed')).toEqual({ completed: 4, failed: 0 });
    await worker.close();
    await queue.close();
    // The application owns the sequence that numbers the queue's jobs; that must not stop a migration.
    expect(await regrant()).toEqual([]);
  });
});
