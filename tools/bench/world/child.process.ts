import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { keepTrackOf } from '../../stack/index.js';

/** What a program printed. @throws Error with it when it does not end well. */
export async function runToEnd(
  child: ChildProcess,
  name: string,
): Promise<{ stdout: string; stderr: string }> {
  keepTrackOf(child);
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  if (code !== 0) throw new Error(`${name} ended with ${signal ?? code}:\n${stderr || stdout}`);
  return { stdout, stderr };
}
