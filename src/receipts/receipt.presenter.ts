import { formatMinor } from '../common/index.js';
import {
  letterheadOf,
  maskedName,
  paperAmount,
  paperTime,
  type VerificationPage,
} from '../documents/index.js';
import type { ReceiptDto, VerifiedReceiptDto } from './receipt.dto.js';
import type { MoneyNow, ReceiptRow } from './receipt.types.js';

export function presentReceipt(
  row: ReceiptRow,
  now: MoneyNow,
  verificationUrl: string,
): ReceiptDto {
  const { name, lines } = letterheadOf(row.issuer, null);
  return {
    id: row.id,
    uuid: row.uuid,
    number: row.number,
    payment: row.payment_id,
    amount: formatMinor(row.amount_minor, row.currency),
    currency: row.currency,
    payment_method: row.payment_method,
    mobile_money_provider: row.mobile_money_provider,
    transaction_ref: row.transaction_ref,
    reference: row.payable_reference,
    description: row.description,
    payer_name: row.payer_name,
    issuer: { name, lines: [...lines] },
    paid_at: row.paid_at.toISOString(),
    issued_at: row.issued_at.toISOString(),
    status: now.status,
    refunded_amount: formatMinor(now.refunded_minor, row.currency),
    verification_url: verificationUrl,
  };
}

/** For strangers who hold the paper: no more of the payer than they could guess from it. */
export function presentVerified(row: ReceiptRow & MoneyNow): VerifiedReceiptDto {
  return {
    genuine: true,
    number: row.number,
    issuer: letterheadOf(row.issuer, null).name,
    amount: formatMinor(row.amount_minor, row.currency),
    currency: row.currency,
    payer: maskedName(row.payer_name),
    paid_at: row.paid_at.toISOString(),
    status: row.status,
    refunded_amount: formatMinor(row.refunded_minor, row.currency),
  };
}

export function genuinePage(row: ReceiptRow & MoneyNow): VerificationPage {
  const { headline, tone, state } = verdictOn(row);
  const payer = maskedName(row.payer_name);
  return {
    title: `Receipt ${row.number}`,
    headline,
    tone,
    rows: [
      ['Receipt', row.number],
      ['Issued by', letterheadOf(row.issuer, null).name],
      ['Amount', paperAmount(row.amount_minor, row.currency)],
      ['Paid on', paperTime(row.paid_at)],
      ...(payer === '' ? [] : [['Paid by', payer] as const]),
      ['Status now', state],
    ],
    note: 'Compare number, amount and date with the paper in your hand: a copied code proves only the receipt that is shown here.',
  };
}

export const UNKNOWN_PAGE: VerificationPage = {
  title: 'Receipt',
  headline: 'This receipt could not be verified',
  tone: 'bad',
  rows: [],
  note: 'The address is incomplete, or nobody here issued this receipt. Scan the code again, or ask whoever gave you the paper.',
};

function verdictOn(
  row: ReceiptRow & MoneyNow,
): Pick<VerificationPage, 'headline' | 'tone'> & { state: string } {
  const back = paperAmount(row.refunded_minor, row.currency);
  if (row.status === 'refunded') {
    return {
      headline: 'Genuine, but the money was paid back',
      tone: 'changed',
      state: `Refunded: ${back}`,
    };
  }
  if (row.status === 'partially_refunded') {
    return {
      headline: 'Genuine, but part of the money was paid back',
      tone: 'changed',
      state: `Partly refunded: ${back}`,
    };
  }
  return { headline: 'This receipt is genuine', tone: 'good', state: 'Paid' };
}
