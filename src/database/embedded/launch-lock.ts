import { randomBytes } from 'node:crypto';
import { link, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { identityOf, isAlive, type ProcessIdentity } from './process-identity.js';

const NAME = /^launch\.(\d+)\.lock$/;
const WAIT_MS = 120_000;

interface Lock {
  generation: number;
  holder: ProcessIdentity;
}

/**
 * Runs `work` while no other process starts or stops the server of `directory`; waits for its turn.
 *
 * The lock is the file with the highest generation. A dead holder's file is never removed to take its
 * place (two takers could remove each other's): the next generation is created, which only one can.
 */
export async function holdLaunchLock<T>(directory: string, work: () => Promise<T>): Promise<T> {
  await mkdir(directory, { recursive: true });
  const generation = await acquire(directory);
  try {
    return await work();
  } finally {
    for (const old of await generations(directory)) {
      if (old < generation) await rm(file(directory, old), { force: true });
    }
    await rm(file(directory, generation), { force: true });
  }
}

async function acquire(directory: string): Promise<number> {
  const me = await identityOf(process.pid);
  const claim = join(directory, `launch.${process.pid}.${randomBytes(6).toString('hex')}.claim`);
  await writeFile(claim, JSON.stringify(me));
  const deadline = Date.now() + WAIT_MS;
  try {
    for (;;) {
      const top = await highest(directory);
      if (top && (await isAlive(top.holder))) {
        if (Date.now() > deadline) {
          throw new Error(
            `process ${top.holder.pid} has been starting or stopping the PostgreSQL of ${directory} ` +
              `for ${WAIT_MS / 1000} s: look at it, or end it and try again`,
          );
        }
        await delay(30);
        continue;
      }
      const generation = (top?.generation ?? 0) + 1;
      if (!(await create(claim, file(directory, generation)))) continue;
      if (Math.max(...(await generations(directory))) === generation) return generation;
      // Somebody passed us by while we looked at an older holder.
      await rm(file(directory, generation), { force: true });
    }
  } finally {
    await rm(claim, { force: true });
  }
}

/** A link appears with its content and fails where the name is taken. */
async function create(claim: string, target: string): Promise<boolean> {
  try {
    await link(claim, target);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function highest(directory: string): Promise<Lock | null> {
  const all = await generations(directory);
  if (all.length === 0) return null;
  const generation = Math.max(...all);
  const text = await readFile(file(directory, generation), 'utf8').catch(() => null);
  // Released while we looked.
  if (text === null) return highest(directory);
  return { generation, holder: JSON.parse(text) as ProcessIdentity };
}

async function generations(directory: string): Promise<number[]> {
  const names = await readdir(directory);
  return names.flatMap((name) => {
    const match = NAME.exec(name);
    return match ? [Number(match[1])] : [];
  });
}

function file(directory: string, generation: number): string {
  return join(directory, `launch.${generation}.lock`);
}
