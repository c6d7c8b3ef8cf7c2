/** A row as PostgreSQL prints it. */
export type Row = Record<string, string | null>;

/** What a cell that may not be empty says. @throws Error when it is missing. */
export function text(row: Row, column: string): string {
  const value = row[column];
  if (typeof value === 'string') return value;
  throw new Error(`a row without ${column}: ${JSON.stringify(row).slice(0, 200)}`);
}

export function whole(row: Row, column: string): number {
  return Number(text(row, column));
}

/** Minor units; an empty cell is zero. */
export function minor(row: Row, column: string): bigint {
  return BigInt(row[column] ?? '0');
}

export function flag(row: Row, column: string): boolean {
  return row[column] === 't' || row[column] === 'true';
}

/** Ms since 1970; null for an empty cell. */
export function moment(row: Row, column: string): number | null {
  const value = row[column];
  if (value === null || value === undefined) return null;
  const iso = value.replace(' ', 'T').replace(/([+-]\d\d)$/, '$1:00');
  const at = Date.parse(iso);
  if (Number.isNaN(at)) throw new Error(`${column} is no moment: ${value}`);
  return at;
}

/** The one way in which moments are hashed: UTC, microseconds. @throws Error for another time zone. */
export function hashedMoment(value: string): string {
  const parts = /^(\d{4,}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?(?:Z|\+00(?::00)?)$/.exec(
    value,
  );
  if (!parts) throw new Error(`not a moment in UTC: ${value}`);
  const [, day, time, fraction = ''] = parts;
  return `${day}T${time}.${fraction.padEnd(6, '0')}Z`;
}

/** Hex digits of a bytea. */
export function hex(row: Row, column: string): string {
  return text(row, column).replace(/^\\x/, '').toLowerCase();
}

/** Values of jsonb and of anything that is not text, brought into the form that PostgreSQL prints. */
export function asRow(record: Record<string, unknown>, columns?: readonly string[]): Row {
  const row: Row = {};
  for (const name of columns ?? Object.keys(record)) row[name] = printed(record[name]);
  return row;
}

function printed(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string') return shared(value);
  if (typeof value === 'boolean') return value ? 't' : 'f';
  return typeof value === 'number' ? String(value) : JSON.stringify(value);
}

/** Words that stand in many rows, each kept once: of a million rows most cells say the same. */
const words = new Map<string, string>();
const MOST_WORDS = 20_000;

function shared(value: string): string {
  if (value.length > 32) return value;
  const known = words.get(value);
  if (known !== undefined) return known;
  if (words.size < MOST_WORDS) words.set(value, value);
  return value;
}
