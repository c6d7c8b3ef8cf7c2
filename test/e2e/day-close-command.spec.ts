import { copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Api, DEMO_PASSWORD } from '../support/api.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import {
  type Ended,
  type Product,
  runProgram,
  spawnProduct,
  temporaryDataDir,
} from '../support/process.js';
import { waitFor } from '../support/wait.js';
import { readAnchors } from '../../src/audits/index.js';

/** Runs the built command as an operator does, and waits for its end. */
const verify = (env: Record<string, string>, args: string[] = []): Promise<Ended> =>
  runProgram(env, 'verify-books', args).ended;

async function logIn(product: Product, times: number): Promise<void> {
  for (let time = 0; time < times; time += 1) {
    await new Api(product.url).post('/api/v1/auth/token/', {
      username: 'staff@malipo.test',
      password: DEMO_PASSWORD,
    });
  }
}

/** Until the newest anchor is of a seal that the log-ins made. */
const anchored = (file: string, atLeast: number) =>
  waitFor('an anchor of new seals', async () => {
    const newest = (await readAnchors(file))?.anchors.at(-1);
    return newest && newest.seq >= atLeast ? newest : null;
  });

const QUICK = {
  DEMO_DATA: 'on',
  JOBS_SEAL_EVERY_MS: '100',
  JOBS_SWEEP_MS: '100',
  // A midnight on the way would add a close to what is counted.
  DAY_CLOSE_AUTOMATIC: 'off',
};

describe('books:verify on a database of its own', () => {
  const folder = temporaryDataDir();
  const file = join(folder.path, 'audit-anchors.log');
  let database: TestDatabase;
  let env: Record<string, string>;

  beforeAll(async () => {
    database = await createTestDatabase();
    env = { DATABASE_URL: database.url, DATA_DIR: folder.path };
    const product = await spawnProduct({ ...env, ...QUICK, AUDIT_ANCHOR_EVERY_S: '1' });
    await logIn(product, 2);
    await anchored(file, 2);
    await product.stop();
  });
  afterAll(async () => {
    await database?.drop();
    await folder.remove();
  });

  it('says what it looked at, and ends well on books that nobody touched', async () => {
    const { code, stdout, stderr } = await verify(env);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^\w+ at 127\.0\.0\.1:\d+\nsound {3}audit trail: \d+ seals\n/);
    for (const line of [
      /^sound {3}audit anchors: [1-9]\d* anchors$/m,
      /^sound {3}ledger: [1-9]\d* journals$/m,
      /^sound {3}Z reports: 0 reports of 0 drawers$/m,
      /^sound {3}day closes: 0 closes of 0 accounts$/m,
    ]) {
      expect(stdout).toMatch(line);
    }
    expect(stdout).not.toContain('BROKEN');
  });

  it('names a changed row and ends with 1', async () => {
    await database.asAdmin(`
      ALTER TABLE audit_entries DISABLE TRIGGER ALL;
      UPDATE audit_entries SET actor_label = actor_label || '!'
        WHERE id = (SELECT min(id) FROM audit_entries);`);
    const { code, stdout } = await verify(env);
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /^BROKEN {2}audit trail: 0 seals\n {8}entry \d+, seal 1: entry_altered$/m,
    );
    expect(stdout).toMatch(/^sound {3}ledger/m);
    await database.asAdmin(`
      UPDATE audit_entries SET actor_label = left(actor_label, -1)
        WHERE id = (SELECT min(id) FROM audit_entries);
      ALTER TABLE audit_entries ENABLE TRIGGER ALL;`);
  });

  it('shows by a copy of the anchors that the trail was cut off', async () => {
    const copy = join(folder.path, 'copy.log');
    await copyFile(file, copy);
    await database.asAdmin(`
      ALTER TABLE audit_seals DISABLE TRIGGER ALL; ALTER TABLE audit_entries DISABLE TRIGGER ALL;
      DELETE FROM audit_entries WHERE id IN (SELECT entry_id FROM audit_seals WHERE seq > 1);
      DELETE FROM audit_seals WHERE seq > 1;`);
    await writeFile(file, '');
    expect(await verify(env)).toMatchObject({ code: 0 });
    const { code, stdout } = await verify(env, ['--anchor', copy]);
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /^BROKEN {2}audit anchors: \d+ anchors\n {8}seal \d+ of .*Z: the trail has no such seal any more: it was cut off$/m,
    );
  });

  it('wants the file that is named to be there, and to be of this database', async () => {
    const missing = await verify(env, ['--anchor', join(folder.path, 'missing.log')]);
    expect(missing).toMatchObject({ code: 1 });
    expect(missing.stdout).toContain('there is no file');
  });

  it('explains itself, and what it cannot use', async () => {
    expect(await verify(env, ['--help'])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('usage: npm run books:verify'),
    });
    const wrong = await verify(env, ['--ancor', 'x']);
    expect(wrong).toMatchObject({ code: 1, stdout: '' });
    expect(wrong.stderr).toMatch(/--ancor.*see --help/);
    const away = await verify({ ...env, DATABASE_URL: `${database.url}_not_there` });
    expect(away).toMatchObject({ code: 1, stdout: '' });
    expect(away.stderr).toMatch(/^DATABASE_URL: cannot use /);
    expect(away.stderr).not.toContain(new URL(database.url).password);
  });
});

describe('books:verify on the embedded database', () => {
  it('visits it while Malipo runs on it, and when it does not', async () => {
    const folder = temporaryDataDir();
    const env = { DATA_DIR: folder.path };
    const product = await spawnProduct({ ...env, ...QUICK, AUDIT_ANCHOR_EVERY_S: '1' });
    try {
      await logIn(product, 1);
      await anchored(join(folder.path, 'audit-anchors.log'), 1);
      const beside = await verify(env);
      expect(beside).toMatchObject({ code: 0, stderr: '' });
      expect(beside.stdout).toContain(`the embedded database of ${folder.path}`);
      await product.stop();
      const alone = await verify(env);
      expect(alone).toMatchObject({ code: 0, stderr: '' });
      expect(alone.stdout).toMatch(/^sound {3}audit anchors: [1-9]/m);
    } finally {
      await product.stop();
      await folder.remove();
    }
  });
});
