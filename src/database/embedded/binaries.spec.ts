import { chmod, mkdir, mkdtemp, readFile, readlink, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findBinaries, makeReady, program } from './binaries.js';
import { runAs } from './account.js';

describe('the programs of PostgreSQL', () => {
  it('are found and run', async () => {
    const { pgCtl } = await findBinaries();
    expect(await runAs(null, pgCtl, ['--version'])).toEqual({
      code: 0,
      output: expect.stringMatching(/^pg_ctl \(PostgreSQL\) 18\./),
    });
  });

  it('get their library links and permissions where npm ran no install script', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'malipo-binaries-'));
    const root = join(folder, 'native');
    try {
      await mkdir(join(root, 'bin'), { recursive: true });
      await mkdir(join(root, 'lib'));
      await writeFile(join(root, 'lib', 'libpq.so.5.18'), 'library');
      const link = { source: 'native/lib/libpq.so.5.18', target: 'native/lib/libpq.so.5' };
      await writeFile(join(root, 'pg-symlinks.json'), JSON.stringify([link]));
      for (const name of ['initdb', 'pg_ctl', 'postgres'] as const) {
        await writeFile(program(root, name), '');
        await chmod(program(root, name), 0o644);
      }

      await makeReady(root);
      await makeReady(root);

      expect(await readlink(join(root, 'lib', 'libpq.so.5'))).toBe('libpq.so.5.18');
      expect(await readFile(join(root, 'lib', 'libpq.so.5'), 'utf8')).toBe('library');
      expect((await stat(program(root, 'initdb'))).mode & 0o777).toBe(0o755);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
