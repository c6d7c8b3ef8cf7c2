import type { RefundOrder, SessionOrder } from './stripe.types.js';

export interface StripeProblem {
  readonly type: 'invalid_request_error' | 'idempotency_error' | 'api_error';
  readonly code?: string;
  readonly message: string;
  readonly param?: string;
}

type Read<T> = { value: T; problem?: undefined } | { problem: StripeProblem };
type Form = ReadonlyMap<string, string>;

const SESSION_FIELDS: readonly RegExp[] = [
  /^(mode|success_url|cancel_url|client_reference_id|customer_email|expires_at)$/,
  /^line_items\[0\]\[quantity\]$/,
  /^line_items\[0\]\[price_data\]\[(currency|unit_amount|product_data\]\[(name|description))\]$/,
  /^(metadata|payment_intent_data\[metadata\])\[[^[\]]{1,40}\]$/,
  /^payment_intent_data\[(description|statement_descriptor|receipt_email)\]$/,
  /^payment_method_types\[\d{1,2}\]$/,
  /^adaptive_pricing\[enabled\]$/,
];
const REFUND_FIELDS: readonly RegExp[] = [
  /^(payment_intent|amount|reason)$/,
  /^metadata\[[^[\]]{1,40}\]$/,
];
/** The most that Stripe takes of most currencies. */
const AMOUNT = /^[1-9]\d{0,7}$/;

export function problem(message: string, param?: string, code?: string): StripeProblem {
  return {
    type: 'invalid_request_error',
    ...(code !== undefined && { code }),
    message,
    ...(param !== undefined && { param }),
  };
}

/** Form of a new session; a field that Stripe does not know is refused. */
export function readSession(bytes: Buffer, contentType: string): Read<SessionOrder> {
  const form = readForm(bytes, contentType, SESSION_FIELDS);
  if (!isForm(form)) return { problem: form };
  const text = (name: string): string => form.get(name) ?? '';
  const price = 'line_items[0][price_data]';
  const currency = text(`${price}[currency]`);
  const amount = text(`${price}[unit_amount]`);
  const product = text(`${price}[product_data][name]`);
  const wrong = firstOf([
    [text('mode') === 'payment', 'Invalid mode', 'mode'],
    [text('line_items[0][quantity]') === '1', 'Invalid integer', 'line_items[0][quantity]'],
    [/^[a-z]{3}$/.test(currency), `Invalid currency: ${currency}`, `${price}[currency]`],
    [/^\d+$/.test(amount), `Invalid integer: ${amount}`, `${price}[unit_amount]`],
    [product !== '' && product.length <= 250, 'Invalid name', `${price}[product_data][name]`],
    [isUrl(text('success_url')), 'Not a valid URL', 'success_url', 'url_invalid'],
    [
      text('cancel_url') === '' || isUrl(text('cancel_url')),
      'Not a valid URL',
      'cancel_url',
      'url_invalid',
    ],
    [text('client_reference_id').length <= 200, 'Too long', 'client_reference_id'],
    [text('adaptive_pricing[enabled]') !== 'yes', 'Invalid boolean', 'adaptive_pricing[enabled]'],
    [[...form.values()].every((value) => value.length <= 5_000), 'Too long'],
    [
      amount !== '0',
      'The amount is below the minimum',
      `${price}[unit_amount]`,
      'amount_too_small',
    ],
    [
      AMOUNT.test(amount),
      'Amount must be no more than 8 digits',
      `${price}[unit_amount]`,
      'amount_too_large',
    ],
    [decimalsFit(amount, currency), 'Invalid decimals', `${price}[unit_amount]`],
  ]);
  if (wrong) return { problem: wrong };
  return {
    value: {
      amount: BigInt(amount),
      currency,
      product,
      clientReference: form.get('client_reference_id') ?? null,
      customerEmail: form.get('customer_email') ?? null,
      metadata: under(form, 'metadata'),
      intentMetadata: under(form, 'payment_intent_data[metadata]'),
      successUrl: text('success_url'),
      cancelUrl: form.get('cancel_url') ?? null,
      methods: Object.values(under(form, 'payment_method_types')),
    },
  };
}

export function readRefund(bytes: Buffer, contentType: string): Read<RefundOrder> {
  const form = readForm(bytes, contentType, REFUND_FIELDS);
  if (!isForm(form)) return { problem: form };
  const amount = form.get('amount') ?? null;
  const reason = form.get('reason') ?? null;
  const reasons = ['duplicate', 'fraudulent', 'requested_by_customer', null];
  const wrong = firstOf([
    [form.has('payment_intent'), 'One of payment_intent or charge is required'],
    [amount === null || AMOUNT.test(amount), 'Invalid integer', 'amount'],
    [reasons.includes(reason), 'Invalid reason', 'reason'],
  ]);
  if (wrong) return { problem: wrong };
  return {
    value: {
      intent: form.get('payment_intent') ?? '',
      amount: amount === null ? null : BigInt(amount),
      reason,
      metadata: under(form, 'metadata'),
    },
  };
}

type Rule = [passes: boolean, message: string, param?: string, code?: string];

function firstOf(rules: readonly Rule[]): StripeProblem | null {
  const [broken] = rules.filter(([passes]) => !passes);
  if (!broken) return null;
  const [, message, param, code] = broken;
  return problem(message, param, code);
}

function readForm(
  bytes: Buffer,
  contentType: string,
  known: readonly RegExp[],
): Form | StripeProblem {
  if (bytes.length > 0 && !/^application\/x-www-form-urlencoded\b/i.test(contentType)) {
    return problem('The request body must be form encoded');
  }
  const form = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(bytes.toString('utf8'))) {
    if (!known.some((field) => field.test(name))) {
      return problem(`Received unknown parameter: ${name}`, name, 'parameter_unknown');
    }
    form.set(name, value);
  }
  return form;
}

function isForm(read: Form | StripeProblem): read is Form {
  return read instanceof Map;
}

function under(form: Form, name: string): Record<string, string> {
  const inside = [...form].filter(([key]) => key.startsWith(`${name}[`));
  return Object.fromEntries(inside.map(([key, value]) => [key.slice(name.length + 1, -1), value]));
}

function isUrl(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}

const ZERO_DECIMAL = 'bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf'.split(' ');
const THREE_DECIMAL = 'bhd jod kwd omr tnd'.split(' ');
const PADDED = 'isk ugx'.split(' ');

function decimalsFit(amount: string, currency: string): boolean {
  if (PADDED.includes(currency)) return amount.endsWith('00');
  return THREE_DECIMAL.includes(currency) ? amount.endsWith('0') : true;
}

/** Decimals of the wire's minor units. */
export function decimalsOf(currency: string): number {
  if (ZERO_DECIMAL.includes(currency)) return 0;
  return THREE_DECIMAL.includes(currency) ? 3 : 2;
}
