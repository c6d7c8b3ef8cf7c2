import type { ChildProcess } from 'node:child_process';
import { rmSync } from 'node:fs';

const children = new Set<ChildProcess>();
const folders = new Set<string>();

/** Remembers a process until it ends, so that none outlives us. */
export function keepTrackOf(child: ChildProcess): void {
  children.add(child);
  child.once('exit', () => children.delete(child));
}

/** Remembers a folder that is worth nothing once we are gone. */
export function keepTrackOfFolder(path: string): void {
  folders.add(path);
}

/** Ends every process at once and takes the folders away: for Ctrl-C and for an end by an error. */
export function endEverything(): void {
  for (const child of children) child.kill('SIGKILL');
  children.clear();
  for (const path of folders) rmSync(path, { recursive: true, force: true, maxRetries: 5 });
  folders.clear();
}

export function forgetFolder(path: string): void {
  folders.delete(path);
}
