import { lstat, readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { BenchContext } from './bench.context.js';

/**
 * What a production install holds: the packages of `npm ci --omit=dev --omit=optional`, weighed where they are installed here, so that
 * nothing is downloaded.
 */
export async function measureInstall({ figures, options }: BenchContext): Promise<void> {
  const root = dirname(
    dirname(dirname(createRequire(import.meta.url).resolve('fastify/package.json'))),
  );
  const add = (key: string, title: string, value: number): void =>
    figures.add({ section: 'install', key, title, rows: null, unit: 'MB' }, value);
  const packages = await installed(root);
  const lean = packages.filter(
    ({ dev, optional, devOptional }) => !dev && !optional && !devOptional,
  );
  add('install', 'production install without the embedded PostgreSQL', await weigh(root, lean));
  const whole = packages.filter(({ dev }) => !dev);
  add(
    'install.embedded',
    'production install with the embedded PostgreSQL',
    await weigh(root, whole),
  );
  figures.note(`The production install has ${lean.length} packages.`);
  add('install.build', 'the build itself', (await bytesOf(join(options.dist, 'src'))) / 1024 ** 2);
}

interface Installed {
  /** Below the root, such as `node_modules/pg`. */
  path: string;
  dev?: boolean;
  optional?: boolean;
  devOptional?: boolean;
}

/** What npm noted down about the packages that lie here. */
async function installed(root: string): Promise<Installed[]> {
  const text = await readFile(join(root, 'node_modules', '.package-lock.json'), 'utf8');
  const { packages } = JSON.parse(text) as { packages: Record<string, Omit<Installed, 'path'>> };
  return Object.entries(packages).map(([path, flags]) => ({ ...flags, path }));
}

/** MB. */
async function weigh(root: string, packages: Installed[]): Promise<number> {
  let bytes = 0;
  for (const { path } of packages) bytes += await bytesOf(join(root, path));
  return bytes / 1024 ** 2;
}

/** Bytes of a folder's files; packages inside packages are counted by themselves. */
async function bytesOf(path: string): Promise<number> {
  const entries = await readdir(path, { withFileTypes: true });
  let bytes = 0;
  for (const entry of entries) {
    if (entry.name === 'node_modules') continue;
    const below = join(path, entry.name);
    bytes += entry.isDirectory() ? await bytesOf(below) : (await lstat(below)).size;
  }
  return bytes;
}
