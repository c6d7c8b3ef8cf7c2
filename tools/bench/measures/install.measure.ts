import { execFile } from 'node:child_process';
import { lstat, readdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { BenchContext } from './bench.context.js';

const run = promisify(execFile);

/**
 * What a production install holds: the packages of `npm ci --omit=dev`, weighed where they are installed here, so that
 * nothing is downloaded.
 */
export async function measureInstall({ figures, options }: BenchContext): Promise<void> {
  const root = dirname(
    dirname(dirname(createRequire(import.meta.url).resolve('fastify/package.json'))),
  );
  const add = (key: string, title: string, value: number): void =>
    figures.add({ section: 'install', key, title, rows: null, unit: 'MB' }, value);
  try {
    const lean = await weigh(root, ['--omit=dev', '--omit=optional']);
    add('install', 'production install without the embedded PostgreSQL', lean.mb);
    const whole = await weigh(root, ['--omit=dev']);
    add('install.embedded', 'production install with the embedded PostgreSQL', whole.mb);
    figures.note(`The production install has ${lean.packages} packages.`);
  } catch (error) {
    figures.note(`The install was not measured: ${(error as Error).message.split('\n')[0]}`);
  }
  add('install.build', 'the build itself', (await bytesOf(join(options.dist, 'src'))) / 1024 ** 2);
}

async function weigh(root: string, omit: string[]): Promise<{ mb: number; packages: number }> {
  const args = ['ls', '--all', '--parseable', ...omit];
  const { stdout } = await run('npm', args, { cwd: root, maxBuffer: 64 * 1024 ** 2 });
  const packages = stdout
    .split('\n')
    .slice(1)
    .filter((path) => path.includes('node_modules'));
  let bytes = 0;
  for (const path of packages) bytes += await bytesOf(path);
  return { mb: bytes / 1024 ** 2, packages: packages.length };
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
