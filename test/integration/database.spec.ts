import 'reflect-metadata';
import { Global, Module, type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Client } from 'pg';
import { Column, DataSource, Entity, PrimaryColumn } from 'typeorm';
import { CONFIG } from '../../src/config/index.js';
import {
  DatabaseModule,
  Outbox,
  OutboxHandlers,
  Transactions,
  checkDatabase,
  onCommit,
} from '../../src/database/index.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

@Entity('samples')
class Sample {
  @PrimaryColumn('integer')
  id!: number;

  @Column('date')
  day!: string;
}

describe('the database room', () => {
  let database: TestDatabase;
  let owner: Client;
  let context: INestApplicationContext;
  let dataSource: DataSource;
  let transactions: Transactions;

  beforeAll(async () => {
    database = await createTestDatabase();
    owner = new Client({ connectionString: database.ownerUrl });
    await owner.connect();
    await owner.query(`
      CREATE TABLE samples (id integer PRIMARY KEY, day date NOT NULL);
      INSERT INTO samples VALUES (1, '2026-03-01'), (2, '2026-03-02');
      GRANT SELECT, UPDATE ON samples TO PUBLIC;
    `);
    const config = {
      role: 'all',
      database: {
        url: database.url,
        migrationUrl: null,
        poolSize: 3,
        lockTimeoutMs: 3_000,
        statementTimeoutMs: 6_000,
        idleInTransactionTimeoutMs: 9_000,
      },
    };

    @Global()
    @Module({ providers: [{ provide: CONFIG, useValue: config }], exports: [CONFIG] })
    class SettingsModule {}

    @Module({ imports: [SettingsModule, DatabaseModule, TypeOrmModule.forFeature([Sample])] })
    class RoomModule {}

    context = await NestFactory.createApplicationContext(RoomModule, { logger: false });
    dataSource = context.get(DataSource);
    transactions = context.get(Transactions);
  });

  afterAll(async () => {
    await context.close();
    await owner.end();
    await database.drop();
  });

  it('offers what the other rooms stand on', () => {
    for (const part of [Transactions, Outbox, OutboxHandlers]) {
      expect(context.get(part)).toBeInstanceOf(part);
    }
    expect(dataSource.options).toMatchObject({ synchronize: false, migrationsRun: false });
  });

  it('opens connections with every limit set', async () => {
    const [row] = await dataSource.query(
      `SELECT current_setting('lock_timeout') AS lock, current_setting('statement_timeout') AS statement,
              current_setting('idle_in_transaction_session_timeout') AS idle,
              current_setting('TimeZone') AS zone, current_setting('application_name') AS name`,
    );
    expect(row).toEqual({
      lock: '3s',
      statement: '6s',
      idle: '9s',
      zone: 'UTC',
      name: 'malipo all',
    });
  });

  it('finds the entities that modules bring along, and keeps dates as they are', async () => {
    expect(await dataSource.manager.findOneBy(Sample, { id: 1 })).toEqual({
      id: 1,
      day: '2026-03-01',
    });
    expect(await dataSource.query('SELECT day FROM samples WHERE id = $1', [2])).toEqual([
      { day: '2026-03-02' },
    ]);
  });

  it('is ready', async () => {
    expect(await checkDatabase(dataSource)).toBeNull();
  });

  it('is ready though this process stood still while it was asked', async () => {
    const asked = checkDatabase(dataSource);
    const end = Date.now() + 700;
    while (Date.now() < end);
    expect(await asked).toBeNull();
  });

  it('is not ready while every connection is taken for long', async () => {
    const over = new AbortController();
    const occupy = async (): Promise<void> => {
      while (!over.signal.aborted) await dataSource.query('SELECT pg_sleep(0.7)');
    };
    // Twice as many as there are connections: whoever asks waits for one whole sleep at least.
    const occupants = Array.from({ length: 6 }, occupy);
    const answer = await checkDatabase(dataSource).finally(() => over.abort());
    await Promise.all(occupants);
    expect(answer).toMatch(/^answers after \d+ ms$/);
  });

  it('takes new connections when all were cut', async () => {
    await dataSource.query('SELECT 1');
    const cut = new Client({ connectionString: database.adminUrl });
    await cut.connect();
    const { rowCount } = await cut.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE application_name = 'malipo all' AND datname = current_database()`,
    );
    expect(rowCount).toBeGreaterThan(0);
    await cut.end();
    const deadline = Date.now() + 5_000;
    for (;;) {
      const answer = await dataSource.query('SELECT 1 AS one').catch(() => null);
      if (answer) break;
      if (Date.now() > deadline) throw new Error('the pool never recovered');
    }
    expect(await checkDatabase(dataSource)).toBeNull();
  });

  it('heals when a migration changes what a named statement answers', async () => {
    const runner = dataSource.createQueryRunner();
    const text = 'SELECT * FROM samples WHERE id = $1';
    for (const _ of [1, 2, 3]) await runner.query(text, [1]);
    await owner.query('ALTER TABLE samples ADD COLUMN note text');
    await expect(runner.query(text, [1])).rejects.toMatchObject({ code: '0A000' });
    for (const _ of [1, 2, 3]) {
      expect(await runner.query(text, [1])).toEqual([expect.objectContaining({ note: null })]);
    }
    await runner.release();
  });

  describe('named statements', () => {
    const prepared = `SELECT statement FROM pg_prepared_statements WHERE statement LIKE 'SELECT % /* probe %'`;

    it('are prepared once per connection when they come again', async () => {
      const runner = dataSource.createQueryRunner();
      const text = 'SELECT $1::int AS n /* probe again */';
      for (const n of [1, 2, 3]) expect(await runner.query(text, [n])).toEqual([{ n }]);
      expect(await runner.query(prepared)).toEqual([{ statement: text }]);
      await runner.release();
    });

    it('are few however many texts there are', async () => {
      const runner = dataSource.createQueryRunner();
      for (let n = 0; n < 600; n += 1) {
        const text = `SELECT ${n} + $1::int AS sum /* probe ${n} */`;
        for (const _ of [1, 2]) expect(await runner.query(text, [1])).toEqual([{ sum: n + 1 }]);
      }
      const statements = await runner.query(prepared);
      expect(statements.length).toBeGreaterThan(100);
      expect(statements.length).toBeLessThanOrEqual(400);
      await runner.release();
    });
  });

  describe('a transaction', () => {
    it('is repeated whole after a deadlock', async () => {
      let arrived = 0;
      let release: () => void = () => undefined;
      const bothHoldOne = new Promise<void>((resolve) => (release = resolve));
      const tries: number[] = [];
      const cross = (first: number, second: number) =>
        transactions.run(async (manager) => {
          tries.push(first);
          const touch = `UPDATE samples SET day = day + 1 WHERE id = $1`;
          await manager.query(touch, [first]);
          arrived += 1;
          if (arrived === 2) release();
          await bothHoldOne;
          await manager.query(touch, [second]);
        });
      await Promise.all([cross(1, 2), cross(2, 1)]);
      expect(tries).toHaveLength(3);
      expect(await dataSource.query('SELECT day FROM samples ORDER BY id')).toEqual([
        { day: '2026-03-03' },
        { day: '2026-03-04' },
      ]);
    });

    it('is repeated after a serialization failure, and its follow-ups run once', async () => {
      let tries = 0;
      let followUps = 0;
      await transactions.run(async (manager) => {
        onCommit(manager, () => (followUps += 1));
        tries += 1;
        if (tries < 3) {
          await manager.query(`DO $$ BEGIN RAISE EXCEPTION 'late' USING ERRCODE = '40001'; END $$`);
        }
      });
      expect([tries, followUps]).toEqual([3, 1]);
    });

    it('is not repeated for other failures, and leaves nothing', async () => {
      let tries = 0;
      let followUps = 0;
      const failing = transactions.run(async (manager) => {
        tries += 1;
        onCommit(manager, () => (followUps += 1));
        await manager.query(`UPDATE samples SET day = '2000-01-01'`);
        await manager.query('SELECT 1 / 0');
      });
      await expect(failing).rejects.toMatchObject({ code: '22012' });
      expect([tries, followUps]).toEqual([1, 0]);
      expect(await dataSource.query(`SELECT 1 FROM samples WHERE day < '2001-01-01'`)).toEqual([]);
    });

    it('refuses another inside', async () => {
      const nested = transactions.run(() => transactions.run(() => Promise.resolve('inner')));
      await expect(nested).rejects.toThrow('a transaction is open already');
    });

    it('gives up a lock that it waits for too long', async () => {
      await owner.query('BEGIN');
      await owner.query('SELECT * FROM samples FOR UPDATE');
      try {
        const late = transactions.run((manager) =>
          manager.query('SELECT * FROM samples WHERE id = 1 FOR UPDATE'),
        );
        await expect(late).rejects.toMatchObject({ code: '55P03' });
      } finally {
        await owner.query('ROLLBACK');
      }
    });
  });
});
