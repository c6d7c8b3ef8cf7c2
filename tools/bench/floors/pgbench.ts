import { spawn } from 'node:child_process';
import { access, constants, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { tmpdir } from 'node:os';
import { runToEnd } from '../world/child.process.js';

/** pgbench from PATH, else the newest of Debian's packages; null where there is none. */
export async function findPgbench(): Promise<string | null> {
  const packaged = '/usr/lib/postgresql';
  const versions = (await readdir(packaged).catch(() => [])).sort((a, b) => Number(b) - Number(a));
  const folders = [
    ...(process.env['PATH'] ?? '').split(delimiter),
    ...versions.map((version) => join(packaged, version, 'bin')),
  ];
  for (const folder of folders) {
    const file = join(folder, 'pgbench');
    if (
      await access(file, constants.X_OK).then(
        () => true,
        () => false,
      )
    ) {
      return file;
    }
  }
  return null;
}

export interface PgbenchRun {
  program: string;
  url: string;
  script: string;
  connections: number;
  seconds: number;
}

/** Transactions per second. @throws Error when any failed. */
export async function runPgbench({
  program,
  url,
  script,
  connections,
  seconds,
}: PgbenchRun): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'malipo-pgbench-'));
  try {
    const file = join(folder, 'create.sql');
    await writeFile(file, script);
    const child = spawn(
      program,
      [
        '--no-vacuum',
        '--protocol=prepared',
        `--client=${connections}`,
        '--jobs=2',
        `--time=${seconds}`,
        `--file=${file}`,
        url,
      ],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    const { stdout, stderr } = await runToEnd(child, 'pgbench');
    const tps = /^tps = ([\d.]+)/m.exec(stdout)?.[1];
    const failed = /number of failed transactions: (\d+)/.exec(stdout)?.[1] ?? '0';
    if (tps === undefined || failed !== '0') throw new Error(`pgbench:\n${stdout}${stderr}`);
    return Number(tps);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
