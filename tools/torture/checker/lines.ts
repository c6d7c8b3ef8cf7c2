import { createReadStream, existsSync } from 'node:fs';
import { createInterface } from 'node:readline';

/**
 * The objects of a `.jsonl` file, one at a time, however long it is. A missing file has none.
 * @throws Error naming file and line of what is no JSON object.
 */
export async function* readLines<T>(path: string): AsyncGenerator<T> {
  if (!existsSync(path)) return;
  let number = 0;
  for await (const line of createInterface({
    input: createReadStream(path, { encoding: 'utf8', highWaterMark: 1 << 20 }),
    crlfDelay: Infinity,
  })) {
    number += 1;
    if (line.trim() === '') continue;
    yield parsed(line, path, number) as T;
  }
}

function parsed(line: string, path: string, number: number): object {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value === 'object' && value !== null) return value;
  } catch {
    // Said below.
  }
  throw new Error(`${path}:${number}: not a JSON object: ${line.slice(0, 100)}`);
}
