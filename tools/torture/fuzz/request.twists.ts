import { gzipSync } from 'node:zlib';
import type { SeededRandom } from '../desk/seeded.random.js';
import { note, POLLUTION } from './body.twists.js';
import { type Draft, jsonOf } from './draft.js';

type Twist = (draft: Draft, random: SeededRandom) => void;

const ODD_IDS = [
  '0',
  '-1',
  '1.5',
  '1e3',
  '2147483648',
  '9223372036854775807',
  '9223372036854775808',
  '99999999999999999999999',
  '00000000-0000-4000-8000-000000000000',
  'F367DDF9-F2FF-4DE2-B929-0E0942ACE93B',
  'f367ddf9f2ff4de2b9290e0942ace93b',
  '%00',
  '%2e%2e',
  '..%2f..%2fetc',
  '%F0%9F%92%A9',
  '%zz',
  '%',
  '1%3B--',
  '__proto__',
  'constructor',
  'null',
  'undefined',
  'NaN',
  '%20',
  '1%20',
  'x'.repeat(90),
  'x'.repeat(3_000),
];

/** One of the path's ids becomes something odd. The route's template says where ids stand. */
const oddId: Twist = (draft, random) => {
  const parts = draft.route.path.split('/');
  const at = parts.findIndex((part) => part.startsWith('{'));
  if (at < 0) return;
  const id = random.pick(ODD_IDS);
  const path = draft.path.split('/');
  path[at] = id;
  draft.path = path.join('/');
  note(draft, `id ${id.slice(0, 40)}`);
};

const oddPath: Twist = (draft, random) => {
  const kind = random.int(5);
  if (kind === 0) draft.path = draft.path.replace(/\/$/, '');
  else if (kind === 1) draft.path = draft.path.replaceAll('/', '//');
  else if (kind === 2) draft.path = draft.path.toUpperCase();
  else if (kind === 3) draft.path = `${draft.path}..;/x`;
  else
    draft.method = random.pick([
      'GET',
      'PUT',
      'PATCH',
      'DELETE',
      'POST',
      'OPTIONS',
      'HEAD',
      'TRACE',
    ]);
  note(draft, `path or method: ${draft.method} ${draft.path.slice(0, 60)}`);
};

const QUERY_VALUES = [
  '0',
  '-1',
  '1.5',
  '1e3',
  '101',
  '99999999999999999999',
  'NaN',
  '',
  '%00',
  '%zz',
  'x'.repeat(2_000),
  '%F0%9F%92%A9',
  '2026-13-45',
  '99999-01-01T00:00:00Z',
  '275760-09-13T00:00:00.001Z',
  '0000-00-00',
  '2026-01-01',
  '1%27%20OR%201',
  'null',
  'true',
  '[]',
  '%7B%22id%22%3A1%7D',
  'created_at',
  '-id',
  'id%2Cpassword',
  '-__proto__',
  'eyJpZCI6MX0',
  'eyJpZCI6Ii0xIiwiYXQiOiJ4In0',
  'W10',
  'bnVsbA',
  '____',
  'completed',
  'COMPLETED',
  'TZS',
  'zz',
  'csv',
  'pdf',
  'html',
];
const QUERY_NAMES = [
  'page',
  'page_size',
  'ordering',
  'cursor',
  'created_after',
  'created_before',
  'status',
  'id',
  'account_id',
  '__proto__',
  '__proto__[details]',
  'constructor[prototype][details]',
  'a.b',
  'x%00',
];

const oddQuery: Twist = (draft, random) => {
  const own = draft.route.parameters.filter((one) => one.in === 'query').map(({ name }) => name);
  const names = own.length > 0 && random.chance(0.8) ? own : QUERY_NAMES;
  for (let left = 1 + random.int(3); left > 0; left -= 1) {
    const name = random.pick(names);
    const value = name.startsWith('__') ? POLLUTION : random.pick(QUERY_VALUES);
    draft.query.push([random.chance(0.1) ? `${name}[]` : name, value]);
    if (random.chance(0.1)) draft.query.push([name, value]);
  }
  note(draft, 'odd query');
};

const HEADER_VALUES: Record<string, readonly string[]> = {
  'idempotency-key': [
    '',
    ' ',
    'x'.repeat(256),
    'k\u00e9y',
    '"unclosed',
    '"a\\"b"',
    'a,b',
    '0',
    '\t',
    'same-key',
  ],
  authorization: [
    'Bearer',
    'Bearer ',
    'Bearer x',
    'Basic YTpi',
    'Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiI4In0.',
    `Bearer ${'a'.repeat(6_000)}`,
    'bearer null',
    'Bearer a.b.c',
    'Digest x=1',
  ],
  accept: ['application/xml', '*/*;q=nonsense', 'x'.repeat(3_000), 'text/csv', ''],
  'x-request-id': ['x'.repeat(500), "'; --", '\u00ff', '', '{"a":1}'],
  'x-forwarded-for': ['1.2.3.4', 'nonsense', `${'1.1.1.1,'.repeat(200)}1`],
  'x-forwarded-host': ['evil.test'],
  'accept-language': ['xx-YY;q=9', 'sw'],
  'if-none-match': ['*', 'x'],
  range: ['bytes=0-', 'bytes=9-1', 'x'],
  'content-encoding': ['gzip', 'br', 'nonsense'],
  cookie: ['a=b; __proto__=1', 'x'.repeat(4_000)],
  prefer: ['return=minimal'],
  'x-http-method-override': ['DELETE'],
  'content-type': [
    'text/plain',
    'application/xml',
    'application/json; charset=utf-16',
    'application/jsonx',
    'json',
    'application/x-www-form-urlencoded',
    'multipart/form-data',
    'multipart/form-data; boundary=',
    '',
  ],
};

const oddHeader: Twist = (draft, random) => {
  const name = random.pick(Object.keys(HEADER_VALUES));
  draft.headers[name] = random.pick(HEADER_VALUES[name] ?? ['']);
  note(draft, `header ${name}: ${draft.headers[name].slice(0, 40)}`);
};

/** The body as a whole becomes something else. */
const oddBody: Twist = (draft, random) => {
  const json = draft.body.kind === 'json' ? jsonOf(draft.body.value) : '{"a":1}';
  const raw = (bytes: Buffer | string, type: string | null, what: string): void => {
    draft.body = { kind: 'raw', bytes: Buffer.from(bytes as string), type };
    note(draft, what);
  };
  const type = 'application/json';
  const broken = (bytes: Buffer | string, what: string): void => {
    raw(bytes, type, what);
    const { body } = draft;
    if (draft.route.bodyType === type) {
      draft.faults.push({ why: what, stands: () => draft.body === body });
    }
  };
  const kinds: (() => void)[] = [
    () => broken(json.slice(0, -1 - random.int(Math.max(1, json.length - 2))), 'broken JSON'),
    () => broken(`${json}}`, 'JSON with a tail'),
    () => broken(`{"a":1,}`, 'JSON with a comma too many'),
    () => broken(Buffer.from([0x7b, 0xff, 0xfe, 0x00]), 'bytes that are no text'),
    () => broken('['.repeat(100_000), 'JSON that never closes'),
    () => raw(`\ufeff${json}`, type, 'JSON after a byte order mark'),
    () => raw('', type, 'empty body'),
    () =>
      raw(random.pick(['null', '[]', '1', '"text"', 'true', `[${json}]`]), type, 'no JSON object'),
    () => raw(json.replace('{', '{"amount":"1.00","amount":"2.00",'), type, 'a key twice'),
    () => raw(`{"a":"${'x'.repeat(2_500_000)}"}`, type, 'oversized body'),
    () => raw(`{${'"a":1,'.repeat(20_000)}"b":2}`, type, 'a key 20,000 times'),
    () => raw(gzipSync(json), type, 'gzip that does not say so'),
    () => raw(json, 'text/plain', 'JSON as text'),
    () => raw('amount=1.00&status=completed', 'application/x-www-form-urlencoded', 'a form'),
    () => raw(json, null, 'no content type'),
  ];
  random.pick(kinds)();
};

const KEYS = ['fuzz-key-1', 'fuzz-key-2', 'fuzz-key-3'];
/** A key that other requests use too, with other bodies. */
const sharedKey: Twist = (draft, random) => {
  draft.headers['idempotency-key'] = random.pick(KEYS);
  note(draft, 'shared Idempotency-Key');
};

/** Twists of everything but the fields of a JSON body. */
export const REQUEST_TWISTS: readonly Twist[] = [
  oddId,
  oddId,
  oddPath,
  oddQuery,
  oddQuery,
  oddHeader,
  oddBody,
  sharedKey,
];
