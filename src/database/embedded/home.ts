import { randomBytes } from 'node:crypto';
import {
  chmod,
  lstat,
  mkdir,
  readFile,
  readdir,
  realpath,
  rename,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { giveTo, reachableFolder, runAs, type Account } from './account.js';
import { POSTGRES_MAJOR, type Binaries } from './binaries.js';

/** Passwords of the three roles, made once with the cluster. */
export interface Credentials {
  admin: string;
  owner: string;
  app: string;
}

/** Everything that belongs to one embedded server, under `<data folder>/postgres`. */
export interface Home {
  /** The cluster's files, without symbolic links on the way. */
  cluster: string;
  log: string;
  credentials: Credentials;
}

export interface HomeOptions {
  /** False only where losing the data costs nothing, e.g. in tests. */
  durable: boolean;
}

/** Opens the server's home in `dataDir`, making it when there is none. Needs the launch lock. */
export async function openHome(
  dataDir: string,
  binaries: Binaries,
  account: Account | null,
  options: HomeOptions,
): Promise<Home> {
  const place = join(dataDir, 'postgres');
  await removeDrafts(dataDir, basename(place));
  if (!(await present(place))) await makeHome(place, binaries, account, options);
  const folder = await realpath(place).catch((cause: unknown) => {
    throw new Error(
      `${place} leads nowhere: bring the folder back that it names, or remove the link to begin anew`,
      { cause },
    );
  });
  const cluster = join(folder, 'cluster');
  await checkMajor(cluster);
  return { cluster, log: join(cluster, 'server.log'), credentials: await readCredentials(folder) };
}

async function present(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

/** What a start left behind that died before its cluster was whole. */
async function removeDrafts(dataDir: string, name: string): Promise<void> {
  for (const entry of await readdir(dataDir)) {
    if (!entry.startsWith(`${name}.new-`)) continue;
    const draft = join(dataDir, entry);
    const target = await realpath(draft).catch(() => null);
    if (target && target !== draft) await rm(target, { recursive: true, force: true });
    await rm(draft, { recursive: true, force: true });
  }
}

/** The cluster and its passwords appear under their name together and whole, or not at all. */
async function makeHome(
  place: string,
  binaries: Binaries,
  account: Account | null,
  options: HomeOptions,
): Promise<void> {
  const draft = `${place}.new-${randomBytes(6).toString('hex')}`;
  const folder = await reachableFolder(account, draft);
  await mkdir(folder, { mode: 0o700 });
  if (account) await chmod(folder, 0o711);
  if (folder !== draft) {
    await symlink(folder, draft);
    // For whoever finds it there after the data folder was removed by hand.
    await writeFile(join(folder, 'belongs-to'), `${place}\n`);
  }
  const credentials: Credentials = { admin: secret(), owner: secret(), app: secret() };
  await writeFile(join(folder, 'credentials.json'), JSON.stringify(credentials), { mode: 0o600 });
  await initialise(folder, credentials.admin, binaries, account, options);
  await rename(draft, place);
}

function secret(): string {
  return randomBytes(24).toString('base64url');
}

async function initialise(
  folder: string,
  password: string,
  binaries: Binaries,
  account: Account | null,
  options: HomeOptions,
): Promise<void> {
  const cluster = join(folder, 'cluster');
  const passwordFile = join(folder, 'password');
  await mkdir(cluster, { mode: 0o700 });
  await giveTo(account, cluster);
  await writeFile(passwordFile, password, { mode: 0o600 });
  await giveTo(account, passwordFile);
  const { code, output } = await runAs(account, binaries.initdb, [
    `--pgdata=${cluster}`,
    '--username=postgres',
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--no-instructions',
    ...(options.durable ? [] : ['--no-sync']),
  ]).catch((cause: NodeJS.ErrnoException) => ({ code: null, output: cause.message }));
  await rm(passwordFile, { force: true });
  if (code !== 0) {
    throw new Error(`PostgreSQL could not make its data folder in ${dirname(folder)}:\n${output}`);
  }
}

async function checkMajor(cluster: string): Promise<void> {
  const found = await readFile(join(cluster, 'PG_VERSION'), 'utf8').catch(() => null);
  if (found === null) {
    throw new Error(
      `${cluster} holds no PostgreSQL data (PG_VERSION is missing): restore it from a backup, ` +
        `or remove ${dirname(cluster)} to begin with an empty database`,
    );
  }
  if (Number(found) !== POSTGRES_MAJOR) {
    throw new Error(
      `${cluster} was made by PostgreSQL ${found.trim()}, and this release brings PostgreSQL ` +
        `${POSTGRES_MAJOR}: dump it with the release that made it and restore it here (pg_dump, ` +
        'psql), or set DATA_DIR to another folder',
    );
  }
}

async function readCredentials(folder: string): Promise<Credentials> {
  const file = join(folder, 'credentials.json');
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Credentials;
  } catch (cause) {
    throw new Error(
      `cannot read ${file}, which holds the passwords of the database beside it: restore the file`,
      { cause },
    );
  }
}
