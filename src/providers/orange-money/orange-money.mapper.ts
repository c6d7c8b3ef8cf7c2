import { DomainError } from '../../common/index.js';
import { identifier, isRecord, printable } from '../http/wire.reader.js';
import { ProviderMisconfiguredError, ProviderUnsupportedError } from '../port/provider.errors.js';
import type {
  AttemptState,
  AttemptView,
  InitiateRequest,
  InitiateResult,
  RequestSummary,
  StatusResult,
} from '../port/provider.port.js';
import { MAX_URL, type OrangeMoneySettings } from './orange-money.config.js';
import type {
  OrangeMoneyError,
  OrangeMoneyPaymentRequest,
  OrangeMoneyStatus,
  OrangeMoneyStatusRequest,
} from './orange-money.types.js';

type OrderSettings = Pick<
  OrangeMoneySettings,
  | 'merchantKey'
  | 'country'
  | 'currency'
  | 'amountUnit'
  | 'lang'
  | 'shownName'
  | 'minAmount'
  | 'maxAmount'
  | 'returnUrl'
  | 'notifyUrl'
>;

/** An untouched order stays INITIATED for ever; PENDING is confirmed by the payer and not yet settled. */
const STATES = {
  INITIATED: 'pending',
  PENDING: 'pending',
  EXPIRED: 'expired',
  SUCCESS: 'paid',
  FAILED: 'failed',
} as const satisfies Record<OrangeMoneyStatus, AttemptState>;

const FAILURES = {
  pending: null,
  paid: null,
  unknown: null,
  // Orange gives no reasons.
  failed: { code: 'declined', message: 'Orange Money did not carry out the payment' },
  expired: { code: 'expired', message: 'The payment page expired' },
} as const satisfies Record<
  (typeof STATES)[OrangeMoneyStatus] | 'unknown',
  StatusResult['failure']
>;

/** What a status word means, of an answer or a notification; any other word is undecided. */
export function stateOf(word: string): { state: AttemptState; failure: StatusResult['failure'] } {
  const table: Record<string, (typeof STATES)[OrangeMoneyStatus]> = STATES;
  const state = Object.hasOwn(table, word) ? (table[word] ?? 'unknown') : 'unknown';
  return { state, failure: FAILURES[state] };
}

/**
 * The body of a new order. Amounts are whole major units: a fraction is refused, never rounded.
 * @throws DomainError `invalid` that names the field and the fix.
 */
export function toPaymentRequest(
  request: InitiateRequest,
  settings: OrderSettings,
): OrangeMoneyPaymentRequest {
  const { network, reference, callbackUrl } = request;
  if (network !== null && network !== 'ORANGE') {
    throw refusal('unsupported_network', 'mobile_money_provider', 'must be ORANGE');
  }
  const returnUrl = checkedReturnUrl(request.returnUrl ?? settings.returnUrl);
  const { country, currency, lang, merchantKey, shownName } = settings;
  return {
    merchant_key: merchantKey,
    currency: country === 'dev' ? 'OUV' : currency,
    order_id: reference,
    amount: wireAmount(request.amount, settings),
    return_url: returnUrl,
    cancel_url: returnUrl,
    notif_url: checkedNotifyUrl(callbackUrl ?? settings.notifyUrl),
    lang,
    ...(shownName !== null && { reference: shownName }),
  };
}

/** The whole number that goes over the wire. @throws DomainError `invalid`. */
function wireAmount(amount: InitiateRequest['amount'], settings: OrderSettings): number {
  const { currency, minAmount, maxAmount, amountUnit } = settings;
  if (amount.currency.code !== currency) {
    const why = `this contract with Orange Money collects ${currency} only`;
    throw refusal('unsupported_currency', 'currency', why);
  }
  if (!amount.isWhole) {
    const why = `Orange Money collects whole ${currency} only, ${amount.toString()} has a fraction`;
    throw refusal('amount_not_whole', 'amount', why);
  }
  const whole = amount.toWholeMajor();
  if (whole < minAmount || whole > maxAmount) {
    const why = `Orange Money collects from ${minAmount} to ${maxAmount} ${currency}`;
    throw refusal('amount_out_of_range', 'amount', why);
  }
  return amountUnit === 'hundredths' ? whole * 100 : whole;
}

function checkedReturnUrl(url: string): string {
  const protocol = URL.canParse(url) ? new URL(url).protocol : '';
  if (!/^https?:$/.test(protocol)) {
    throw refusal('invalid_return_url', 'return_url', 'must be an http or https address');
  }
  if (url.length > MAX_URL) {
    const why = `Orange Money takes at most ${MAX_URL} characters`;
    throw refusal('invalid_return_url', 'return_url', why);
  }
  return url;
}

/** Ours alone to get right: a payer has no part in it. */
function checkedNotifyUrl(url: string): string {
  if (url.length <= MAX_URL) return url;
  throw new ProviderMisconfiguredError(
    `Orange takes notification addresses of ${MAX_URL} characters; shorten PUBLIC_URL`,
  );
}

function refusal(code: string, field: string, why: string): DomainError {
  return new DomainError('invalid', code, `${field}: ${why}`, { errors: { [field]: [why] } });
}

/** What is stored and shown of the request: neither the merchant's key nor addresses. */
export function toSummary({ amount, currency, lang }: OrangeMoneyPaymentRequest): RequestSummary {
  return { amount, currency, lang };
}

/** A successful answer to a new order; null when it is not the documented one. */
export function readCreated(
  json: unknown,
  wire: OrangeMoneyPaymentRequest,
): Extract<InitiateResult, { outcome: 'accepted' }> | null {
  if (!isRecord(json)) return null;
  const payToken = identifier(json.pay_token);
  const notifToken = identifier(json.notif_token);
  const checkoutUrl = readUrl(json.payment_url);
  if (payToken === null || notifToken === null || checkoutUrl === null) return null;
  return {
    outcome: 'accepted',
    // Orange's own id of a payment (txnid) comes with the money.
    gatewayTransactionId: null,
    checkoutUrl,
    // The query is refused unless order, token and amount are those of the order.
    gatewayData: { pay_token: payToken, notif_token: notifToken, amount: String(wire.amount) },
    request: toSummary(wire),
  };
}

/** As it came: the payer is handed the very text. */
function readUrl(value: unknown): string | null {
  if (typeof value !== 'string' || value.length > 2_048 || !URL.canParse(value)) return null;
  return /^https?:$/.test(new URL(value).protocol) ? value : null;
}

/**
 * The body of a query.
 * @throws ProviderUnsupportedError where the token never came: Orange cannot be asked then.
 */
export function toStatusRequest({
  reference,
  gatewayData,
}: Pick<AttemptView, 'reference' | 'gatewayData'>): OrangeMoneyStatusRequest {
  const { pay_token: payToken, amount = '' } = gatewayData;
  if (payToken === undefined || !/^[1-9]\d{0,15}$/.test(amount)) {
    throw new ProviderUnsupportedError(
      `Orange cannot be asked for ${reference}: the answer to its order never came`,
    );
  }
  return { order_id: reference, amount: Number(amount), pay_token: payToken };
}

/** The meaning of an answer to a query: any 2xx carries a status, for sources disagree on 200 or 201. */
export function readStatusAnswer(
  httpStatus: number,
  json: unknown,
  reference: string,
): StatusResult {
  const body = isRecord(json) ? json : {};
  const successful = httpStatus >= 200 && httpStatus < 300;
  const word = successful ? printable(body.status) : null;
  if (word === null) {
    const { code } = readError(json);
    return undecided(`HTTP ${httpStatus}${code === null || successful ? '' : ` ${code}`}`);
  }
  // Another order's status says nothing of ours.
  const named = body.order_id ?? reference;
  if (named !== reference) return undecided(`${word} of another order`);
  return {
    ...stateOf(word),
    gatewayTransactionId: identifier(body.txnid),
    // None is stated; a query that names another amount than the order did is refused.
    amount: null,
    wireStatus: word.slice(0, 64),
  };
}

function undecided(wireStatus: string): StatusResult {
  return {
    state: 'unknown',
    gatewayTransactionId: null,
    amount: null,
    failure: null,
    wireStatus: wireStatus.slice(0, 64),
  };
}

/** `{code, message, description}`; the last names a missing field. */
export function readError(json: unknown): OrangeMoneyError {
  const body = isRecord(json) ? json : {};
  return {
    code: identifier(body.code),
    message: printable(body.description) ?? printable(body.message),
  };
}

export type Unsuccessful = 'misconfigured' | 'unprocessed' | 'refused' | 'unknown';

/** Codes tell more than the 403 that most of them come with. */
const CODES: Record<string, Unsuccessful> = {
  // Not subscribed, wrong merchant key, a currency that is not the country's.
  '50': 'misconfigured',
  '1202': 'misconfigured',
  '1203': 'misconfigured',
  '53': 'unprocessed',
  '1201': 'refused',
  // There is an order of this id already: an earlier call got through.
  '1204': 'unknown',
};
/** Answers that a server gives before it acts. */
const UNPROCESSED = new Set([404, 405, 406, 413, 415, 429]);

/** What an answer that is no success means for the call it answers. */
export function readRefusal(httpStatus: number, { code }: OrangeMoneyError): Unsuccessful {
  // A 408 or 5xx may hide an order that was taken, whatever its body says.
  if (httpStatus < 400 || httpStatus >= 500 || httpStatus === 408) return 'unknown';
  const known = code !== null && Object.hasOwn(CODES, code) ? CODES[code] : undefined;
  if (known !== undefined) return known;
  if (httpStatus === 401 || httpStatus === 403) return 'misconfigured';
  if (UNPROCESSED.has(httpStatus)) return 'unprocessed';
  return httpStatus === 400 || httpStatus === 422 ? 'refused' : 'unknown';
}

/** Orange refused the order, and nobody was asked to pay. */
export function toDecline(
  { code, message }: OrangeMoneyError,
  request: RequestSummary,
): InitiateResult {
  const text = message ?? code ?? 'Orange Money refused the payment';
  return { outcome: 'declined', code: 'declined', message: text, request };
}
