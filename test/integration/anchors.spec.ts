import { appendFile, mkdir, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppModule } from '../../src/app.module.js';
import { appendAnchor, readAnchors } from '../../src/audits/anchors/anchor.file.js';
import { createHttpApp } from '../../src/http/index.js';
import { startApp, type TestApp } from '../support/app.js';
import { faultsIn, sealed, tamper } from '../support/day-room.js';
import { waitFor } from '../support/wait.js';

const HASH = 'a'.repeat(64);

describe('the anchor file', () => {
  let folder: string;
  let file: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'malipo-anchors-'));
    file = join(folder, 'deep', 'anchors.log');
  });
  afterEach(() => rm(folder, { recursive: true }));

  const anAnchor = (seq: number) => ({
    at: '2026-01-23T05:12:00.000Z',
    database: 'malipo',
    seq,
    hash: HASH,
  });

  it('is one line of JSON for each head, only ever appended to', async () => {
    await appendAnchor(file, anAnchor(1));
    const before = await readFile(file, 'utf8');
    await appendAnchor(file, anAnchor(2));
    const text = await readFile(file, 'utf8');
    expect(text.startsWith(before)).toBe(true);
    expect(text.split('\n')).toEqual([
      JSON.stringify(anAnchor(1)),
      JSON.stringify(anAnchor(2)),
      '',
    ]);
    expect(await readAnchors(file)).toEqual({
      anchors: [anAnchor(1), anAnchor(2)],
      unreadable: [],
    });
    expect((await stat(file)).mode & 0o007).toBe(0);
  });

  it('survives a line that a crash cut off', async () => {
    await appendAnchor(file, anAnchor(1));
    await appendFile(file, '{"at":"2026-01-2');
    await appendAnchor(file, anAnchor(3));
    expect(await readAnchors(file)).toEqual({
      anchors: [anAnchor(1), anAnchor(3)],
      unreadable: [2],
    });
  });

  it('is missing where nothing was published', async () => {
    expect(await readAnchors(file)).toBeNull();
  });
});

describe('publishing the head of the audit chain', () => {
  let app: TestApp;
  let folder: string;
  let file: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'malipo-anchors-'));
    file = join(folder, 'anchors.log');
    app = await startApp({ AUDIT_ANCHOR_FILE: file, AUDIT_ANCHOR_EVERY_S: '3600' });
  });
  afterAll(async () => {
    await app?.close();
    await rm(folder, { recursive: true });
  });

  const published = async (count: number) =>
    waitFor(`${count} anchors`, async () => {
      const log = await readAnchors(file);
      return log && log.anchors.length >= count ? log.anchors : null;
    });
  const passInterval = (): Promise<unknown> =>
    app.database.asOwner('UPDATE app_clock SET offset_s = offset_s + 3600');
  const verify = async () =>
    faultsIn(app, { path: file, log: await readAnchors(file), required: true });

  it('happens at the start, then once per interval, whichever process does it', async () => {
    expect(await published(1)).toHaveLength(1);
    const second = await createHttpApp(AppModule.forRoot(app.config), app.config);
    await second.init();
    try {
      expect(await readAnchors(file)).toMatchObject({ anchors: [{}] });
      await passInterval();
      const [, anchor] = await published(2);
      const [head]: { seq: string; hash: string; name: string }[] =
        await app.database.dataSource.query(
          `SELECT seq, encode(hash, 'hex') AS hash, current_database() AS name FROM audit_seals
           WHERE seq = $1`,
          [anchor?.seq],
        );
      expect(anchor).toEqual({
        at: expect.stringMatching(/^\d{4}-.*Z$/),
        database: head?.name,
        seq: Number(head?.seq),
        hash: head?.hash,
      });
      const [row]: { rows: number; failures: number }[] = await app.database.dataSource.query(
        `SELECT count(*)::int AS rows, max(failures) AS failures FROM outbox
         WHERE topic = 'audit.anchor' AND done_at IS NULL AND next_at > app_now()`,
      );
      expect(row).toEqual({ rows: 1, failures: 0 });
      expect(await readAnchors(file)).toMatchObject({ anchors: [{}, {}] });
    } finally {
      await second.close();
    }
  });

  it('shows a trail that was cut off at its end, which the trail itself cannot', async () => {
    await app.api.login('staff');
    await sealed(app);
    const before = (await readAnchors(file))?.anchors.length ?? 0;
    await passInterval();
    const newest = (await published(before + 1)).at(-1);
    expect(await verify()).toEqual({});

    const tables = ['audit_seals', 'audit_entries'];
    await app.database.asAdmin(`
      CREATE TABLE kept_seals AS SELECT * FROM audit_seals ORDER BY seq DESC LIMIT 1;
      CREATE TABLE kept_entries AS SELECT * FROM audit_entries
        WHERE id IN (SELECT entry_id FROM kept_seals);`);
    await tamper(
      app,
      tables,
      `DELETE FROM audit_seals WHERE seq IN (SELECT seq FROM kept_seals);
       DELETE FROM audit_entries WHERE id IN (SELECT id FROM kept_entries)`,
    );
    expect(await faultsIn(app)).toEqual({});
    expect(await verify()).toEqual({
      'audit anchors': [
        `seal ${newest?.seq} of ${newest?.at}: the trail has no such seal any more: it was cut off`,
      ],
    });

    // And written on over the cut, as far as it was before.
    await app.api.login('staff');
    await sealed(app);
    expect(await faultsIn(app)).toEqual({});
    expect((await verify())['audit anchors']).toEqual([
      expect.stringMatching(/: published as [0-9a-f]{64}, is [0-9a-f]{64} now: the trail was rewr/),
    ]);
  });

  it('leaves anchors of other databases alone, and misses its own where a file is named', async () => {
    const other = join(folder, 'other.log');
    await appendAnchor(other, {
      at: '2026-01-23T05:12:00.000Z',
      database: 'another',
      seq: 7,
      hash: HASH,
    });
    const log = await readAnchors(other);
    expect(await faultsIn(app, { path: other, log, required: false })).toEqual({});
    expect(await faultsIn(app, { path: other, log, required: true })).toEqual({
      'audit anchors': [`${other} has no anchor of this database`],
    });
  });
});

describe('an anchor file that cannot be written', () => {
  it('does not end the publishing: the next interval tries again', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'malipo-anchors-'));
    const file = join(folder, 'anchors.log');
    // A folder stands where the file should be.
    await mkdir(file);
    const app = await startApp({ AUDIT_ANCHOR_FILE: file, AUDIT_ANCHOR_EVERY_S: '3600' });
    try {
      await waitFor('the next try to be due in an interval', async () => {
        const rows: unknown[] = await app.database.dataSource.query(
          `SELECT 1 FROM outbox WHERE topic = 'audit.anchor' AND parked_at IS NULL
             AND attempts = 1 AND next_at > app_now() + interval '50 minutes'`,
        );
        return rows.length === 1;
      });
      await rm(file, { recursive: true });
      await app.database.asOwner('UPDATE app_clock SET offset_s = offset_s + 3600');
      const log = await waitFor('an anchor', () => readAnchors(file));
      expect(log.anchors).toHaveLength(1);
    } finally {
      await app.close();
      await rm(folder, { recursive: true });
    }
  });
});
