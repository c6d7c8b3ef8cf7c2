import { readFile, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataSource } from 'typeorm';
import {
  APP_ROLE,
  dataSourceOptions,
  type EmbeddedPostgres,
  migrate,
  startEmbeddedPostgres,
  Statements,
} from '../../src/database/index.js';
import { Claims } from '../../src/http/idempotency/claims.service.js';
import { waitFor } from '../support/wait.js';

const CONFIG = { idempotency: { lockS: 60, retentionHours: 24 } };

/** What was taken, done or answered before the cut is there after it. */
describe('claims when PostgreSQL is cut off', () => {
  let folder: string;
  let postgres: EmbeddedPostgres;
  let dataSource: DataSource;

  async function open(): Promise<Claims> {
    dataSource = new DataSource(
      dataSourceOptions({
        url: postgres.appUrl,
        poolSize: 10,
        lockTimeoutMs: 5_000,
        statementTimeoutMs: 15_000,
        idleInTransactionTimeoutMs: 30_000,
      }),
    );
    await dataSource.initialize();
    return new Claims(dataSource, new Statements(dataSource), CONFIG);
  }

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'malipo-claims-'));
    postgres = await startEmbeddedPostgres(folder);
    await migrate({ ownerUrl: postgres.ownerUrl, appRole: APP_ROLE });
  });
  afterAll(async () => {
    await dataSource.destroy();
    await postgres.stop();
    const home = await realpath(join(folder, 'postgres'));
    await rm(home, { recursive: true, force: true });
    await rm(folder, { recursive: true, force: true });
  });

  /** As an immediate stop: nothing is written that was not written yet. */
  async function cutOff(): Promise<void> {
    const home = await realpath(join(folder, 'postgres'));
    const [pid] = (await readFile(join(home, 'cluster', 'postmaster.pid'), 'utf8')).split('\n');
    process.kill(Number(pid), 'SIGQUIT');
    await waitFor('the server to be gone', () => {
      try {
        process.kill(Number(pid), 0);
        return false;
      } catch {
        return true;
      }
    });
  }

  it('are there for all work that was done under them, and so are the answers given', async () => {
    const claims = await open();
    const taken: string[] = [];
    const done: string[] = [];
    const answered: { key: string; body: string }[] = [];
    const subject = (key: string) => ({ scope: 'cut', key, fingerprint: Buffer.alloc(32, 1) });
    const client = async (name: number): Promise<void> => {
      for (let n = 0; ; n += 1) {
        const key = `${name}-${n}`;
        const claim = await claims.take(subject(key));
        taken.push(claim.id);
        await dataSource.query(
          `INSERT INTO outbox (topic, key, payload, next_at) VALUES ('work', $1, '{}', now())`,
          [claim.id],
        );
        done.push(claim.id);
        const body = JSON.stringify({ key, claim: claim.id });
        await claims.keep(claim, 201, Buffer.from(body));
        answered.push({ key, body });
      }
    };
    const clients = Array.from({ length: 16 }, (_, name) => client(name).catch(() => undefined));
    await waitFor('some work to be done', () => answered.length > 200);
    await cutOff();
    await Promise.all(clients);
    await dataSource.destroy();

    postgres = await startEmbeddedPostgres(folder);
    const after = await open();
    const lost: unknown[] = await dataSource.query(
      `SELECT o.key FROM outbox o LEFT JOIN idempotency_claims c ON c.id::text = o.key
       WHERE o.topic = 'work' AND c.id IS NULL`,
    );
    expect(lost).toEqual([]);
    // Their work may yet be done, by whoever finds the server back.
    const forgotten: unknown[] = await dataSource.query(
      `SELECT id FROM unnest($1::uuid[]) AS t (id)
       WHERE NOT EXISTS (SELECT FROM idempotency_claims c WHERE c.id = t.id)`,
      [taken],
    );
    expect(forgotten).toEqual([]);
    const [{ count } = { count: '0' }]: { count: string }[] = await dataSource.query(
      `SELECT count(*) FROM outbox WHERE key = ANY ($1)`,
      [done],
    );
    expect(Number(count)).toBe(done.length);
    for (const { key, body } of answered) {
      const repeat: unknown = await after.take(subject(key)).catch((error: unknown) => error);
      expect(repeat).toMatchObject({ status: 201, body: Buffer.from(body) });
    }
  });
});
