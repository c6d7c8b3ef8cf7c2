/** Names of schemas that go without saying. */
const DEFAULT_SCHEMA = 'public.';

/** `"public"."payments"` and `payments` are one table; other schemas keep their name. */
const NAME = String.raw`((?:"[^"]+"|[a-z_][\w$]*)(?:\s*\.\s*(?:"[^"]+"|[a-z_][\w$]*))?)`;
const ALIAS = String.raw`(?:\s+(?:as\s+)?(?!set\b)"?[a-z_][\w$]*"?)?`;
const WRITES = [
  new RegExp(String.raw`\binsert\s+into\s+${NAME}`, 'gi'),
  new RegExp(String.raw`\bupdate\s+(?:only\s+)?${NAME}${ALIAS}\s+set\b`, 'gi'),
  new RegExp(String.raw`\bdelete\s+from\s+(?:only\s+)?${NAME}`, 'gi'),
  new RegExp(String.raw`\bmerge\s+into\s+(?:only\s+)?${NAME}`, 'gi'),
];
const CALL = new RegExp(String.raw`${NAME}\s*\(`, 'gi');

/** What is between quotes or in a comment says nothing of what a statement does. */
export function withoutLiterals(sql: string): string {
  return sql
    .replaceAll(/\$([a-z_]*)\$[\s\S]*?\$\1\$/gi, "''")
    .replaceAll(/'(?:[^']|'')*'/g, "''")
    .replaceAll(/--[^\n]*/g, ' ')
    .replaceAll(/\/\*[\s\S]*?\*\//g, ' ');
}

function plain(name: string): string {
  const bare = name.replaceAll(/["\s]/g, '').toLowerCase();
  return bare.startsWith(DEFAULT_SCHEMA) ? bare.slice(DEFAULT_SCHEMA.length) : bare;
}

/**
 * What a statement changes: its tables, and the functions it calls that write, as `name()`. `writers` are the
 * names of such functions, with their schema unless that is `public`.
 */
export function changedBy(sql: string, writers: ReadonlySet<string>): string[] {
  const text = withoutLiterals(sql);
  const found = new Set<string>();
  for (const pattern of WRITES) {
    for (const [, name] of text.matchAll(pattern)) if (name) found.add(plain(name));
  }
  for (const [, name] of text.matchAll(CALL)) {
    if (name && writers.has(plain(name))) found.add(`${plain(name)}()`);
  }
  return [...found].sort();
}

/** `a, b` and `a,b` would be two points; this is the one spelling. */
export function commitLabel(changed: Iterable<string>): string {
  return `commit {${[...changed].sort().join(', ')}}`;
}
