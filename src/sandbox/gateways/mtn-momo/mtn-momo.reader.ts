import { Money } from '../../../common/index.js';
import type { PayBody, RefundBody } from './mtn-momo.types.js';

type Fields = Readonly<Record<string, unknown>>;

const UUID_V4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;
/** A special character such as an apostrophe is refused, and so is a long text. */
const PLAIN_TEXT = /^[A-Za-z0-9 ]{0,160}$/;
const PAY_FIELDS = ['amount', 'currency', 'externalId', 'payer', 'payerMessage', 'payeeNote'];
const REFUND_FIELDS = [
  'amount',
  'currency',
  'externalId',
  'payerMessage',
  'payeeNote',
  'referenceIdToRefund',
];

export function isUuidV4(value: unknown): value is string {
  return typeof value === 'string' && UUID_V4.test(value);
}

/** Null for what MTN answers with an empty 400. */
export function readPayBody(bytes: Buffer): PayBody | null {
  const fields = parseObject(bytes, PAY_FIELDS);
  const common = fields && readCommon(fields);
  const payer = fields && isObject(fields['payer']) ? fields['payer'] : null;
  if (!common || !payer) return null;
  const { partyIdType, partyId } = payer;
  if (partyIdType !== 'MSISDN' || typeof partyId !== 'string') return null;
  // Every example has digits with country code; whether a plus is taken is not known.
  if (!/^[1-9]\d{7,14}$/.test(partyId)) return null;
  return { ...common, payer: { partyIdType, partyId } };
}

export function readRefundBody(bytes: Buffer): RefundBody | null {
  const fields = parseObject(bytes, REFUND_FIELDS);
  const common = fields && readCommon(fields);
  const referenceIdToRefund = fields?.['referenceIdToRefund'];
  if (!common || typeof referenceIdToRefund !== 'string' || referenceIdToRefund === '') return null;
  return { ...common, referenceIdToRefund };
}

function readCommon(fields: Fields): Omit<PayBody, 'payer'> | null {
  const { amount, currency, externalId = null, payerMessage = '', payeeNote = '' } = fields;
  if (typeof amount !== 'string' || !/^\d{1,12}(\.\d{1,3})?$/.test(amount)) return null;
  if (typeof currency !== 'string' || !/^[A-Z]{3}$/.test(currency)) return null;
  if (externalId !== null && typeof externalId !== 'string') return null;
  if (typeof payerMessage !== 'string' || !PLAIN_TEXT.test(payerMessage)) return null;
  if (typeof payeeNote !== 'string' || !PLAIN_TEXT.test(payeeNote)) return null;
  return { amount, currency, externalId, payerMessage, payeeNote };
}

/** Null where the currency has no such amount. */
export function moneyOf({ amount, currency }: { amount: string; currency: string }): Money | null {
  try {
    return Money.parse(amount, currency);
  } catch {
    return null;
  }
}

function parseObject(bytes: Buffer, known: readonly string[]): Fields | null {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    if (!isObject(value)) return null;
    return Object.keys(value).every((name) => known.includes(name)) ? value : null;
  } catch {
    return null;
  }
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
