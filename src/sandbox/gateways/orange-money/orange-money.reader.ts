import type { OrderBody } from './orange-money.types.js';

/** A refusal as Orange writes it. */
export interface OrangeProblem {
  readonly http: number;
  readonly code: number;
  readonly message: string;
  readonly description: string;
}

export type Fields = Readonly<Record<string, unknown>>;

const MAX_URL = 120;
const MAX_TEXT = 30;

export function problem(
  http: number,
  code: number,
  message: string,
  description: string,
): OrangeProblem {
  return { http, code, message, description };
}

/** Null for what is no JSON object. */
export function readFields(bytes: Buffer): Fields | null {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Fields)
      : null;
  } catch {
    return null;
  }
}

const isText = (value: unknown, max: number): value is string =>
  typeof value === 'string' && value.length <= max;
const isUrl = (value: unknown): value is string =>
  isText(value, MAX_URL) && URL.canParse(value) && /^https?:$/.test(new URL(value).protocol);

const RULES: Readonly<Record<string, { required: boolean; fits: (value: unknown) => boolean }>> = {
  merchant_key: { required: true, fits: (value) => isText(value, 255) },
  currency: { required: true, fits: (value) => isText(value, 3) },
  order_id: { required: true, fits: (value) => isText(value, MAX_TEXT) },
  amount: { required: true, fits: (value) => Number.isSafeInteger(value) && Number(value) > 0 },
  return_url: { required: true, fits: isUrl },
  cancel_url: { required: true, fits: isUrl },
  notif_url: { required: true, fits: isUrl },
  lang: { required: true, fits: (value) => value === 'fr' || value === 'en' },
  reference: { required: false, fits: (value) => isText(value, MAX_TEXT) },
};

/** The first field of an order that is missing or does not fit; null when it is fine. */
export function orderProblem(fields: Fields): OrangeProblem | null {
  for (const [name, { required, fits }] of Object.entries(RULES)) {
    const value = fields[name];
    if (value === undefined || value === null || value === '') {
      if (required) return missing('WebPaymentInfo', name);
    } else if (!fits(value)) {
      return problem(400, 24, 'Invalid body field', `WebPaymentInfo.${camel(name)} is invalid`);
    }
  }
  return null;
}

/** An order that `orderProblem` found fine. */
export function readOrder(fields: Fields): OrderBody {
  const text = (name: string): string => fields[name] as string;
  return {
    currency: text('currency'),
    order_id: text('order_id'),
    amount: fields['amount'] as number,
    return_url: text('return_url'),
    cancel_url: text('cancel_url'),
    notif_url: text('notif_url'),
    lang: fields['lang'] as 'fr' | 'en',
    reference: (fields['reference'] as string | undefined) || null,
  };
}

export interface Query {
  readonly order_id: string;
  readonly amount: number;
  readonly pay_token: string;
}

export function readQuery(fields: Fields): { query: Query } | { problem: OrangeProblem } {
  for (const name of ['order_id', 'amount', 'pay_token'] as const) {
    const value = fields[name];
    if (value === undefined || value === null || value === '') {
      return { problem: missing('GetTransactionStatusInfo', name) };
    }
  }
  return {
    query: {
      order_id: String(fields['order_id']),
      amount: Number(fields['amount']),
      pay_token: String(fields['pay_token']),
    },
  };
}

function missing(type: string, name: string): OrangeProblem {
  return problem(400, 23, 'Missing body field', `${type}.${camel(name)}`);
}

/** `order_id` is `OrderId` in Orange's messages. */
function camel(name: string): string {
  return name.replaceAll(/(?:^|_)([a-z])/g, (_all, letter: string) => letter.toUpperCase());
}
