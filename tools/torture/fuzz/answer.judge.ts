import { POLLUTION } from './body.twists.js';
import { isRecord } from './value.maker.js';

/** What is judged of a request besides its answer. */
export interface Asked {
  method: string;
  path: string;
  /** Documented to answer people with a page, also when it refuses. */
  page: boolean;
  /** Whether the request itself carries the word that must not turn up elsewhere. */
  carriesPollution: boolean;
  /** Why a success would be wrong. */
  mustRefuse: string | null;
}

export interface Answered {
  status: number;
  contentType: string;
  text: string;
}

const ENVELOPE = /^\/api\/payments(?:[/?#]|$)/;
const NOTIFICATION = /^\/api\/v1\/webhook-events\/[^/?#]+(?:\/replay)?\/?(?:[?#]|$)/;
const CODE = /^[a-z][a-z0-9_]*$/;
const REVEALING: Readonly<Record<string, RegExp>> = {
  'a stack': /\bat (?:\S+ \()?(?:file:|node:|\/)[^\s"]+:\d+:\d+|node_modules\//,
  SQL: /\b(?:SELECT\b.{1,200}\bFROM|INSERT INTO|UPDATE \w+ SET|DELETE FROM)\b/,
  'the database’s words':
    /\b(?:QueryFailedError|violates \w+(?: \w+)? constraint|syntax error at or near|duplicate key value|invalid input syntax|pg_catalog|null value in column)/,
  'a folder of ours': /\/dist\/src\/|\/src\/\w+\/[\w.-]+\.ts/,
  'the runtime’s words':
    /TypeError|RangeError|ReferenceError|Cannot read propert|is not a function|Maximum call stack|Unexpected token/,
};

/** Everything that is wrong with an answer, as stable words: the same fault has the same words. */
export function judge(asked: Asked, { status, contentType, text }: Answered): string[] {
  const problems: string[] = [];
  if (status >= 500) problems.push(`answered ${status}`);
  if (status < 200 || (status >= 300 && status < 400 && status !== 304)) {
    problems.push(`answered ${status}, which nobody documents`);
  }
  if (status >= 200 && status < 300 && asked.mustRefuse !== null) {
    problems.push(`accepted what must be refused: ${asked.mustRefuse}`);
  }
  if (!asked.carriesPollution && withoutNotification(asked.path, text).includes(POLLUTION)) {
    problems.push('shows what another request tried to put into every object');
  }
  if (status >= 400 && asked.method !== 'HEAD') {
    const html = asked.page && contentType.startsWith('text/html');
    if (!html) problems.push(...shapeProblems(asked.path, status, contentType, text));
    for (const [what, words] of Object.entries(REVEALING)) {
      if (words.test(text)) problems.push(`the error shows ${what}`);
    }
  }
  return problems;
}

/** People are shown a stored notification as it was sent, to the letter: its text is no property of the answer. */
function withoutNotification(path: string, text: string): string {
  if (!NOTIFICATION.test(path)) return text;
  try {
    const answer: unknown = JSON.parse(text);
    return isRecord(answer) ? JSON.stringify({ ...answer, body: null }) : text;
  } catch {
    return text;
  }
}

/** The documented shape: 004's envelope under /api/payments/, 002's everywhere else. */
function shapeProblems(path: string, status: number, contentType: string, text: string): string[] {
  if (!contentType.startsWith('application/json')) return [`${status} is no JSON`];
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return [`${status} is no JSON`];
  }
  if (!isRecord(body)) return [`${status} is no object`];
  const problems: string[] = [];
  const wrong = (what: string): number => problems.push(`${status}: ${what}`);
  if (ENVELOPE.test(path)) {
    if (body['status'] !== 'error') wrong('its status is not "error"');
    if (!isText(body['message'])) wrong('no message');
    if (body['details'] !== undefined && typeof body['details'] !== 'string') {
      wrong('its details are no text');
    }
  } else if (!isText(body['error'])) wrong('no error in words');
  if (!isText(body['code']) || !CODE.test(body['code'])) wrong('no code');
  if (!isText(body['request_id'])) wrong('no request_id');
  const { errors } = body;
  if (errors !== undefined && !namesFields(errors))
    wrong('its errors are no lists of texts by field');
  if (status === 400 && body['code'] === 'validation_failed' && !namesFields(errors)) {
    wrong('it does not name the field');
  }
  return problems;
}

function namesFields(errors: unknown): boolean {
  if (!isRecord(errors)) return false;
  const lists = Object.values(errors);
  return (
    lists.length > 0 &&
    lists.every((list) => Array.isArray(list) && list.length > 0 && list.every(isText))
  );
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
