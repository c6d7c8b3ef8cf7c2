import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { visitDatabase } from '../../src/boot/database.visit.js';
import { loadStorage } from '../../src/config/index.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { ended, startElsewhere, stopElsewhere } from '../support/postgres-elsewhere.js';

type Work<T> = Parameters<typeof visitDatabase<T>>[2];

async function sql<Row>(url: string, text: string): Promise<Row[]> {
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query(text)).rows as Row[];
  } finally {
    await client.end();
  }
}

const fail = (problem: string, error: unknown): never => {
  throw new Error(problem, { cause: error });
};

describe('a visit to the embedded database', () => {
  const folders: string[] = [];
  let folder: string;

  async function newFolder(): Promise<string> {
    const path = await mkdtemp(join(tmpdir(), 'malipo-visit-'));
    folders.push(path);
    return path;
  }
  beforeAll(async () => {
    folder = await newFolder();
  });
  afterEach(stopElsewhere);
  afterAll(() => Promise.all(folders.map((path) => rm(path, { recursive: true, force: true }))));

  const visit = <T>(work: Work<T>, dataDir = folder): Promise<T> =>
    visitDatabase(loadStorage({ DATA_DIR: dataDir }), fail, work);
  const names: Work<unknown[]> = ({ url }) => sql(url, 'SELECT name FROM accounts ORDER BY id');

  it('makes it, brings the schema up to date and stops it again', async () => {
    let address = '';
    const found = await visit((database) => {
      address = database.url;
      expect(database.shared).toBe(false);
      return names(database);
    });
    expect(found).toEqual([{ name: 'Main' }]);
    await expect(sql(address, 'SELECT 1')).rejects.toThrow('ECONNREFUSED');
  });

  it('stops it also after work that failed', async () => {
    let address = '';
    const failing = visit(({ url }) => {
      address = url;
      return Promise.reject(new Error('no'));
    });
    await expect(failing).rejects.toThrow('no');
    await expect(sql(address, 'SELECT 1')).rejects.toThrow('ECONNREFUSED');
  });

  it('shares that of a running process, which finds what was written', async () => {
    const { word } = await startElsewhere(folder);
    await visit(({ url }) => sql(url, `INSERT INTO accounts (name) VALUES ('Coast')`));
    expect(await sql(word.appUrl, 'SELECT name FROM accounts ORDER BY id')).toEqual([
      { name: 'Main' },
      { name: 'Coast' },
    ]);
  });

  it('begins anew on its own when the other process stops in between', async () => {
    const { child } = await startElsewhere(folder);
    const seen: boolean[] = [];
    const found = await visit(async (database) => {
      seen.push(database.shared);
      if (database.shared) {
        child.stdin?.end();
        await ended(child);
      }
      return names(database);
    });
    expect(found).toContainEqual({ name: 'Main' });
    expect(seen).toEqual([true, false]);
  });

  it('does not begin anew after any other failure', async () => {
    await startElsewhere(folder);
    const work = jest.fn(() => Promise.reject(new Error('refused')));
    await expect(visit(work)).rejects.toThrow('refused');
    expect(work).toHaveBeenCalledTimes(1);
  });

  it('changes the schema under no running process', async () => {
    const fresh = await newFolder();
    const { word } = await startElsewhere(fresh);
    await expect(visit(names, fresh)).rejects.toThrow(/schema is behind by .* or restart it$/);
    const tables = await sql(word.ownerUrl, `SELECT to_regclass('accounts') AS accounts`);
    expect(tables).toEqual([{ accounts: null }]);
  });
});

describe('a visit to a database of its own', () => {
  const databases: TestDatabase[] = [];
  afterAll(() => Promise.all(databases.map((database) => database.drop())));

  it('is refused while the schema is behind', async () => {
    const database = await createTestDatabase({ empty: true });
    databases.push(database);
    const work = jest.fn(() => Promise.resolve());
    const visit = visitDatabase(loadStorage({ DATABASE_URL: database.url }), fail, work);
    await expect(visit).rejects.toThrow(/schema is behind by .*npm run migration:run/);
    expect(work).not.toHaveBeenCalled();
  });
});
