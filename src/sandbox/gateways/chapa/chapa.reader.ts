import type { Order } from './chapa.types.js';

type Fields = Readonly<Record<string, unknown>>;
/** Chapa's refusal: a sentence, or rules per field. */
export type Problem = string | Record<string, string[]>;
export type Read<T> = { value: T; problem?: undefined } | { problem: Problem };

const AMOUNT = /^(\d{1,12})(?:\.(\d{1,2}))?$/;
const CURRENCIES = ['ETB', 'USD'];
const PHONE = /^0[79]\d{8}$/;
const TITLE_MAX = 16;
const DESCRIPTION = /^[A-Za-z0-9 _.-]{0,50}$/;
const RESERVED_DOMAIN = /\.(local|localhost|test|example|invalid)$/i;

/** Body of initialize; unknown fields are ignored. */
export function readOrder(bytes: Buffer): Read<Order> {
  const fields = parseObject(bytes);
  if (!fields) return { problem: 'Incorrect header settings or an unreadable JSON body' };
  const errors: Record<string, string[]> = {};
  const text = (name: string): string | null => textOf(fields, name, errors);
  const amountMinor = amountOf(fields['amount']);
  const currency = text('currency');
  const txRef = text('tx_ref');
  const customization = objectOf(fields, 'customization', errors);
  const order = {
    amountMinor: amountMinor ?? 0n,
    currency: currency?.toUpperCase() ?? '',
    txRef: txRef ?? '',
    email: text('email'),
    firstName: text('first_name'),
    lastName: text('last_name'),
    phoneNumber: text('phone_number'),
    callbackUrl: text('callback_url'),
    returnUrl: text('return_url'),
    title: textOf(customization, 'title', errors),
    description: textOf(customization, 'description', errors),
    meta: fields['meta'] ?? null,
  };
  const check = (passes: boolean, name: string, rule: string): void => {
    if (!passes) errors[name] ??= [`validation.${rule}`];
  };
  check(fields['amount'] !== undefined, 'amount', 'required');
  check(amountMinor !== null && amountMinor > 0n, 'amount', 'numeric');
  check(currency !== null, 'currency', 'required');
  check(txRef !== null, 'tx_ref', 'required');
  check(/^[A-Za-z0-9_-]{1,100}$/.test(order.txRef), 'tx_ref', 'alpha_dash');
  checkOptions(order, check);
  check(!Array.isArray(fields['subaccounts']), 'subaccounts', 'array');
  if (Object.keys(errors).length > 0) return { problem: errors };
  if (!CURRENCIES.includes(order.currency)) return { problem: 'invalid currency' };
  return { value: order };
}

function checkOptions(
  { email, phoneNumber, callbackUrl, returnUrl, title, description }: Order,
  check: (passes: boolean, name: string, rule: string) => void,
): void {
  const isEmail = (text: string): boolean =>
    /^[^\s@]+@[^\s@]+\.[^\s@.]{2,}$/.test(text) && !RESERVED_DOMAIN.test(text);
  const isUrl = (text: string | null): boolean => text === null || URL.canParse(text);
  check(email === null || isEmail(email), 'email', 'email');
  check(phoneNumber === null || PHONE.test(phoneNumber), 'phone_number', 'phone');
  check(isUrl(callbackUrl), 'callback_url', 'url');
  check(isUrl(returnUrl), 'return_url', 'url');
  check((title?.length ?? 0) <= TITLE_MAX, 'customization.title', 'max.string');
  check(DESCRIPTION.test(description ?? ''), 'customization.description', 'regex');
}

export interface RefundOrder {
  /** Hundredths; null: all of it. */
  readonly amountMinor: bigint | null;
  readonly reason: string;
  readonly reference: string | null;
}

/** The form of a refund. */
export function readRefundOrder(bytes: Buffer): Read<RefundOrder> {
  const form = new URLSearchParams(bytes.toString('utf8'));
  const amount = form.get('amount');
  const amountMinor = amount === null ? null : amountOf(amount);
  if (amount !== null && (amountMinor === null || amountMinor === 0n)) {
    return { problem: { amount: ['validation.numeric'] } };
  }
  return {
    value: { amountMinor, reason: form.get('reason') ?? '', reference: form.get('reference') },
  };
}

/** A decimal in major units, as text or number. */
function amountOf(value: unknown): bigint | null {
  const text = typeof value === 'number' ? String(value) : value;
  const [, whole, fraction = ''] = typeof text === 'string' ? (AMOUNT.exec(text) ?? []) : [];
  return whole === undefined ? null : BigInt(whole) * 100n + BigInt(fraction.padEnd(2, '0'));
}

function textOf(fields: Fields, name: string, errors: Record<string, string[]>): string | null {
  const value = fields[name] ?? null;
  if (value === null || value === '') return null;
  if (typeof value === 'string') return value;
  errors[name] = ['validation.string'];
  return null;
}

function objectOf(fields: Fields, name: string, errors: Record<string, string[]>): Fields {
  const value = fields[name] ?? {};
  if (isObject(value)) return value;
  errors[name] = ['validation.array'];
  return {};
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
