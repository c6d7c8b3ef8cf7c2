import { maskPhone } from '../../common/index.js';

const MAX_DEPTH = 6;
const REDACTED = '[redacted]';
const SECRET_KEY =
  /authorization|cookie|secret|token|passw|credential|signature|api[-_]?key|private[-_]?key|^(pin|otp)$/i;
const PHONE_KEY = /phone|msisdn|accountnumber|mobile_?number/i;

const URL_LOGIN = /:\/\/[^\s/@]+@/g;
const BEARER = /\b(Bearer|Basic)\s+[\w.~+/=-]+/gi;
const JWT = /\beyJ[\w-]+\.[\w-]+\.[\w-]*/g;
const EMAIL = /([\w.+-])[\w.+-]*@([\w-]+(?:\.[\w-]+)+)/g;
/** 9 to 15 digits on their own: not inside a reference, a uuid, a decimal or an address. */
const PHONE = /(?<![\w.-])\+?(\d{9,15})(?![\w-]|\.\d)/g;
/** Written with gaps: `+255 653 294 241`, `0653-294-241`. */
const SPACED_PHONE = /(?<![\w.-])(?:\+\d{1,3}|0\d{2,3})(?:[ ()-]{1,2}\d{2,4}){2,4}(?![\w-])/g;

/** Hides phone numbers, e-mail addresses, tokens and log-ins in URLs, wherever they stand in `text`. */
export function maskText(text: string): string {
  return text
    .replaceAll(URL_LOGIN, '://***@')
    .replaceAll(BEARER, `$1 ${REDACTED}`)
    .replaceAll(JWT, REDACTED)
    .replaceAll(EMAIL, '$1***@$2')
    .replaceAll(PHONE, (_, digits: string) => maskPhone(digits))
    .replaceAll(SPACED_PHONE, (phone) => maskPhone(phone.replaceAll(/\D/g, '')));
}

/** A copy that is safe to log: secrets by the name of their field, personal data by its look. */
export function maskValue(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return maskText(value);
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'function' || typeof value === 'symbol') return `[${typeof value}]`;
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Error) return describeError(value, depth);
  if (value instanceof Date) return value;
  if (depth >= MAX_DEPTH) return '[deeper]';
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (Array.isArray(value)) return value.slice(0, 50).map((item) => maskValue(item, depth + 1));
  const entries = Object.entries(value).map(([key, inner]) => [key, maskField(key, inner, depth)]);
  return Object.fromEntries(entries);
}

function maskField(key: string, value: unknown, depth: number): unknown {
  if (value === null || value === undefined) return value;
  if (SECRET_KEY.test(key)) return REDACTED;
  if (PHONE_KEY.test(key) && (typeof value === 'string' || typeof value === 'number')) {
    return maskPhone(String(value));
  }
  return maskValue(value, depth + 1);
}

/** Not the whole error: drivers hang SQL parameters, requests and answers on theirs. */
function describeError(error: Error, depth: number): Record<string, unknown> {
  const { code, constraint, cause } = error as Error & { code?: unknown; constraint?: unknown };
  return {
    type: error.name,
    message: maskText(error.message),
    ...(typeof code === 'string' ? { code } : {}),
    ...(typeof constraint === 'string' ? { constraint } : {}),
    ...(error.stack === undefined ? {} : { stack: maskText(error.stack) }),
    ...(cause === undefined || depth >= MAX_DEPTH ? {} : { cause: maskValue(cause, depth + 1) }),
  };
}
