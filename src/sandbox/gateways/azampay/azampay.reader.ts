import { randomBytes } from 'node:crypto';
import { type CheckoutBody, NETWORKS, type WireNetwork } from './azampay.types.js';

/** The 400 of AzamPay's (ASP.NET) API. */
export interface ProblemDetails {
  readonly errors: Readonly<Record<string, string[]>>;
  readonly type: string;
  readonly title: string;
  readonly status: 400;
  readonly traceId: string;
}

export type Read<Body> = { body: Body; problem?: undefined } | { problem: ProblemDetails };
type Errors = Record<string, string[]>;
type Fields = Readonly<Record<string, unknown>>;

const MAX_AMOUNT = 5_000_000;
const MAX_PROPERTIES_BYTES = 4096;
const REQUIRED = ['accountNumber', 'amount', 'currency', 'externalId', 'provider'] as const;

export function problemDetails(errors: Errors): ProblemDetails {
  return {
    errors,
    type: 'https://tools.ietf.org/html/rfc7231#section-6.5.1',
    title: 'One or more validation errors occurred.',
    status: 400,
    traceId: `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-00`,
  };
}

/** Body of the token call: three strings, all required, nothing else. */
export function readTokenRequest(
  bytes: Buffer,
): Read<{ appName: string; clientId: string; clientSecret: string }> {
  const fields = parseObject(bytes);
  if (!fields) return { problem: notJson() };
  const errors = strayFields(fields, ['appName', 'clientId', 'clientSecret']);
  const text = (name: string): string => {
    const value = fields[name];
    if (typeof value === 'string' && value !== '') return value;
    const key = name.charAt(0).toUpperCase() + name.slice(1);
    errors[key] = [`The ${key} field is required.`];
    return '';
  };
  const body = {
    appName: text('appName'),
    clientId: text('clientId'),
    clientSecret: text('clientSecret'),
  };
  return hasAny(errors) ? { problem: problemDetails(errors) } : { body };
}

/** Body of a mobile-money checkout; unknown fields are refused, for the documented body is closed. */
export function readCheckout(bytes: Buffer): Read<CheckoutBody> {
  const fields = parseObject(bytes);
  if (!fields) return { problem: notJson() };
  const network = fields['provider'];
  if (network !== undefined && network !== null && !isNetwork(network)) {
    // The conversion fails before anything else is looked at.
    return { problem: problemDetails({ provider: [conversionError(network)] }) };
  }
  const errors = strayFields(fields, [...REQUIRED, 'additionalProperties']);
  for (const name of REQUIRED) {
    if (fields[name] === undefined || fields[name] === null || fields[name] === '') {
      errors[name] = [`The ${name} field is required.`];
    }
  }
  checkText(errors, fields, 'accountNumber', /^\+?\d{9,15}$/, 'must be a phone number');
  checkText(errors, fields, 'currency', /^.{1,32}$/s, 'must have at most 32 characters');
  checkText(errors, fields, 'externalId', /^.{1,128}$/s, 'must have at most 128 characters');
  const amount = readAmount(fields['amount']);
  if (amount === null && !errors['amount']) {
    errors['amount'] = [`The field amount must be digits only, between 0 and ${MAX_AMOUNT}.`];
  }
  const properties = fields['additionalProperties'] ?? null;
  if (!fitsProperties(properties)) {
    errors['additionalProperties'] = [
      `The field additionalProperties must be an object of at most ${MAX_PROPERTIES_BYTES} bytes.`,
    ];
  }
  if (hasAny(errors) || amount === null) return { problem: problemDetails(errors) };
  return {
    body: {
      ...(fields as unknown as CheckoutBody),
      amount,
      additionalProperties: properties as CheckoutBody['additionalProperties'],
    },
  };
}

function parseObject(bytes: Buffer): Fields | null {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isNetwork(value: unknown): value is WireNetwork {
  return typeof value === 'string' && Object.hasOwn(NETWORKS, value);
}

/** A number or a string of digits: sources disagree, both seem accepted. */
function readAmount(value: unknown): number | null {
  const digits = typeof value === 'number' ? String(value) : value;
  if (typeof digits !== 'string' || !/^\d{1,10}$/.test(digits)) return null;
  return Number(digits) <= MAX_AMOUNT ? Number(digits) : null;
}

function fitsProperties(value: unknown): boolean {
  if (value === null) return true;
  return isObject(value) && Buffer.byteLength(JSON.stringify(value)) <= MAX_PROPERTIES_BYTES;
}

function checkText(errors: Errors, fields: Fields, name: string, form: RegExp, rule: string): void {
  const value = fields[name];
  if (errors[name] || (typeof value === 'string' && form.test(value))) return;
  errors[name] = [`The field ${name} ${rule}.`];
}

function strayFields(fields: Fields, known: readonly string[]): Errors {
  const stray = Object.keys(fields).filter((name) => !known.includes(name));
  return Object.fromEntries(
    stray.map((name) => [name, [`The ${name} field is not part of this request.`]]),
  );
}

function conversionError(value: unknown): string {
  return `Error converting value ${JSON.stringify(value)} to type 'PGvNext.Models.Common.Provider'. Path 'provider'.`;
}

function notJson(): ProblemDetails {
  return problemDetails({ '': ['A non-empty request body with a JSON object is required.'] });
}

function hasAny(errors: Errors): boolean {
  return Object.keys(errors).length > 0;
}
