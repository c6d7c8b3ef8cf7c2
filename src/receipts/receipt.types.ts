import type { PaperIssuer, SignedPaper } from '../documents/index.js';
import type { PayableKind, PaymentRow } from '../payments/index.js';

/** A row of `receipts`: the payment as it was when the receipt was issued. Amounts in minor units. */
export interface ReceiptRow {
  id: number;
  uuid: string;
  account_id: number;
  payment_id: number;
  number: string;
  currency: string;
  amount_minor: string;
  payment_method: PaymentRow['payment_method'];
  mobile_money_provider: PaymentRow['mobile_money_provider'];
  /** The gateway's own id of the transaction. */
  transaction_ref: string | null;
  payable_kind: PayableKind;
  payable_reference: string;
  description: string;
  payer_name: string | null;
  issuer: PaperIssuer;
  paid_at: Date;
  issued_at: Date;
}

/** Of `receipts r`. */
export const RECEIPT_COLUMNS = `r.id, r.uuid, r.account_id, r.payment_id, r.number, r.currency,
  r.amount_minor, r.payment_method, r.mobile_money_provider, r.transaction_ref, r.payable_kind,
  r.payable_reference, r.description, r.payer_name, r.issuer, r.paid_at, r.issued_at`;

/** What became of the money since; the receipt itself stays as it was. */
export type MoneyNow = Pick<PaymentRow, 'status' | 'refunded_minor'>;

/** What the signature in a receipt's QR code vouches for. */
export function signedPaper(receipt: ReceiptRow): SignedPaper {
  return {
    kind: 'receipt',
    uuid: receipt.uuid,
    facts: [
      receipt.number,
      receipt.amount_minor,
      receipt.currency,
      receipt.paid_at.toISOString(),
      receipt.payer_name ?? '',
    ],
  };
}
