import { DomainError, Money } from '../../common/index.js';
import { identifier, isRecord, printable } from '../http/wire.reader.js';
import type {
  AttemptState,
  InitiateRequest,
  InitiateResult,
  MobileNetwork,
  RequestSummary,
  StatusResult,
} from '../port/provider.port.js';
import type {
  AzamPayCallbackStatus,
  AzamPayCheckoutRequest,
  AzamPayNetwork,
  AzamPayQueryStatus,
} from './azampay.types.js';

export const AZAMPAY_LIMITS = { min: 1, max: 5_000_000, wholeOnly: true };

const NETWORKS = {
  AIRTEL: 'Airtel',
  TIGO: 'Tigo',
  MPESA: 'Mpesa',
  HALOPESA: 'Halopesa',
  AZAMPESA: 'Azampesa',
} as const satisfies Partial<Record<MobileNetwork, AzamPayNetwork>>;
export const AZAMPAY_MOBILE_NETWORKS = Object.keys(NETWORKS) as (keyof typeof NETWORKS)[];

/** Only success pays; a word not listed here is undecided. */
const CALLBACK_STATES = {
  success: 'paid',
  failure: 'failed',
  failed: 'failed',
  cancelled: 'cancelled',
} as const satisfies Record<AzamPayCallbackStatus, AttemptState>;

const QUERY_STATES = {
  success: 'paid',
  complete: 'paid',
  completed: 'paid',
  failed: 'failed',
  fail: 'failed',
  failure: 'failed',
  pending: 'pending',
  processing: 'pending',
  cancelled: 'cancelled',
  expired: 'expired',
  reversed: 'reversed',
} as const satisfies Record<AzamPayQueryStatus, AttemptState>;

export function callbackState(word: string): AttemptState {
  return lookUp(CALLBACK_STATES, word);
}

export function queryState(word: string): AttemptState {
  return lookUp(QUERY_STATES, word);
}

function lookUp(table: Record<string, AttemptState>, word: string): AttemptState {
  const key = word.trim().toLowerCase();
  return Object.hasOwn(table, key) ? (table[key] ?? 'unknown') : 'unknown';
}

/** AzamPay's name of a network; null for one it does not serve. */
export function wireNetwork(network: MobileNetwork | null): AzamPayNetwork | null {
  return network !== null && Object.hasOwn(NETWORKS, network)
    ? NETWORKS[network as keyof typeof NETWORKS]
    : null;
}

/** Mobile numbers begin with 6 or 7; portability makes the network behind a prefix a guess. */
const PHONE = /^255[67]\d{8}$/;
/** AzamPesa also numbers wallets on its own, e.g. 1710446004. */
const WALLET = /^1[67]\d{8}$/;

/**
 * The checkout body. Amounts are whole shillings: a fraction is refused, never rounded.
 * @throws DomainError `invalid` that names the field and the fix.
 */
export function toCheckoutRequest(
  request: InitiateRequest,
  amountFormat: 'number' | 'string',
): AzamPayCheckoutRequest {
  const amount = wholeShillings(request.amount);
  const provider = wireNetwork(request.network);
  if (!provider) {
    const allowed = AZAMPAY_MOBILE_NETWORKS.join(', ');
    throw refusal('unsupported_network', 'mobile_money_provider', `must be one of ${allowed}`);
  }
  return {
    accountNumber: accountNumber(request.phone, provider),
    amount: amountFormat === 'string' ? String(amount) : amount,
    currency: 'TZS',
    externalId: request.reference,
    provider,
  };
}

function wholeShillings(amount: Money): number {
  const { min, max } = AZAMPAY_LIMITS;
  if (amount.currency.code !== 'TZS') {
    throw refusal('unsupported_currency', 'currency', 'AzamPay collects TZS only');
  }
  if (!amount.isWhole) {
    const why = `AzamPay collects whole shillings only, ${amount.toString()} has a fraction`;
    throw refusal('amount_not_whole', 'amount', why);
  }
  const shillings = amount.toWholeMajor();
  if (shillings < min || shillings > max) {
    throw refusal('amount_out_of_range', 'amount', `AzamPay collects from ${min} to ${max} TZS`);
  }
  return shillings;
}

function accountNumber(phone: string | null, provider: AzamPayNetwork): string {
  if (phone !== null && PHONE.test(phone)) return phone;
  if (phone !== null && provider === 'Azampesa' && WALLET.test(phone)) return phone;
  throw refusal(
    'invalid_phone_number',
    'phone_number',
    provider === 'Azampesa'
      ? 'must be a Tanzanian mobile number such as 255653294241, or an AzamPesa wallet number'
      : 'must be a Tanzanian mobile number such as 255653294241',
  );
}

function refusal(code: string, field: string, why: string): DomainError {
  return new DomainError('invalid', code, `${field}: ${why}`, { errors: { [field]: [why] } });
}

/** What is stored and shown of the request. */
export function toSummary(wire: AzamPayCheckoutRequest): RequestSummary {
  const { accountNumber, amount, currency, provider } = wire;
  return { accountNumber, amount: Number(amount), currency, provider };
}

/**
 * Answers that a server gives before it acts on a request: unauthorised, forbidden, no such path or method,
 * too large, of a wrong type, unprocessable, locked, and too many (a limiter stands before the handler).
 * 408, 409 and 5xx are not among them: there the prompt may be on the phone already.
 */
const UNPROCESSED = new Set([401, 403, 404, 405, 406, 413, 415, 422, 423, 429]);

/**
 * The meaning of an answer to checkout. `unprocessed`: surely not carried out. `unknown`: the payer may
 * have been asked, e.g. a 200 that says neither yes nor no.
 */
export function readCheckoutAnswer(
  status: number,
  json: unknown,
  request: RequestSummary,
): InitiateResult | 'unprocessed' | 'unknown' {
  if (status === 400) return readProblem(json, request);
  if (UNPROCESSED.has(status)) return 'unprocessed';
  const answered = status >= 200 && status < 300 && isRecord(json);
  if (!answered || typeof json.success !== 'boolean') return 'unknown';
  if (!json.success) {
    const message = printable(json.message) ?? 'AzamPay refused the payment';
    return { outcome: 'declined', code: failureCode(message), message, request };
  }
  return {
    outcome: 'accepted',
    gatewayTransactionId: identifier(json.transactionId),
    checkoutUrl: null,
    gatewayData: {},
    request,
  };
}

const FIELD_CODES: Record<string, string> = {
  amount: 'invalid_amount',
  externalid: 'invalid_reference',
  accountnumber: 'invalid_phone_number',
  provider: 'unsupported_network',
};

/** HTTP 400 is ASP.NET's ProblemDetails: nothing was carried out, and the message names the field. */
function readProblem(json: unknown, request: RequestSummary): InitiateResult {
  const errors = isRecord(json) && isRecord(json.errors) ? Object.entries(json.errors) : [];
  const [field, texts] = errors[0] ?? [null, null];
  const why = printable(Array.isArray(texts) ? texts[0] : texts);
  const general = isRecord(json) ? (printable(json.message) ?? printable(json.title)) : null;
  const name = printable(field);
  if (name === null) {
    const message = general ?? 'AzamPay refused the request as invalid';
    return { outcome: 'declined', code: failureCode(message), message, request };
  }
  // A wrong spelling of the provider comes as a conversion error under a JSON path such as "$.provider".
  const key = name.toLowerCase().replace(/^\$\.?/, '');
  const code = FIELD_CODES[key] ?? 'declined';
  return { outcome: 'declined', code, message: `${name}: ${why ?? general ?? 'invalid'}`, request };
}

/**
 * The meaning of a status answer, in both shapes seen: `{data: "success"}` and `transactionstatus` fields
 * at the top or under `data`.
 */
export function readStatusAnswer(httpStatus: number, json: unknown): StatusResult {
  const body = isRecord(json) ? json : {};
  const inner = isRecord(body.data) ? body.data : body;
  const word = printable(body.data) ?? printable(inner.transactionstatus) ?? '';
  const bodyCode = typeof body.statusCode === 'number' ? body.statusCode : httpStatus;
  // The HTTP status and the body disagree at times: only an answer that is good by both pays.
  const contradicted = httpStatus >= 400 || bodyCode >= 400 || body.success === false;
  const said = queryState(word);
  const amountText = readAmountText(inner.amount);
  const amount = parseAmount(amountText);
  const doubtful = said === 'paid' && (contradicted || (amountText !== null && amount === null));
  const state = doubtful || httpStatus >= 400 ? 'unknown' : said;
  return {
    state,
    gatewayTransactionId: identifier(inner.transactionId) ?? identifier(inner.transid),
    amount,
    failure: failureOf(state, printable(inner.message) ?? printable(body.message)),
    wireStatus: word === '' ? `HTTP ${httpStatus}` : word.slice(0, 64),
  };
}

const FAILURES = {
  failed: { code: null, message: 'The payment failed' },
  cancelled: { code: 'cancelled', message: 'The payment was cancelled' },
  expired: { code: 'expired', message: 'The payment request expired' },
  pending: null,
  paid: null,
  reversed: null,
  not_found: null,
  unknown: null,
} as const satisfies Record<AttemptState, { code: string | null; message: string } | null>;

/** Why an attempt did not lead to money, in AzamPay's words where it gave any; null where it did, or may. */
export function failureOf(state: AttemptState, message: string | null): StatusResult['failure'] {
  const failure = FAILURES[state];
  if (failure === null) return null;
  const code = failure.code ?? failureCode(message ?? '');
  return { code, message: message ?? failure.message };
}

/** AzamPay has no error codes, only sentences; what they do not plainly say stays `declined`. */
function failureCode(message: string): string {
  if (/\b(insufficient|not enough|low)\b.*\b(funds?|balance|money)\b/i.test(message)) {
    return 'insufficient_funds';
  }
  if (/\b(wrong|invalid|incorrect)\b.*\bpin\b/i.test(message)) return 'wrong_pin';
  if (/\b(timed? ?out|expired|no response)\b/i.test(message)) return 'no_response';
  return 'declined';
}

export function readAmountText(value: unknown): string | null {
  if (typeof value === 'number') return String(value);
  return printable(value);
}

/** TZS, the only currency of these calls. Null for anything but a plain positive amount. */
export function parseAmount(text: string | null): Money | null {
  if (text === null) return null;
  try {
    return Money.parse(text, 'TZS');
  } catch {
    return null;
  }
}
