import { isLoopback } from '../../core/loopback.js';
import type { SessionBody } from './wave.types.js';

export interface WaveProblem {
  readonly code: string;
  readonly message: string;
  readonly details: readonly { readonly loc: string[]; readonly msg: string; type: string }[];
}

type Detail = WaveProblem['details'][number];
type Fields = Readonly<Record<string, unknown>>;
export type Read = { body: SessionBody; problem?: undefined } | { problem: WaveProblem };

interface Rule {
  readonly required: boolean;
  readonly form: (value: string) => boolean;
  readonly msg: string;
}

export function problem(
  code: string,
  message: string,
  details: readonly Detail[] = [],
): WaveProblem {
  return { code, message, details };
}

/** A field that Wave does not take as it is. */
export function invalid(field: string, msg: string, type = 'value_error'): WaveProblem {
  return problem('request-validation-error', 'Request invalid', [{ loc: [field], msg, type }]);
}

/** The body of a new session: the documented fields and no others. */
export function readSession(bytes: Buffer, contentType: string, currency: string): Read {
  if (!/^application\/json\b/i.test(contentType)) {
    return { problem: problem('request-not-json', 'The request body must be JSON') };
  }
  const fields = parseObject(bytes);
  if (!fields) {
    return { problem: problem('request-parsing-error', 'The request body could not be parsed') };
  }
  const rules = rulesFor(currency);
  const details = [
    ...Object.keys(fields)
      .filter((name) => !Object.hasOwn(rules, name))
      .map((name) => detail(name, 'extra fields not permitted', 'value_error.extra')),
    ...Object.entries(rules).flatMap(([name, rule]) => breach(name, rule, fields[name])),
  ];
  if (details.length > 0) {
    return { problem: problem('request-validation-error', 'Request invalid', details) };
  }
  const text = (name: string): string | null => (fields[name] as string | undefined) ?? null;
  return {
    body: {
      amount: text('amount') ?? '',
      currency: text('currency') ?? '',
      success_url: text('success_url') ?? '',
      error_url: text('error_url') ?? '',
      client_reference: text('client_reference'),
      restrict_payer_mobile: text('restrict_payer_mobile'),
      aggregated_merchant_id: text('aggregated_merchant_id'),
    },
  };
}

function rulesFor(currency: string): Readonly<Record<string, Rule>> {
  const url = { required: true, form: isReturnUrl, msg: 'URL scheme not permitted, use https' };
  return {
    amount: {
      required: true,
      form: (value) => /^[1-9]\d{0,14}$/.test(value),
      msg: 'must be a positive amount without decimals and leading zeros',
    },
    currency: {
      required: true,
      form: (value) => value === currency,
      msg: `this wallet's currency is ${currency}`,
    },
    success_url: url,
    error_url: url,
    client_reference: {
      required: false,
      form: (value) => value.length >= 1 && value.length <= 255,
      msg: 'must have at most 255 characters',
    },
    restrict_payer_mobile: {
      required: false,
      form: (value) => /^\+[1-9]\d{7,14}$/.test(value),
      msg: 'must be in E.164 format',
    },
    aggregated_merchant_id: {
      required: false,
      form: (value) => value.startsWith('am-'),
      msg: 'is no aggregated merchant',
    },
  };
}

function breach(name: string, rule: Rule, value: unknown): Detail[] {
  if (value === undefined || value === null) {
    return rule.required ? [detail(name, 'field required', 'value_error.missing')] : [];
  }
  if (typeof value !== 'string') return [detail(name, 'str type expected', 'type_error.str')];
  return rule.form(value) ? [] : [detail(name, rule.msg, 'value_error')];
}

function detail(name: string, msg: string, type: string): Detail {
  return { loc: [name], msg, type };
}

/** https, as Wave wants it; besides, plain addresses on this machine, where shops are being built. */
function isReturnUrl(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const { protocol, hostname } = new URL(value);
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname));
}

function parseObject(bytes: Buffer): Fields | null {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Fields)
      : null;
  } catch {
    return null;
  }
}
