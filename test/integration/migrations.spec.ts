import { setTimeout as delay } from 'node:timers/promises';
import { DataSource, type MigrationInterface, type QueryRunner } from 'typeorm';
import { MIGRATIONS, checkDatabase, migrate, pendingMigrations } from '../../src/database/index.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

const APP = (database: TestDatabase) => new URL(database.url).username;
const NAMES = MIGRATIONS.map((migration) => migration.name);

class AddColumn1999999999999 implements MigrationInterface {
  readonly name = 'AddColumn1999999999999';
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE app_clock ADD COLUMN extra integer');
  }
  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE app_clock DROP COLUMN extra');
  }
}

/** Everything that a schema dump would tell apart. */
const SHAPE = `
  SELECT 'column' AS kind, format('%s.%s %s %s %s', table_name, column_name, data_type, is_nullable, column_default) AS what
  FROM information_schema.columns WHERE table_schema = 'public'
  UNION ALL SELECT 'constraint', format('%s %s %s', conrelid::regclass, conname, pg_get_constraintdef(oid))
  FROM pg_constraint WHERE connamespace = 'public'::regnamespace
  UNION ALL SELECT 'index', indexdef FROM pg_indexes WHERE schemaname = 'public'
  UNION ALL SELECT 'trigger', format('%s %s', pg_get_triggerdef(t.oid), tgenabled) FROM pg_trigger t WHERE NOT tgisinternal
  UNION ALL SELECT 'function', pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
  UNION ALL SELECT 'rights', format('%s %s', relname, relacl) FROM pg_class
  WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'S')
  ORDER BY 1, 2`;

async function asOwner(database: TestDatabase): Promise<DataSource> {
  return new DataSource({
    type: 'postgres',
    url: database.ownerUrl,
    migrations: MIGRATIONS,
    migrationsTransactionMode: 'each',
  }).initialize();
}

describe('migrations', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await createTestDatabase({ empty: true });
  });
  afterEach(() => database.drop());

  const up = (migrations = MIGRATIONS) =>
    migrate({ ownerUrl: database.ownerUrl, appRole: APP(database), migrations });

  it('are all pending on an empty database, and none afterwards', async () => {
    const pending = [...NAMES, expect.stringMatching(/^bullmq-schema-\d+$/)];
    expect(await pendingMigrations(database.url)).toEqual(pending);
    expect(await checkDatabase(database.dataSource)).toContain('the schema is behind by Create');

    expect(await up()).toEqual(NAMES);
    expect(await pendingMigrations(database.url)).toEqual([]);
    expect(await pendingMigrations(database.dataSource)).toEqual([]);
    expect(await checkDatabase(database.dataSource)).toBeNull();
  });

  it('change nothing the second time', async () => {
    await up();
    const before = await database.dataSource.query(SHAPE);
    expect(await up()).toEqual([]);
    expect(await database.dataSource.query(SHAPE)).toEqual(before);
  });

  it('run once when several processes migrate at the same time', async () => {
    const applied = await Promise.all([up(), up(), up()]);
    expect(applied.map((names) => names.length).sort((a, b) => a - b)).toEqual([
      0,
      0,
      NAMES.length,
    ]);
  });

  it('can be taken back to nothing and run again to the same', async () => {
    await up();
    const before = await database.dataSource.query(SHAPE);
    const owner = await asOwner(database);
    for (const _ of NAMES) await owner.undoLastMigration();
    const left = await owner.query(
      `SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v')
       UNION ALL SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace
       UNION ALL SELECT typname FROM pg_type WHERE typnamespace = 'public'::regnamespace AND typtype IN ('e', 'd')`,
    );
    expect(left).toEqual([{ relname: 'migrations' }]);
    await owner.destroy();

    expect(await up()).toEqual(NAMES);
    expect(await database.dataSource.query(SHAPE)).toEqual(before);
  });

  it('give way to a table in use and come back', async () => {
    await up();
    const owner = await asOwner(database);
    const holder = owner.createQueryRunner();
    await holder.startTransaction();
    await holder.query('SELECT * FROM app_clock');

    let settled = false;
    const late = up([...MIGRATIONS, AddColumn1999999999999]).finally(() => (settled = true));
    const waiting = `SELECT count(*)::int AS n FROM pg_stat_activity
                     WHERE wait_event_type = 'Lock' AND query LIKE 'ALTER TABLE app_clock%'
                       AND datname = current_database()`;
    const sees = async (n: number) => {
      const deadline = Date.now() + 10_000;
      while ((await owner.query(waiting))[0].n !== n) {
        if (settled || Date.now() > deadline) throw new Error(`never saw ${n} waiting`);
        await delay(20);
      }
    };
    await sees(1);
    // The first try gives up while the table is still held, so that others get past it.
    await sees(0);
    await holder.commitTransaction();
    expect(await late).toEqual(['AddColumn1999999999999']);
    await holder.release();
    await owner.destroy();
  });

  it('leave a failed one out, and say which', async () => {
    class Breaks1999999999998 implements MigrationInterface {
      readonly name = 'Breaks1999999999998';
      async up(runner: QueryRunner): Promise<void> {
        await runner.query('CREATE TABLE half_done ()');
        await runner.query('SELECT 1 FROM nowhere');
      }
      async down(): Promise<void> {}
    }
    await expect(up([...MIGRATIONS, Breaks1999999999998])).rejects.toThrow('"nowhere"');
    const [row] = await database.dataSource.query(`SELECT to_regclass('half_done') AS half`);
    expect(row.half).toBeNull();
    expect(await up()).toEqual([]);
  });
});
