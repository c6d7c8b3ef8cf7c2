import { identifier, isRecord, printable } from '../http/wire.reader.js';
import type { GatewayAnswer } from '../http/gateway-http.types.js';
import type { InitiateResult, RefundResult, RefundStatus } from '../port/provider.port.js';
import type { RequestSummary } from '../port/provider.port.js';
import { failureCode, lookUp, messageOf, readAmount } from './chapa.mapper.js';
import type { ChapaRefundStatus } from './chapa.types.js';

/**
 * - `misconfigured`: the key is not accepted. `unprocessed`: surely not carried out for another reason.
 * - `unknown`: perhaps carried out.
 */
export type Refusal = 'misconfigured' | 'unprocessed' | 'unknown';

/** A request was refused as it stands, in words for people. */
const REFUSED = new Set([400, 404, 422]);
/** Answers that a server gives before it acts on a request; 408, 409 and 5xx are not among them. */
const UNPROCESSED = new Set([403, 404, 405, 406, 413, 415, 423, 429]);
/** The guard against a second charge: something under this reference has arrived before. */
const USED_BEFORE = /used before|already (been )?used|already exists|duplicate/i;

/** What an answer other than a plain yes means; a text is a refusal in Chapa's words. */
export function readRefusal({ status, json }: GatewayAnswer): Refusal | { message: string } {
  if (status === 401) return 'misconfigured';
  const message = messageOf(json);
  const failed = isRecord(json) && json.status === 'failed';
  // A refusal may come with any success code; a 404 without a word of Chapa's is a wrong address.
  if (message !== null && (REFUSED.has(status) || (status < 300 && failed))) {
    return USED_BEFORE.test(message) ? 'unknown' : { message };
  }
  return UNPROCESSED.has(status) ? 'unprocessed' : 'unknown';
}

/** The body of a plain yes; null for any other answer. */
function yesOf({ status, json }: GatewayAnswer): Record<string, unknown> | null {
  const yes = status >= 200 && status < 300 && isRecord(json) && json.status !== 'failed';
  return yes ? json : null;
}

/** The page is the whole answer: Chapa names no id of its own before the payer has begun. */
export function readInitializeAnswer(
  answer: GatewayAnswer,
  request: RequestSummary,
): InitiateResult | Refusal {
  const checkoutUrl = pageOf(answer);
  if (checkoutUrl !== null) {
    return {
      outcome: 'accepted',
      gatewayTransactionId: null,
      checkoutUrl,
      gatewayData: {},
      request,
    };
  }
  const refusal = readRefusal(answer);
  if (typeof refusal === 'string') return refusal;
  const { message } = refusal;
  return { outcome: 'declined', code: failureCode(message), message, request };
}

/** To the letter, for a payer is sent there. */
function pageOf(answer: GatewayAnswer): string | null {
  const data = yesOf(answer)?.data;
  const url = isRecord(data) ? data.checkout_url : null;
  if (typeof url !== 'string' || url.length > 2_048 || !URL.canParse(url)) return null;
  return /^https?:$/.test(new URL(url).protocol) ? url : null;
}

/** True: closed. False: it was not open any more. */
export function readCancelAnswer(answer: GatewayAnswer): boolean | Refusal {
  const { status, json } = answer;
  if (yesOf(answer) || (status === 204 && json === undefined)) return true;
  const refusal = readRefusal(answer);
  return typeof refusal === 'string' ? refusal : false;
}

const REFUND_STATES = {
  'refund initiated': 'processing',
  initiated: 'processing',
  processing: 'processing',
  pending: 'processing',
  refunded: 'completed',
  success: 'completed',
  reversed: 'failed',
  failed: 'failed',
} as const satisfies Record<ChapaRefundStatus, RefundStatus['state']>;

export function refundStateOf(word: string): RefundStatus['state'] {
  return lookUp<RefundStatus['state']>(REFUND_STATES, word, 'unknown');
}

export function refundFailureOf(
  state: RefundStatus['state'],
  word: string,
): RefundStatus['failure'] {
  if (state !== 'failed') return null;
  const reversed = /reversed/i.test(word);
  return reversed
    ? { code: 'refund_reversed', message: 'The refund was sent back' }
    : { code: 'refund_failed', message: 'The refund failed' };
}

/** Names of the payment, which are no names of its refund. */
export type PaymentNames = readonly (string | null)[];

export function readRefundAnswer(
  answer: GatewayAnswer,
  paymentNames: PaymentNames,
): RefundResult | Refusal {
  const data = yesOf(answer)?.data;
  if (isRecord(data)) {
    return { outcome: 'accepted', ...readRefund(data, paymentNames, acceptedWord(answer)) };
  }
  const refusal = readRefusal(answer);
  if (typeof refusal === 'string') return refusal;
  return { outcome: 'declined', code: failureCode(refusal.message), message: refusal.message };
}

/** One shape of the answer has no status of the refund, only a message that says "initiated". */
function acceptedWord({ json }: GatewayAnswer): string {
  return /initiated|queued/i.test(messageOf(json) ?? '') ? 'initiated' : '';
}

/**
 * The meaning of a refund's verify. Null: Chapa knows no refund of that name. Asked by our own name, which
 * no source documents, only an answer that repeats it counts.
 */
export function readRefundStatusAnswer(
  answer: GatewayAnswer,
  paymentNames: PaymentNames,
  ourReference: string | null,
): RefundStatus {
  const data = yesOf(answer)?.data;
  const read = readRefund(isRecord(data) ? data : {}, paymentNames, '');
  const ours =
    ourReference === null || (isRecord(data) && data.merchant_reference === ourReference);
  const wireStatus = read.wireStatus || (messageOf(answer.json) ?? `HTTP ${answer.status}`);
  if (isRecord(data) && ours) return { ...read, wireStatus: wireStatus.slice(0, 64) };
  return {
    state: 'unknown',
    gatewayRefundId: null,
    amount: null,
    failure: null,
    wireStatus: wireStatus.slice(0, 64),
  };
}

function readRefund(
  data: Record<string, unknown>,
  paymentNames: PaymentNames,
  otherwise: string,
): RefundStatus {
  const word = printable(data.status) ?? otherwise;
  const state = refundStateOf(word);
  return {
    state,
    gatewayRefundId: refundIdOf(data, paymentNames),
    amount: readAmount(data.amount, data.currency),
    failure: refundFailureOf(state, word),
    wireStatus: word.slice(0, 64),
  };
}

/** By which of these the refund is found again differs between the shapes seen; `ref` may be the payment. */
export function refundIdOf(
  data: Record<string, unknown>,
  paymentNames: PaymentNames,
): string | null {
  const names = [data.ref_id, data.chapa_reference, data.ref, data.id].map(identifier);
  return names.find((name) => name !== null && !paymentNames.includes(name)) ?? null;
}
