import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

/** A process that is not mistaken for a later one with the same number. */
export interface ProcessIdentity {
  pid: number;
  /** When it started, in the system's own words. */
  started: string;
}

export async function identityOf(pid: number): Promise<ProcessIdentity | null> {
  const started = await startOf(pid);
  return started === null ? null : { pid, started };
}

export async function isAlive(identity: ProcessIdentity): Promise<boolean> {
  return (await startOf(identity.pid)) === identity.started;
}

export function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function startOf(pid: number): Promise<string | null> {
  if (!exists(pid)) return null;
  if (process.platform === 'win32') return 'unknown';
  if (process.platform !== 'linux') {
    const answer = await promisify(execFile)('ps', ['-o', 'lstart=', '-p', String(pid)]).catch(
      () => null,
    );
    return answer ? answer.stdout.trim() : null;
  }
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  // The name in parentheses may hold spaces; field 22 is the start in clock ticks after boot.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  // A killed process that nobody has waited for yet runs no more.
  if (!fields || fields[0] === 'Z') return null;
  return fields[19] ?? null;
}
