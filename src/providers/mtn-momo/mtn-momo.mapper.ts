import { createHash } from 'node:crypto';
import { DomainError, Money } from '../../common/index.js';
import { identifier, isRecord, printable } from '../http/wire.reader.js';
import type {
  AttemptState,
  InitiateRequest,
  RefundRequest,
  RefundStatus,
  RequestSummary,
  StatusResult,
} from '../port/provider.port.js';
import type { MtnMomoSettings } from './mtn-momo.config.js';
import type {
  MtnReason,
  MtnRefundRequest,
  MtnRequestToPay,
  MtnResource,
  MtnStatus,
} from './mtn-momo.types.js';

type OrderSettings = Pick<MtnMomoSettings, 'currencies' | 'minAmount' | 'maxAmount' | 'decimals'>;
type Failure = { state: AttemptState; code: string; message: string };

const declined = (message: string): Failure => ({ state: 'failed', code: 'declined', message });
const rejected: Failure = {
  state: 'cancelled',
  code: 'declined',
  message: 'The payer did not approve the payment',
};
const lapsed: Failure = {
  state: 'expired',
  code: 'expired',
  message: 'The payer did not approve the payment in time',
};
/** Also what an empty wallet is mostly reported as, so it blames nobody. */
const unperformed = declined('The payment could not be performed');

/** What a failed payment's reason means. A code that is not listed is a failure all the same. */
const REASONS = {
  APPROVAL_REJECTED: rejected,
  REJECTED: rejected,
  PAYMENT_NOT_APPROVED: rejected,
  TRANSACTION_CANCELED: rejected,
  EXPIRED: lapsed,
  COULD_NOT_PERFORM_TRANSACTION: lapsed,
  NOT_ENOUGH_FUNDS: {
    state: 'failed',
    code: 'insufficient_funds',
    message: 'The payment could not be made from this wallet',
  },
  PAYER_LIMIT_REACHED: declined('The payer has reached a limit of the wallet'),
  PAYER_NOT_FOUND: declined('This number has no wallet'),
  SENDER_ACCOUNT_NOT_ACTIVE: declined("The payer's wallet is not active"),
  PAYEE_NOT_FOUND: declined('The receiver was not found'),
  PAYEE_NOT_ALLOWED_TO_RECEIVE: declined('The receiver may not take this payment'),
  NOT_ALLOWED: declined('The payment is not allowed'),
  NOT_ALLOWED_TARGET_ENVIRONMENT: unperformed,
  INVALID_CALLBACK_URL_HOST: unperformed,
  INVALID_CURRENCY: unperformed,
  SERVICE_UNAVAILABLE: unperformed,
  INTERNAL_PROCESSING_ERROR: unperformed,
  RESOURCE_NOT_FOUND: unperformed,
  RESOURCE_ALREADY_EXIST: unperformed,
  TRANSFER_TYPE_UNKNOWN: unperformed,
  ONGOING: unperformed,
  DELAYED: unperformed,
  PENDING: unperformed,
  PAYER_DELAYED: unperformed,
} as const satisfies Record<MtnReason, Failure>;

function failureFor(reason: string | null): Failure {
  const table: Record<string, Failure> = REASONS;
  const known = reason !== null && Object.hasOwn(table, reason) ? table[reason] : undefined;
  return known ?? unperformed;
}

/** FAILED is refined by its reason. */
const STATES = {
  PENDING: 'pending',
  SUCCESSFUL: 'paid',
  FAILED: 'failed',
} as const satisfies Record<MtnStatus, AttemptState>;

const REFUND_STATES = {
  PENDING: 'processing',
  SUCCESSFUL: 'completed',
  FAILED: 'failed',
} as const satisfies Record<MtnStatus, RefundStatus['state']>;

function lookUp<State extends string>(
  table: Record<MtnStatus, State>,
  word: string,
): State | 'unknown' {
  return Object.hasOwn(table, word) ? table[word as MtnStatus] : 'unknown';
}

/**
 * The body of a requesttopay. Whole major units unless decimals are allowed: refused, never rounded.
 * @throws DomainError `invalid` that names the field and the fix.
 */
export function toRequestToPay(request: InitiateRequest, settings: OrderSettings): MtnRequestToPay {
  const { network, phone, reference, description } = request;
  if (network !== null && network !== 'MTN') {
    throw refusal('unsupported_network', 'mobile_money_provider', 'must be MTN');
  }
  const amount = wireAmount(request.amount, settings);
  if (phone === null || !/^[1-9]\d{7,14}$/.test(phone)) {
    const why = 'must be a mobile number with its country code, such as 256772123456';
    throw refusal('invalid_phone_number', 'phone_number', why);
  }
  const text = plainText(description);
  return {
    amount,
    currency: request.amount.currency.code,
    externalId: reference,
    payer: { partyIdType: 'MSISDN', partyId: phone },
    payerMessage: text,
    payeeNote: text,
  };
}

function wireAmount(amount: Money, settings: OrderSettings): string {
  const { currencies, minAmount, maxAmount, decimals } = settings;
  const { code, exponent } = amount.currency;
  if (!currencies.includes(code)) {
    const why = `MTN MoMo collects ${currencies.join(', ')} here`;
    throw refusal('unsupported_currency', 'currency', why);
  }
  if (!decimals && !amount.isWhole) {
    const why = `MTN MoMo collects whole ${code} only, ${amount.toString()} has a fraction`;
    throw refusal('amount_not_whole', 'amount', why);
  }
  const unit = 10n ** BigInt(exponent);
  if (amount.minor < BigInt(minAmount) * unit || amount.minor > BigInt(maxAmount) * unit) {
    const why = `MTN MoMo collects from ${minAmount} to ${maxAmount} ${code}`;
    throw refusal('amount_out_of_range', 'amount', why);
  }
  return digitsOf(amount);
}

/** Without decimals where there are none to tell. */
function digitsOf(amount: Money): string {
  return amount.isWhole ? String(amount.toWholeMajor()) : amount.toString();
}

/** At most 160 letters, digits and spaces: an apostrophe alone is reported to be refused. */
export function plainText(text: string): string {
  const plain = text
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[^A-Za-z0-9]+/g, ' ')
    .trim();
  return plain.slice(0, 160).trim() || 'Payment';
}

function refusal(code: string, field: string, why: string): DomainError {
  return new DomainError('invalid', code, `${field}: ${why}`, { errors: { [field]: [why] } });
}

/** What is stored and shown of the request: not the payer's number. */
export function toSummary({ amount, currency }: MtnRequestToPay): RequestSummary {
  return { amount: Number(amount), currency, network: 'MTN' };
}

/**
 * The X-Reference-Id of a refund: MTN wants a UUID v4, our references of refunds are none. The first 128
 * bits of the SHA-256 of `malipo:mtn-momo:refund:` and the reference, with version 4 and the variant written
 * over: the same reference always gives the same id, so a refund is found and repeated by it.
 */
export function refundIdOf(reference: string): string {
  const bytes = createHash('sha256').update(`malipo:mtn-momo:refund:${reference}`).digest();
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.subarray(0, 16).toString('hex');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

export function toRefundRequest(request: RefundRequest): MtnRefundRequest {
  const { attempt, amount, reference, reason } = request;
  const text = plainText(reason);
  return {
    amount: digitsOf(amount),
    currency: amount.currency.code,
    externalId: reference,
    payerMessage: text,
    payeeNote: text,
    referenceIdToRefund: attempt.reference,
  };
}

/** Reads a status; null for what is none. Amounts and ids come as strings or numbers. */
export function readResource(value: unknown): MtnResource | null {
  if (!isRecord(value) || typeof value.status !== 'string') return null;
  const { reason, amount } = value;
  return {
    status: printable(value.status) ?? '',
    reason: identifier(isRecord(reason) ? reason.code : reason),
    amount: typeof amount === 'number' ? String(amount) : printable(amount),
    currency: printable(value.currency),
    externalId: identifier(value.externalId),
    financialTransactionId: identifier(value.financialTransactionId),
  };
}

export function amountOf({ amount, currency }: MtnResource): Money | null {
  if (amount === null || currency === null) return null;
  try {
    // "15.0" of a currency without decimals is 15, however it is written.
    return Money.parse(amount.replace(/\.0+$/, ''), currency);
  } catch {
    return null;
  }
}

/** `FAILED/APPROVAL_REJECTED`, for people. */
function wireStatusOf({ status, reason }: MtnResource): string {
  return (status === 'FAILED' && reason !== null ? `${status}/${reason}` : status).slice(0, 64);
}

/** Where the payment behind `reference` stands; only one that is ours and names its amount pays. */
export function toStatus(resource: MtnResource, reference: string): StatusResult {
  const amount = amountOf(resource);
  const said = lookUp(STATES, resource.status);
  const { externalId } = resource;
  const foreign = externalId !== null && externalId !== reference;
  const undecided = foreign || (said === 'paid' && amount === null);
  const failure = said === 'failed' && !undecided ? failureFor(resource.reason) : null;
  return {
    state: undecided ? 'unknown' : (failure?.state ?? said),
    gatewayTransactionId: resource.financialTransactionId,
    amount,
    failure: failure && { code: failure.code, message: failure.message },
    wireStatus: wireStatusOf(resource),
  };
}

/** The meaning of an answer to GET of a payment. FAILED comes with HTTP 200. */
export function readStatusAnswer(
  httpStatus: number,
  json: unknown,
  reference: string,
): StatusResult {
  const resource = httpStatus === 200 ? readResource(json) : null;
  if (resource) return toStatus(resource, reference);
  return { ...absence(httpStatus, json), gatewayTransactionId: null, amount: null, failure: null };
}

export function readRefundAnswer(httpStatus: number, json: unknown): RefundStatus {
  const resource = httpStatus === 200 ? readResource(json) : null;
  if (!resource) {
    return { ...absence(httpStatus, json), gatewayRefundId: null, amount: null, failure: null };
  }
  const state = lookUp(REFUND_STATES, resource.status);
  const why = resource.reason === null ? '' : ` (${resource.reason})`;
  return {
    state,
    gatewayRefundId: resource.financialTransactionId,
    amount: amountOf(resource),
    failure:
      state === 'failed'
        ? { code: refundCode(resource.reason), message: `MTN did not pay the refund out${why}` }
        : null,
    wireStatus: wireStatusOf(resource),
  };
}

function refundCode(reason: string | null): string {
  return reason === 'NOT_ENOUGH_FUNDS' ? 'insufficient_funds' : 'declined';
}

/** A 404 of anything but MTN's own lookup, of a proxy for example, says nothing. */
function absence(
  httpStatus: number,
  json: unknown,
): { state: 'not_found' | 'unknown'; wireStatus: string } {
  const { code } = readError(json);
  const absent = httpStatus === 404 && code === 'RESOURCE_NOT_FOUND';
  return { state: absent ? 'not_found' : 'unknown', wireStatus: code ?? `HTTP ${httpStatus}` };
}

/** Three shapes: `{code, message}` of the API, `{statusCode, message}` of its gateway, `{error}` of tokens. */
export function readError(json: unknown): { code: string | null; message: string | null } {
  const body = isRecord(json) ? json : {};
  return {
    code: identifier(body.code) ?? identifier(body.error),
    message: printable(body.message),
  };
}

/** Codes that blame our settings, reported as 400, 403 or even 500. */
const MISTAKES: ReadonlySet<string> = new Set([
  'NOT_ALLOWED',
  'NOT_ALLOWED_TARGET_ENVIRONMENT',
  'INVALID_CALLBACK_URL_HOST',
  'INVALID_CURRENCY',
] satisfies MtnReason[]);
const UNPROCESSED: ReadonlySet<number> = new Set([404, 405, 406, 413, 415, 429]);

export type CreateVerdict = 'accepted' | 'declined' | 'misconfigured' | 'unprocessed' | 'unknown';

/**
 * What the answer to a create call (payment or refund) means: 202 without a body is acceptance, and so is
 * the 409 that a repeated X-Reference-Id gets. The code is read before the HTTP status.
 */
export function readCreateAnswer(answer: {
  status: number;
  text: string;
  json: unknown;
}): CreateVerdict {
  const { status, text, json } = answer;
  const { code } = readError(json);
  // A mutilated answer says nothing.
  if (status === 202) return text.trim() === '' || json !== undefined ? 'accepted' : 'unknown';
  if (status === 409) return code === 'RESOURCE_ALREADY_EXIST' ? 'accepted' : 'unknown';
  if (status >= 400 && code !== null && MISTAKES.has(code)) return 'misconfigured';
  if (status === 401 || status === 403) return 'misconfigured';
  if (status === 400) return 'declined';
  return UNPROCESSED.has(status) ? 'unprocessed' : 'unknown';
}
