import { DomainError, Money } from '../../common/index.js';
import { identifier, isRecord, printable } from '../http/wire.reader.js';
import type { AttemptState, InitiateRequest, RequestSummary } from '../port/provider.port.js';
import type { StatusResult } from '../port/provider.port.js';
import type { ChapaMode, ChapaSettings } from './chapa.config.js';
import {
  CHAPA_CURRENCIES,
  type ChapaCurrency,
  type ChapaInitializeRequest,
  type ChapaStatus,
} from './chapa.types.js';

/** Maxima that integrators ran into; Chapa's own sample title is longer. */
const TITLE = 'Payment';
const MAX_DESCRIPTION = 50;
const MAX_NAME = 50;

/** Only success pays; a word not listed here is undecided. */
const STATES = {
  success: 'paid',
  pending: 'pending',
  failed: 'failed',
  // The word does not tell the two apart, and the payer may try again on the same page.
  'failed/cancelled': 'failed',
  // Paid once, and not ours any more; our own refunds are followed by themselves.
  refunded: 'reversed',
  reversed: 'reversed',
} as const satisfies Record<ChapaStatus, AttemptState>;

export function stateOf(word: string): AttemptState {
  return lookUp(STATES, word, 'unknown');
}

/** What a table says of a word in any case; `otherwise` for one that is not in it. */
export function lookUp<T>(table: Readonly<Record<string, T>>, word: string, otherwise: T): T {
  const key = word.trim().toLowerCase();
  return Object.hasOwn(table, key) ? (table[key] ?? otherwise) : otherwise;
}

/**
 * The body of initialize. Only amount, currency and reference must be there, so what Chapa would refuse
 * of the rest is left out rather than let it stop a payment.
 * @throws DomainError `invalid` that names the field and the fix.
 */
export function toInitializeRequest(
  request: InitiateRequest,
  { maxAmount }: Pick<ChapaSettings, 'maxAmount'>,
): ChapaInitializeRequest {
  const { amount, customer, reference } = request;
  const email = sendableEmail(customer.email);
  const phone = localPhone(request.phone);
  const description = plainText(request.description, MAX_DESCRIPTION);
  return {
    amount: amountWithin(amount, maxAmount),
    currency: currencyOf(amount),
    tx_ref: reference,
    ...(email !== null && { email }),
    ...namesOf(customer.name),
    ...(phone !== null && { phone_number: phone }),
    ...(request.callbackUrl && { callback_url: request.callbackUrl }),
    ...(request.returnUrl && { return_url: request.returnUrl }),
    customization: { title: TITLE, ...(description !== '' && { description }) },
  };
}

function currencyOf({ currency }: Money): ChapaCurrency {
  const known = CHAPA_CURRENCIES.find((code) => code === currency.code);
  if (known) return known;
  const allowed = CHAPA_CURRENCIES.join(' and ');
  throw refusal('unsupported_currency', 'currency', `Chapa collects ${allowed} only`);
}

function amountWithin(amount: Money, maxAmount: number): string {
  const { exponent, code } = amount.currency;
  if (amount.minor <= BigInt(maxAmount) * 10n ** BigInt(exponent)) return amount.toString();
  const why = `Chapa collects at most ${maxAmount} ${code} at once (CHAPA_MAX_AMOUNT)`;
  throw refusal('amount_out_of_range', 'amount', why);
}

function refusal(code: string, field: string, why: string): DomainError {
  return new DomainError('invalid', code, `${field}: ${why}`, { errors: { [field]: [why] } });
}

/** Addresses under names that nobody can own are refused by Chapa; RFC 2606 and 6762 reserve these. */
const NOT_ON_THE_INTERNET = /\.(local|localhost|test|example|invalid)$/i;

function sendableEmail(email: string | null): string | null {
  const fits = email !== null && /^[^\s@]{1,64}@[^\s@]+\.[a-z]{2,}$/i.test(email);
  return fits && !NOT_ON_THE_INTERNET.test(email) ? email : null;
}

/** `0911234567` of an Ethiopian mobile number; null for any other, for Chapa takes no other form. */
function localPhone(phone: string | null): string | null {
  const [, national] = /^251([79]\d{8})$/.exec(phone ?? '') ?? [];
  return national === undefined ? null : `0${national}`;
}

function namesOf(name: string | null): Pick<ChapaInitializeRequest, 'first_name' | 'last_name'> {
  const [first, ...rest] = (printable(name) ?? '').split(/\s+/);
  const last = rest.join(' ').slice(0, MAX_NAME);
  return {
    ...(first && { first_name: first.slice(0, MAX_NAME) }),
    ...(last && { last_name: last }),
  };
}

/** Letters, digits, space, hyphen, underscore and dot: others are refused in a customization. */
export function plainText(text: string, max: number): string {
  const plain = text.normalize('NFKD').replaceAll(/\p{M}/gu, '');
  const spaced = plain.replaceAll(/[^A-Za-z0-9 _.-]+/g, ' ').replaceAll(/ {2,}/g, ' ');
  return spaced.trim().slice(0, max).trimEnd();
}

/** What is stored and shown of the request. */
export function toSummary(wire: ChapaInitializeRequest): RequestSummary {
  const { amount, currency, phone_number, customization } = wire;
  const { description = null } = customization;
  return { amount, currency, phone_number: phone_number ?? null, description };
}

/** What Chapa says in words: a sentence, or rules per field. Null where it says nothing. */
export function messageOf(json: unknown): string | null {
  const message = isRecord(json) ? json.message : null;
  if (!isRecord(message)) return printable(message);
  const [field, rules] = Object.entries(message)[0] ?? [];
  const rule: unknown = Array.isArray(rules) ? rules[0] : rules;
  return field === undefined ? null : printable(`${field}: ${printable(rule) ?? 'invalid'}`);
}

/** Chapa has no error codes, only sentences; what they do not plainly say stays `declined`. */
export function failureCode(message: string): string {
  return /\b(insufficient|not enough|low)\b.*\b(funds?|balance|money)\b/i.test(message)
    ? 'insufficient_funds'
    : 'declined';
}

const FAILURES = {
  failed: 'The payment failed or was cancelled',
  cancelled: 'The payment was cancelled',
  expired: 'The payment page expired',
  pending: null,
  paid: null,
  reversed: null,
  not_found: null,
  unknown: null,
} as const satisfies Record<AttemptState, string | null>;

/** Why an attempt did not lead to money; null where it did, or may. */
export function failureOf(state: AttemptState, message: string | null): StatusResult['failure'] {
  const usual = FAILURES[state];
  if (usual === null) return null;
  return { code: failureCode(message ?? ''), message: message ?? usual };
}

/** What must be so for a `success` to be money of ours. */
export interface Expected {
  reference: string;
  mode: ChapaMode | null;
}

/**
 * The meaning of verify. Only `data.status` decides, for the envelope's status may be either the call's or
 * the payment's. A 404 says one of two things, told by its message: not paid yet, or never heard of.
 */
export function readVerifyAnswer(
  httpStatus: number,
  json: unknown,
  expected: Expected,
): StatusResult {
  const message = messageOf(json);
  const data = isRecord(json) && isRecord(json.data) ? json.data : {};
  const word = printable(data.status) ?? '';
  const amount = readAmount(data.amount, data.currency);
  const said = httpStatus === 404 ? missing(message) : stateOf(word);
  const answered = httpStatus === 404 || (httpStatus >= 200 && httpStatus < 300);
  const state = answered && credible(said, data, amount, expected) ? said : 'unknown';
  return {
    state,
    gatewayTransactionId: identifier(data.reference),
    amount,
    failure: failureOf(state, printable(message)),
    wireStatus: (word || message || `HTTP ${httpStatus}`).slice(0, 64),
  };
}

function missing(message: string | null): AttemptState {
  if (/not paid/i.test(message ?? '')) return 'pending';
  return /not found|invalid transaction/i.test(message ?? '') ? 'not_found' : 'unknown';
}

/** Another payment's answer, test money for a live key, or money without an amount moves nothing. */
function credible(
  state: AttemptState,
  data: Record<string, unknown>,
  amount: Money | null,
  { reference, mode }: Expected,
): boolean {
  if (state === 'not_found') return true;
  const named = data.tx_ref ?? null;
  if (named !== null && named !== reference) return false;
  if (!modeFits(data.mode, mode)) return false;
  return state !== 'paid' || (named !== null && amount !== null);
}

/** An answer that does not name its mode is not held against it. */
export function modeFits(said: unknown, expected: ChapaMode | null): boolean {
  const word = typeof said === 'string' ? said.trim().toLowerCase() : null;
  return word === null || expected === null || word === expected;
}

/**
 * An amount in major units, sent as a decimal string or a number, with any number of zeros at its end.
 * Null for anything but a plain positive amount in a currency we know.
 */
export function readAmount(value: unknown, currency: unknown): Money | null {
  const text = typeof value === 'number' ? String(value) : printable(value);
  if (text === null || typeof currency !== 'string') return null;
  try {
    return Money.parse(text.replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, ''), currency.trim());
  } catch {
    return null;
  }
}
