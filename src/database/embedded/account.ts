import { execFile, spawn } from 'node:child_process';
import { chmod, chown, cp, mkdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { createHash, randomBytes } from 'node:crypto';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { PROGRAMS, binariesIn, program, type Binaries } from './binaries.js';

/** The system user that PostgreSQL runs as when we are root, which it refuses to run as. */
export interface Account {
  name: string;
  uid: number;
  gid: number;
}

/** Root's own place that every user may pass through, for what lies in a closed folder. */
const OPEN_FOLDER = '/var/lib/malipo';

const run = promisify(execFile);

/** Null when we may run PostgreSQL ourselves. */
export async function findAccount(): Promise<Account | null> {
  if (process.getuid?.() !== 0) return null;
  for (const name of ['postgres', 'nobody']) {
    const ids = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])]).catch(
      () => null,
    );
    if (ids) return { name, uid: Number(ids[0].stdout), gid: Number(ids[1].stdout) };
  }
  throw new Error(
    'PostgreSQL does not run as root, and there is no user postgres or nobody to run it as: ' +
      'start as an ordinary user, or set DATABASE_URL',
  );
}

export interface Outcome {
  code: number | null;
  /** What it printed, both streams. */
  output: string;
}

/** Runs a program as `account`, deaf to our terminal's Ctrl-C, and waits for it. */
export function runAs(account: Account | null, file: string, args: string[]): Promise<Outcome> {
  return new Promise((done, fail) => {
    const windows = process.platform === 'win32';
    const child = spawn(file, args, {
      cwd: windows ? undefined : '/',
      // Nothing of ours (PGDATA, PGOPTIONS, LANG) may change what it does.
      env: windows ? undefined : { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' },
      detached: !windows,
      windowsHide: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(account && { uid: account.uid, gid: account.gid }),
    });
    let output = '';
    child.stdout.on('data', (part: Buffer) => (output += part.toString()));
    child.stderr.on('data', (part: Buffer) => (output += part.toString()));
    child.on('error', fail);
    child.on('exit', (code) => setImmediate(() => done({ code, output })));
  });
}

export async function canReach(account: Account, folder: string): Promise<boolean> {
  const { code } = await runAs(account, '/bin/sh', ['-c', 'test -x "$0/."', folder]);
  return code === 0;
}

/**
 * A folder for the server's files: `wished` itself, or one in the open folder where `account` cannot get
 * to it (inside root's home, for example). Only the data folder itself is opened for passing through.
 */
export async function reachableFolder(account: Account | null, wished: string): Promise<string> {
  const parent = dirname(wished);
  if (!account || (await canReach(account, parent))) return wished;
  if (await canReach(account, dirname(parent))) {
    await chmod(parent, (await stat(parent)).mode | 0o011);
    return wished;
  }
  await makeOpenFolder(parent);
  return join(OPEN_FOLDER, `postgres-${randomBytes(6).toString('hex')}`);
}

/** `binaries`, or a copy of them where `account` cannot get to the originals. */
export async function reachableBinaries(
  account: Account | null,
  binaries: Binaries,
): Promise<Binaries> {
  if (!account || (await canReach(account, join(binaries.root, 'bin')))) return binaries;
  await makeOpenFolder(binaries.root);
  const copy = binariesIn(join(OPEN_FOLDER, `binaries-${await fingerprint(binaries.root)}`));
  if (await stat(copy.root).catch(() => null)) return copy;
  const draft = `${copy.root}.${process.pid}.new`;
  await cp(binaries.root, draft, { recursive: true, verbatimSymlinks: true });
  await chmod(draft, 0o755);
  // Another start may have copied them meanwhile; its copy is as good.
  await rename(draft, copy.root).catch(() => rm(draft, { recursive: true, force: true }));
  return copy;
}

/** Changes with the package's version, not with a new installation of the same. */
async function fingerprint(root: string): Promise<string> {
  const hash = createHash('sha256').update(await readFile(join(root, '..', 'package.json')));
  for (const name of PROGRAMS) hash.update(`${name} ${(await stat(program(root, name))).size}\n`);
  return hash.digest('hex').slice(0, 12);
}

async function makeOpenFolder(closed: string): Promise<void> {
  try {
    await mkdir(OPEN_FOLDER, { recursive: true, mode: 0o755 });
    await chmod(OPEN_FOLDER, 0o755);
  } catch (cause) {
    throw new Error(
      `PostgreSQL does not run as root, and its user cannot get into ${closed}: start as an ordinary ` +
        'user, move the project to a folder that all users may enter, or set DATABASE_URL',
      { cause },
    );
  }
}

export async function giveTo(account: Account | null, path: string): Promise<void> {
  if (account) await chown(path, account.uid, account.gid);
}
