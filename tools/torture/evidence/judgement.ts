import { spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import { keepTrackOf, ProductProcess, type Stack } from '../../stack/index.js';
import type { Verdict } from '../torture.part.js';

/** The judge is a program of its own: it sees the folder and nothing of those who wrote it. */
const JUDGE = resolve(import.meta.dirname, '../checker/main.js');

/** @throws with what it said when the judge gave no verdict. */
export async function judge(folder: string): Promise<Verdict> {
  const child = spawn(process.execPath, ['--enable-source-maps', JUDGE, folder], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  keepTrackOf(child);
  let said = '';
  let complained = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complained += text));
  const code = await new Promise<number | null>((done, fail) => {
    child.once('error', fail);
    child.once('close', done);
  });
  const last = said.trimEnd().split('\n').at(-1) ?? '';
  try {
    return JSON.parse(last) as Verdict;
  } catch (cause) {
    throw new Error(`the judge of ${folder} ended with ${code}:\n${said}${complained}`, { cause });
  }
}

/** The product's own check of its books, as an auditor runs it; null when they hold. */
export async function verifyBooks(stack: Stack, anchorFile?: string): Promise<string | null> {
  const check = ProductProcess.spawn({
    dist: stack.options.dist,
    entry: 'verify-books',
    args: anchorFile ? ['--anchor', anchorFile] : [],
    env: { DATABASE_URL: stack.database.appUrl, DATA_DIR: stack.folder },
  });
  const { code } = await check.ended;
  return code === 0 ? null : `books:verify ended with ${code}:\n${check.output.slice(-4_000)}`;
}

export function journalOf(folder: string): string {
  return join(folder, 'gateway.jsonl');
}
