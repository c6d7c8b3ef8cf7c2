import type { Environment } from './environment.reader.js';

/** Orchestrators add e.g. `REDIS_PORT=tcp://…` and `REDIS_SERVICE_HOST` for every service they run. */
const SERVICE_LINK = /_SERVICE_(HOST|PORT)|_PORT_\d+_(TCP|UDP|SCTP)/;
const SERVICE_ADDRESS = /^(tcp|udp|sctp):\/\//;
/** A shorter name is too easily somebody else's to call it a slip of the pen. */
const SHORTEST_SLIP = 8;

/**
 * Problems for variables that look like ours and are not: those that share the first word of a known name
 * with several words to follow (`JWT_…`, `AZAMPAY_…`), and those that are two letters from a known name.
 */
export function findUnknown(env: Environment, known: ReadonlySet<string>): string[] {
  const families = new Set(familiesOf(known));
  const problems: string[] = [];
  for (const [name, value] of Object.entries(env)) {
    if (value === undefined || known.has(name)) continue;
    if (SERVICE_LINK.test(name) || SERVICE_ADDRESS.test(value)) continue;
    const { closest, distance } = closestTo(name, known);
    const ours = families.has(firstWord(name));
    const slip = name.length >= SHORTEST_SLIP && distance <= 2;
    if (ours || slip) {
      problems.push(`${name}: unknown setting; did you mean ${closest}? Otherwise unset it`);
    }
  }
  return problems;
}

function firstWord(name: string): string {
  return name.slice(0, name.indexOf('_') + 1);
}

/** First words that are distinctly ours; NODE_, LOG_, DATA_ and the like belong to everybody. */
function familiesOf(known: ReadonlySet<string>): string[] {
  const shared = new Set([
    '',
    'NODE_',
    'LOG_',
    'DATA_',
    'PUBLIC_',
    'ALLOW_',
    'RETURN_',
    'TRUSTED_',
  ]);
  return [...known].map(firstWord).filter((word) => !shared.has(word));
}

function closestTo(
  name: string,
  known: ReadonlySet<string>,
): { closest: string; distance: number } {
  let closest = '';
  let distance = Infinity;
  for (const candidate of known) {
    const steps = editDistance(name, candidate);
    if (steps < distance) [closest, distance] = [candidate, steps];
  }
  return { closest, distance };
}

/** Levenshtein: how many letters must be added, dropped or changed. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const change = (previous[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      current.push(Math.min(change, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}
