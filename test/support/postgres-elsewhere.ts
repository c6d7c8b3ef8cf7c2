import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';

/** What the launching program says: where its server is, or why there is none. */
export interface Word {
  pid: number;
  error?: string;
  adminUrl: string;
  ownerUrl: string;
  appUrl: string;
  adopted: boolean;
}

const children: ChildProcess[] = [];

/** The embedded PostgreSQL of `folder`, in another process that looks after it until its input ends. */
export async function startElsewhere(folder: string): Promise<{ child: ChildProcess; word: Word }> {
  const support = resolve(__dirname);
  const child = spawn(
    process.execPath,
    [
      '--import',
      resolve(support, 'typescript.mjs'),
      resolve(support, 'launch-postgres.ts'),
      folder,
    ],
    { stdio: ['pipe', 'pipe', 'inherit'], detached: true },
  );
  children.push(child);
  const lines = createInterface({ input: child.stdout });
  const [line] = (await once(lines, 'line')) as [string];
  return { child, word: JSON.parse(line) as Word };
}

export async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}

/** Ends all that were started, for `afterEach`. */
export async function stopElsewhere(): Promise<void> {
  for (const child of children.splice(0)) {
    child.stdin?.end();
    await ended(child);
  }
}
