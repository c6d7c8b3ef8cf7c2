import { DomainError, Money } from '../../common/index.js';
import { identifier, isRecord, printable } from '../http/wire.reader.js';
import type {
  AttemptState,
  InitiateRequest,
  InitiateResult,
  RequestSummary,
  StatusResult,
} from '../port/provider.port.js';
import type { WaveSettings } from './wave.config.js';
import type {
  WaveCheckoutRequest,
  WaveCheckoutStatus,
  WaveError,
  WavePaymentErrorCode,
  WavePaymentStatus,
  WaveSession,
} from './wave.types.js';

type OrderSettings = Pick<
  WaveSettings,
  | 'currency'
  | 'minAmount'
  | 'maxAmount'
  | 'returnUrl'
  | 'restrictPayer'
  | 'aggregatedMerchantId'
  | 'standIn'
>;

/** No session ends failed: a try that does not work leaves it open. What contradicts itself is undecided. */
const STATES = {
  open: { processing: 'pending', failed: 'pending', cancelled: 'cancelled', succeeded: 'unknown' },
  complete: {
    succeeded: 'paid',
    cancelled: 'cancelled',
    processing: 'unknown',
    failed: 'unknown',
  },
  expired: {
    processing: 'expired',
    cancelled: 'expired',
    failed: 'expired',
    succeeded: 'unknown',
  },
} as const satisfies Record<WaveCheckoutStatus, Record<WavePaymentStatus, AttemptState>>;

export function sessionState({ checkoutStatus, paymentStatus }: WaveSession): AttemptState {
  const table: Record<string, Record<string, AttemptState>> = STATES;
  const row = Object.hasOwn(table, checkoutStatus) ? (table[checkoutStatus] ?? {}) : {};
  return Object.hasOwn(row, paymentStatus) ? (row[paymentStatus] ?? 'unknown') : 'unknown';
}

/**
 * The body of a new session. Amounts are whole major units: a fraction is refused, never rounded.
 * @throws DomainError `invalid` that names the field and the fix.
 */
export function toCheckoutRequest(
  request: InitiateRequest,
  settings: OrderSettings,
): WaveCheckoutRequest {
  const { network, phone, reference } = request;
  if (network !== null && network !== 'WAVE') {
    throw refusal('unsupported_network', 'mobile_money_provider', 'must be WAVE');
  }
  const returnUrl = checkedReturnUrl(request.returnUrl ?? settings.returnUrl, settings.standIn);
  const { aggregatedMerchantId, restrictPayer } = settings;
  return {
    amount: String(wholeAmount(request.amount, settings)),
    currency: settings.currency,
    success_url: returnUrl,
    error_url: returnUrl,
    client_reference: reference,
    ...(restrictPayer && phone !== null && { restrict_payer_mobile: `+${phone}` }),
    ...(aggregatedMerchantId !== null && { aggregated_merchant_id: aggregatedMerchantId }),
  };
}

function wholeAmount(amount: Money, { currency, minAmount, maxAmount }: OrderSettings): number {
  if (amount.currency.code !== currency) {
    const why = `this wallet of Wave collects ${currency} only`;
    throw refusal('unsupported_currency', 'currency', why);
  }
  if (!amount.isWhole) {
    const why = `Wave collects whole ${currency} only, ${amount.toString()} has a fraction`;
    throw refusal('amount_not_whole', 'amount', why);
  }
  const whole = amount.toWholeMajor();
  if (whole < minAmount || whole > maxAmount) {
    const why = `Wave collects from ${minAmount} to ${maxAmount} ${currency}`;
    throw refusal('amount_out_of_range', 'amount', why);
  }
  return whole;
}

/** Wave leads payers back to https only; our stand-in also to programs on this machine. */
function checkedReturnUrl(url: string, standIn: boolean): string {
  const protocol = URL.canParse(url) ? new URL(url).protocol : '';
  if (protocol === 'https:' || (standIn && protocol === 'http:')) return url;
  throw refusal('invalid_return_url', 'return_url', 'must be an https address');
}

function refusal(code: string, field: string, why: string): DomainError {
  return new DomainError('invalid', code, `${field}: ${why}`, { errors: { [field]: [why] } });
}

/** What is stored and shown of the request: not the payer's number, nor addresses that may hold secrets. */
export function toSummary(wire: WaveCheckoutRequest): RequestSummary {
  const { amount, currency, restrict_payer_mobile: payer } = wire;
  return { amount: Number(amount), currency, ...(payer && { payer_restricted: true }) };
}

/** Reads a session; null for what is none. */
export function readSession(value: unknown): WaveSession | null {
  if (!isRecord(value)) return null;
  const id = identifier(value.id);
  if (typeof value.id !== 'string' || id === null) return null;
  const error = isRecord(value.last_payment_error) ? value.last_payment_error : {};
  return {
    id,
    amount: printable(value.amount),
    currency: printable(value.currency),
    clientReference: readReference(value.client_reference),
    checkoutStatus: printable(value.checkout_status) ?? '',
    paymentStatus: printable(value.payment_status) ?? '',
    lastPaymentError: identifier(error.code),
    launchUrl: readUrl(value.wave_launch_url),
    whenExpires: identifier(value.when_expires),
  };
}

/** Ours are printable ASCII; up to 255 characters are allowed. */
function readReference(value: unknown): string | null {
  return typeof value === 'string' && /^[!-~]{1,255}$/.test(value) ? value : null;
}

/** As it came: the payer is handed the very text. */
function readUrl(value: unknown): string | null {
  if (typeof value !== 'string' || value.length > 2_048 || !URL.canParse(value)) return null;
  return /^https?:$/.test(new URL(value).protocol) ? value : null;
}

export function amountOf({ amount, currency }: WaveSession): Money | null {
  if (amount === null || currency === null) return null;
  try {
    return Money.parse(amount, currency);
  } catch {
    return null;
  }
}

/** `open/processing`, with the payer's last failed try behind it, for people. */
export function wireStatusOf(session: WaveSession): string {
  const { checkoutStatus, paymentStatus, lastPaymentError } = session;
  const tried = lastPaymentError === null ? '' : ` (${lastPaymentError})`;
  return `${checkoutStatus}/${paymentStatus}${tried}`.slice(0, 64);
}

/** In Wave's words for people; a code that is not listed shows as it came. */
const PAYMENT_ERRORS = {
  'blocked-account': "The payer's account is blocked",
  'cross-border-payment-not-allowed': 'The payer may not pay across the border',
  'customer-age-restricted': 'The payer is too young',
  'insufficient-funds': 'The payer has not enough money',
  'kyb-limits-exceeded': "The merchant's limit is reached",
  'payer-mobile-mismatch': 'Somebody else than the payer tried to pay',
  'payment-failure': 'The payment failed',
} as const satisfies Record<WavePaymentErrorCode, string>;

/** What became of the payer's last try; null where none failed. */
export function describeTry({ lastPaymentError: code }: WaveSession): string | null {
  if (code === null) return null;
  const texts: Record<string, string> = PAYMENT_ERRORS;
  return Object.hasOwn(texts, code) ? (texts[code] ?? code) : code;
}

const FAILURES = {
  cancelled: { code: 'cancelled', message: 'The payment was cancelled' },
  expired: { code: 'expired', message: 'The payment page expired' },
  failed: null,
  pending: null,
  paid: null,
  reversed: null,
  not_found: null,
  unknown: null,
} as const satisfies Record<AttemptState, StatusResult['failure']>;

/**
 * Where the attempt behind `reference` stands by this session. Only a session that is ours and names its
 * amount pays; another one's is undecided.
 */
export function toStatus(session: WaveSession, reference: string): StatusResult {
  const amount = amountOf(session);
  const said = sessionState(session);
  const doubtful = session.clientReference !== reference || (said === 'paid' && amount === null);
  const state = doubtful ? 'unknown' : said;
  const failure = FAILURES[state];
  const tried = describeTry(session);
  return {
    state,
    gatewayTransactionId: session.id,
    amount,
    failure: failure && {
      code: failure.code,
      message: tried === null ? failure.message : `${failure.message}; last try: ${tried}`,
    },
    wireStatus: wireStatusOf(session),
  };
}

/** Nothing of ours at Wave, or an answer that says nothing. */
export function withoutSession(state: 'not_found' | 'unknown', wireStatus: string): StatusResult {
  return { state, gatewayTransactionId: null, amount: null, failure: null, wireStatus };
}

/** The meaning of an answer to GET of one session. */
export function readStatusAnswer(
  httpStatus: number,
  json: unknown,
  reference: string,
): StatusResult {
  const session = httpStatus === 200 ? readSession(json) : null;
  if (session) return toStatus(session, reference);
  const { code } = readError(json);
  // A 404 of anything but Wave's own lookup, of a proxy for example, says nothing.
  const absent = httpStatus === 404 && code === 'checkout-session-not-found';
  return withoutSession(absent ? 'not_found' : 'unknown', code ?? `HTTP ${httpStatus}`);
}

/**
 * The session of ours among the results of a search: the most telling one, should there be several. `none`
 * when Wave knows none; null when the answer says nothing. The documented envelope is `result`; community
 * clients read the other two.
 */
export function readSearchAnswer(
  httpStatus: number,
  json: unknown,
  reference: string,
): WaveSession | 'none' | null {
  if (httpStatus !== 200 || !isRecord(json)) return null;
  const list: unknown = json.result ?? json.items ?? json.data;
  if (!Array.isArray(list)) return null;
  const sessions = list.map(readSession);
  if (sessions.includes(null)) return null;
  const rank = (session: WaveSession): number => PRECEDENCE.indexOf(sessionState(session));
  const [found] = sessions
    .filter((session) => session !== null)
    .filter(({ clientReference }) => clientReference === reference)
    .sort((a, b) => rank(a) - rank(b));
  return found ?? 'none';
}

/** Money first, then what may still become money; each state stands somewhere. */
const PRECEDENCE: readonly AttemptState[] = [
  'paid',
  'unknown',
  'pending',
  'reversed',
  'cancelled',
  'failed',
  'expired',
  'not_found',
];

/**
 * Four shapes were seen: `{code, message, details}` (documented), `{error, message}`,
 * `{error_code, error_message}` and `{error: {code, message}}`.
 */
export function readError(json: unknown): WaveError {
  const body = isRecord(json) ? json : {};
  const inner = isRecord(body.error) ? body.error : {};
  const detail: unknown = Array.isArray(body.details) ? body.details[0] : null;
  const { loc, msg } = isRecord(detail) ? detail : {};
  const place: unknown = Array.isArray(loc) ? loc.at(-1) : null;
  const text = printable(body.message) ?? printable(body.error_message) ?? printable(inner.message);
  const why = printable(msg);
  const field = printable(place);
  return {
    code:
      identifier(body.code) ??
      identifier(body.error_code) ??
      identifier(inner.code) ??
      identifier(body.error),
    message: why === null ? text : `${field === null ? '' : `${field}: `}${why}`,
    field,
  };
}

/**
 * Answers that a server gives before it acts. 408, 409 and 5xx are not among them: Wave asks to count
 * those as unknown.
 */
const UNPROCESSED = new Set([404, 405, 406, 413, 415, 429]);
/** Our key, or our wallet, may not do this. */
const UNAUTHORISED = new Set([401, 403]);

export type Unsuccessful = 'misconfigured' | 'unprocessed' | 'refused' | 'unknown';

/** What an answer that is no success means for the call it answers. */
export function readRefusal(httpStatus: number): Unsuccessful {
  if (UNAUTHORISED.has(httpStatus)) return 'misconfigured';
  if (UNPROCESSED.has(httpStatus)) return 'unprocessed';
  return httpStatus === 400 || httpStatus === 422 ? 'refused' : 'unknown';
}

/** Request fields in the product's words. */
const FIELD_CODES: Record<keyof WaveCheckoutRequest, string> = {
  amount: 'invalid_amount',
  currency: 'unsupported_currency',
  client_reference: 'invalid_reference',
  restrict_payer_mobile: 'invalid_phone_number',
  success_url: 'invalid_return_url',
  error_url: 'invalid_return_url',
  aggregated_merchant_id: 'declined',
};

/** A 400 or 422: nothing was made, and the message names the field. */
export function toDecline(
  { code, message, field }: WaveError,
  request: RequestSummary,
): InitiateResult {
  const codes: Record<string, string> = FIELD_CODES;
  const named = field !== null && Object.hasOwn(codes, field) ? codes[field] : undefined;
  return {
    outcome: 'declined',
    code: named ?? 'declined',
    message: message ?? code ?? 'Wave refused the payment',
    request,
  };
}

/** An answer of 200 to a new session; null unless it is the one we asked for, with a page to pay on. */
export function readCreated(
  json: unknown,
  wire: WaveCheckoutRequest,
): Extract<InitiateResult, { outcome: 'accepted' }> | null {
  const session = readSession(json);
  if (!session || session.launchUrl === null) return null;
  const { id, amount, currency, clientReference, launchUrl, whenExpires } = session;
  const asked = amount === wire.amount && currency === wire.currency;
  if (!asked || clientReference !== wire.client_reference) return null;
  return {
    outcome: 'accepted',
    gatewayTransactionId: id,
    checkoutUrl: launchUrl,
    gatewayData: { session_id: id, ...(whenExpires !== null && { expires_at: whenExpires }) },
    request: toSummary(wire),
  };
}

/** Wave's own id of a session, as far as we were told. */
export function sessionIdOf(attempt: {
  gatewayTransactionId: string | null;
  gatewayData: Record<string, string>;
}): string | null {
  const { gatewayTransactionId, gatewayData } = attempt;
  return gatewayData['session_id'] ?? gatewayTransactionId;
}

/** Why a refund was refused, in the product's words; the code decides, for its HTTP status varies. */
const REFUND_CODES: Record<string, string> = {
  'checkout-refund-failed': 'declined',
  'insufficient-funds': 'insufficient_funds',
  'checkout-session-not-found': 'not_found',
};

/** Null where the answer is no plain refusal. */
export function readRefundDecline(
  httpStatus: number,
  json: unknown,
): { outcome: 'declined'; code: string; message: string } | null {
  const { code, message } = readError(json);
  const known = code !== null && Object.hasOwn(REFUND_CODES, code) ? REFUND_CODES[code] : undefined;
  // A 5xx may hide a refund that was carried out, whatever its body says.
  const refused = httpStatus >= 400 && httpStatus < 500 && known !== undefined;
  if (!refused && readRefusal(httpStatus) !== 'refused') return null;
  return {
    outcome: 'declined',
    code: known ?? 'declined',
    message: message ?? code ?? 'Wave refused the refund',
  };
}
