import { mkdir, open, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** A head of the audit chain as it was published: one line of JSON in the anchor file. */
export interface Anchor {
  /** ISO 8601, UTC. */
  at: string;
  /** Name of the database whose chain it is. */
  database: string;
  /** Number of the newest seal; 0 when there was none. */
  seq: number;
  /** Hash of that seal, in hex; 64 zeros when there was none. */
  hash: string;
}

/** What an anchor file says, oldest first; `unreadable` are numbers of lines that a crash cut off. */
export interface AnchorLog {
  anchors: Anchor[];
  unreadable: number[];
}

const LINE_FEED = 0x0a;

/** Appends one line and waits until the disk has it. A line that a crash cut off is ended first. */
export async function appendAnchor(file: string, anchor: Anchor): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const cutOff = await endsWithin(file);
  const handle = await open(file, 'a', 0o640);
  try {
    await handle.write(`${cutOff ? '\n' : ''}${JSON.stringify(anchor)}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Null when there is no such file. */
export async function readAnchors(file: string): Promise<AnchorLog | null> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  return text === null ? null : parseAnchors(text);
}

export function parseAnchors(text: string): AnchorLog {
  const log: AnchorLog = { anchors: [], unreadable: [] };
  text.split('\n').forEach((line, index) => {
    if (line.trim() === '') return;
    const anchor = parseAnchor(line);
    if (anchor) log.anchors.push(anchor);
    else log.unreadable.push(index + 1);
  });
  return log;
}

function parseAnchor(line: string): Anchor | null {
  let value: Partial<Record<keyof Anchor, unknown>> | null;
  try {
    value = JSON.parse(line) as Partial<Record<keyof Anchor, unknown>> | null;
  } catch {
    return null;
  }
  const { at, database, seq, hash } = value ?? {};
  return typeof at === 'string' &&
    typeof database === 'string' &&
    typeof seq === 'number' &&
    Number.isSafeInteger(seq) &&
    seq >= 0 &&
    typeof hash === 'string' &&
    /^[0-9a-f]{64}$/.test(hash)
    ? { at, database, seq, hash }
    : null;
}

/** Whether the file's last line has no end. */
async function endsWithin(file: string): Promise<boolean> {
  const handle = await open(file, 'r').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (!handle) return false;
  try {
    const { size } = await handle.stat();
    if (size === 0) return false;
    const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, size - 1);
    return buffer[0] !== LINE_FEED;
  } finally {
    await handle.close();
  }
}
