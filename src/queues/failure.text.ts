import { maskText } from '../http/index.js';

const LONGEST = 500;
const SECRET = /((?:password|secret|token|api[_-]?key)["']?\s*[:=]\s*["']?)[^\s"',;&]+/gi;

/** What went wrong, in one short line that may be kept and shown: numbers of payers and secrets are hidden. */
export function failureText(error: unknown): string {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const line = maskText(text)
    .replaceAll(SECRET, '$1***')
    .replaceAll(/[\s\p{Cc}]+/gu, ' ')
    .trim();
  return line.length > LONGEST ? `${line.slice(0, LONGEST - 1)}…` : line;
}
