import { DomainError } from '../../common/index.js';
import { isRecord } from '../http/wire.reader.js';
import type {
  AttemptState,
  InitiateRequest,
  InitiateResult,
  RefundRequest,
  RefundStatus,
  RequestSummary,
  StatusResult,
} from '../port/provider.port.js';
import { readWireAmount, toWireAmount } from './stripe.amounts.js';
import type { StripeSettings } from './stripe.config.js';
import type { FormFields } from './stripe.form.js';
import { METADATA, readError, readRefund, readSession } from './stripe.reader.js';
import type {
  PaymentStatus,
  RefundWord,
  SessionStatus,
  StripeError,
  StripeRefund,
  StripeSession,
} from './stripe.types.js';

const MAX_URL = 5_000;
/** Longer ones Stripe refuses. */
const MAX_PRODUCT_NAME = 250;

/**
 * Body of a new session. It holds nothing that changes between two calls of one attempt (no time, no random
 * value): Stripe refuses a repeated Idempotency-Key with other parameters.
 * @throws DomainError `invalid` that names the field and the fix.
 */
export function toSessionRequest(request: InitiateRequest, settings: StripeSettings): FormFields {
  const { amount, reference, customer, description } = request;
  const email = customer.email ?? '';
  const metadata = { [METADATA.attempt]: reference };
  const { paymentMethodTypes } = settings;
  const product = description.trim().slice(0, MAX_PRODUCT_NAME) || 'Payment';
  return {
    mode: 'payment',
    client_reference_id: reference,
    ...(/^[^\s@]{1,64}@[^\s@]+\.[^\s@]{2,}$/.test(email) && { customer_email: email }),
    metadata,
    // A session's metadata reaches neither its intent nor its charge, and refunds are known by theirs.
    payment_intent_data: { metadata },
    line_items: [
      {
        quantity: 1,
        price_data: {
          currency: amount.currency.code.toLowerCase(),
          unit_amount: String(checkedAmount(request, settings)),
          product_data: { name: product },
        },
      },
    ],
    ...(paymentMethodTypes.length > 0 && {
      payment_method_types: Object.fromEntries(paymentMethodTypes.map((type, i) => [i, type])),
    }),
    // Else the payer may be charged in another currency than was asked for.
    adaptive_pricing: { enabled: false },
    ...returnUrls(request, settings),
  };
}

function checkedAmount({ amount, network }: InitiateRequest, settings: StripeSettings): bigint {
  if (network !== null)
    throw refusal('unsupported_network', 'mobile_money_provider', 'is not for Stripe');
  const { currencies, minAmount, maxAmount, ugxDecimals } = settings;
  const { code, exponent } = amount.currency;
  if (!currencies.includes(code)) {
    throw refusal('unsupported_currency', 'currency', `Stripe collects ${currencies.join(', ')}`);
  }
  const unit = 10n ** BigInt(exponent);
  if (amount.minor < BigInt(minAmount) * unit || amount.minor > BigInt(maxAmount) * unit) {
    const why = `Stripe collects from ${minAmount} to ${maxAmount} ${code} here`;
    throw refusal('amount_out_of_range', 'amount', why);
  }
  return toWireAmount(amount, ugxDecimals);
}

/** Named by the caller, else by setting, else our own page that asks Stripe and tells how it stands. */
function returnUrls(
  { returnUrl, reference }: InitiateRequest,
  settings: StripeSettings,
): FormFields {
  const own = `${settings.publicUrl}/api/payments/verify/?tx_ref=${encodeURIComponent(reference)}`;
  const url = returnUrl ?? settings.returnUrl ?? own;
  const protocol = URL.canParse(url) ? new URL(url).protocol : '';
  if (url.length > MAX_URL || !/^https?:$/.test(protocol)) {
    throw refusal(
      'invalid_return_url',
      'return_url',
      `must be an address of at most ${MAX_URL} characters`,
    );
  }
  return { success_url: url, cancel_url: url };
}

function refusal(code: string, field: string, why: string): DomainError {
  return new DomainError('invalid', code, `${field}: ${why}`, { errors: { [field]: [why] } });
}

/** What is stored and shown of a request: no address, which may hold secrets, and nothing of the payer. */
export function toSummary({ amount }: Pick<InitiateRequest, 'amount'>): RequestSummary {
  return { amount: amount.toString(), currency: amount.currency.code };
}

/** A session stays open through every try that does not work; what contradicts itself is undecided. */
const STATES = {
  open: { unpaid: 'pending', paid: 'unknown', no_payment_required: 'unknown' },
  complete: { unpaid: 'pending', paid: 'paid', no_payment_required: 'paid' },
  expired: { unpaid: 'expired', paid: 'unknown', no_payment_required: 'unknown' },
} as const satisfies Record<SessionStatus, Record<PaymentStatus, AttemptState>>;

export function sessionState({ status, paymentStatus }: StripeSession): AttemptState {
  const table: Record<string, Record<string, AttemptState>> = STATES;
  const row = Object.hasOwn(table, status) ? (table[status] ?? {}) : {};
  return Object.hasOwn(row, paymentStatus) ? (row[paymentStatus] ?? 'unknown') : 'unknown';
}

type Terms = Pick<StripeSettings, 'live' | 'ugxDecimals'>;

/**
 * Where the attempt behind `reference` stands by this session. Another one's, one of the other mode (test or
 * live) and one without a readable amount pay nothing: undecided.
 */
export function toStatus(session: StripeSession, reference: string, terms: Terms): StatusResult {
  const amount = readWireAmount(session.amountTotal, session.currency, terms.ugxDecimals);
  const said = sessionState(session);
  const foreign = session.clientReference !== reference || session.livemode !== terms.live;
  const state = foreign || (said === 'paid' && amount === null) ? 'unknown' : said;
  const expired = { code: 'expired', message: 'The payment page expired' };
  return {
    state,
    gatewayTransactionId: session.id,
    amount,
    failure: state === 'expired' ? expired : null,
    wireStatus: `${session.status}/${session.paymentStatus}`.slice(0, 64),
  };
}

/** Meaning of an answer to GET of one session. */
export function readStatusAnswer(
  { status, json }: { status: number; json: unknown },
  reference: string,
  terms: Terms,
): StatusResult {
  const session = status === 200 ? readSession(json) : null;
  if (session) return toStatus(session, reference, terms);
  const { code } = readError(json);
  // A 404 of anything but Stripe's own lookup, of a proxy for example, says nothing.
  const absent = status === 404 && code === 'resource_missing';
  return {
    state: absent ? 'not_found' : 'unknown',
    gatewayTransactionId: null,
    amount: null,
    failure: null,
    wireStatus: code ?? `HTTP ${status}`,
  };
}

/** A new session; null unless it is the one we asked for, with a page to pay on. */
export function readCreated(
  json: unknown,
  request: InitiateRequest,
  terms: Terms,
): Extract<InitiateResult, { outcome: 'accepted' }> | null {
  const session = readSession(json);
  if (!session || session.url === null || session.clientReference !== request.reference)
    return null;
  const amount = readWireAmount(session.amountTotal, session.currency, terms.ugxDecimals);
  if (!amount?.equals(request.amount) || session.livemode !== terms.live) return null;
  return {
    outcome: 'accepted',
    gatewayTransactionId: session.id,
    checkoutUrl: session.url,
    gatewayData: { session_id: session.id },
    request: toSummary(request),
  };
}

/** Stripe's own id of a session, as far as we were told. */
export function sessionIdOf(attempt: {
  gatewayTransactionId: string | null;
  gatewayData: Record<string, string>;
}): string | null {
  return attempt.gatewayData['session_id'] ?? attempt.gatewayTransactionId;
}

export type Unsuccessful = 'misconfigured' | 'unprocessed' | 'refused' | 'unknown';

/** Answers that a server gives before it acts. */
const UNPROCESSED = new Set([405, 406, 413, 415, 429]);

/**
 * What an answer that is no success means for the call it answers. `idempotency_error` and 409 say that this
 * key was used before: something of ours may be there.
 */
export function readRefusal({ status, json }: { status: number; json: unknown }): Unsuccessful {
  const { type, code } = readError(json);
  if (type === 'idempotency_error') return 'unknown';
  if (status === 401 || status === 403) return 'misconfigured';
  if (UNPROCESSED.has(status) || code === 'rate_limit') return 'unprocessed';
  if (status === 400 || status === 402) return 'refused';
  // Stripe's word that something named in the request is not there; else the address itself is wrong.
  if (status === 404) return type === 'invalid_request_error' ? 'refused' : 'unprocessed';
  return 'unknown';
}

/** Stripe's codes in the product's words. */
const CODES: Readonly<Record<string, string>> = {
  amount_too_small: 'invalid_amount',
  amount_too_large: 'invalid_amount',
  email_invalid: 'invalid_email',
  url_invalid: 'invalid_return_url',
  charge_already_refunded: 'already_refunded',
  insufficient_funds: 'insufficient_funds',
  balance_insufficient: 'insufficient_funds',
  resource_missing: 'not_found',
};

export function toDecline({ code, message, param }: StripeError): {
  outcome: 'declined';
  code: string;
  message: string;
} {
  const named = code !== null && Object.hasOwn(CODES, code) ? CODES[code] : undefined;
  const currency = param?.endsWith('[currency]') ? 'unsupported_currency' : undefined;
  return {
    outcome: 'declined',
    code: named ?? currency ?? 'declined',
    message: message ?? code ?? 'Stripe refused it',
  };
}

/** Body of a refund; like a session's the same at every repeat. */
export function toRefundRequest(
  { amount, attempt, reference }: RefundRequest,
  paymentIntent: string,
  { ugxDecimals }: Terms,
): FormFields {
  return {
    payment_intent: paymentIntent,
    amount: String(toWireAmount(amount, ugxDecimals)),
    reason: 'requested_by_customer',
    metadata: { [METADATA.attempt]: attempt.reference, [METADATA.refund]: reference },
  };
}

/** `succeeded` may turn `failed` still. */
const REFUND_STATES = {
  pending: 'processing',
  requires_action: 'processing',
  succeeded: 'completed',
  failed: 'failed',
  canceled: 'failed',
} as const satisfies Record<RefundWord, RefundStatus['state']>;

export function toRefundStatus(refund: StripeRefund, { ugxDecimals }: Terms): RefundStatus {
  const { id, status, failureReason } = refund;
  const states: Record<string, RefundStatus['state']> = REFUND_STATES;
  const state = Object.hasOwn(states, status) ? (states[status] ?? 'unknown') : 'unknown';
  const message = `The refund ${status === 'canceled' ? 'was cancelled' : 'failed'}`;
  return {
    state,
    gatewayRefundId: id,
    amount: readWireAmount(refund.amount, refund.currency, ugxDecimals),
    failure:
      state === 'failed'
        ? {
            code: failureReason ?? status,
            message: failureReason ? `${message}: ${failureReason}` : message,
          }
        : null,
    wireStatus: status.slice(0, 64),
  };
}

/** Our refund among those of its payment; `none` where a whole list lacks it, null where nothing is said. */
export function findRefund(json: unknown, reference: string): StripeRefund | 'none' | null {
  if (!isRecord(json) || !Array.isArray(json.data)) return null;
  const refunds = json.data.map(readRefund);
  const found = refunds.find((refund) => refund?.refundReference === reference);
  if (found) return found;
  return refunds.includes(null) || json.has_more !== false ? null : 'none';
}
