import { readFileSync } from 'node:fs';
import { SourceMap, type SourceMapPayload } from 'node:module';
import { fileURLToPath } from 'node:url';

/** In words like `Name.method (file:///…/file.js:1:2)`. */
interface Frame extends NodeJS.CallSite {
  toString(): string;
}

/** The folder of the build: everything below it is ours. */
const OURS = new URL('../../', import.meta.url).href;
const maps = new Map<string, SourceMap | null>();

/**
 * From now on stack traces name the lines of our sources, not of the build. `--enable-source-maps` does so
 * too, but reads the map of every file as it is loaded, those of all libraries included, which is an eighth
 * of a start; here a map is read when a trace first needs it.
 */
export function traceSources(): void {
  Error.prepareStackTrace = (error, frames) =>
    [headOf(error), ...frames.map((frame) => `    at ${describe(frame)}`)].join('\n');
}

/** What stands before the frames; must never throw, whatever was thrown. */
function headOf(error: unknown): string {
  try {
    return Error.prototype.toString.call(error);
  } catch {
    return '<error>';
  }
}

function describe(frame: Frame): string {
  const text = frame.toString();
  const file = frame.getFileName();
  const line = frame.getLineNumber();
  const column = frame.getColumnNumber();
  if (!file?.startsWith(OURS) || line === null || column === null) return text;
  const origin = mapOf(file)?.findEntry(line - 1, column - 1);
  if (!origin || !('originalSource' in origin)) return text;
  const { originalSource, originalLine, originalColumn } = origin;
  const source = fileURLToPath(new URL(originalSource, file));
  return text.replace(
    `${file}:${line}:${column}`,
    () => `${source}:${originalLine + 1}:${originalColumn + 1}`,
  );
}

/** Null for a file without one. */
function mapOf(file: string): SourceMap | null {
  let map = maps.get(file);
  if (map === undefined) {
    map = read(file);
    maps.set(file, map);
  }
  return map;
}

function read(file: string): SourceMap | null {
  try {
    const text = readFileSync(fileURLToPath(`${file}.map`), 'utf8');
    return new SourceMap(JSON.parse(text) as SourceMapPayload);
  } catch {
    return null;
  }
}
