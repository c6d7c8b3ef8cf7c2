/**
 * Wire formats of Orange Money WebPay. No official contract is public: these are what several integrations
 * agree on; where they differ, the types allow both.
 */

/** `POST …/webpayment` */
export interface OrangeMoneyPaymentRequest {
  merchant_key: string;
  /** `OUV` on the segment `dev`. */
  currency: string;
  /** Our reference: at most 30 characters, unique for ever. */
  order_id: string;
  /** A whole number, in the unit of the merchant's contract. */
  amount: number;
  return_url: string;
  cancel_url: string;
  notif_url: string;
  lang: 'fr' | 'en';
  /** Shown to the payer as the merchant's name; sources disagree on whether it is sent at all. */
  reference?: string;
}

/** `POST …/transactionstatus`: all three must be those of the order. */
export interface OrangeMoneyStatusRequest {
  order_id: string;
  amount: number;
  pay_token: string;
}

export const ORANGE_MONEY_STATUSES = [
  'INITIATED',
  'PENDING',
  'EXPIRED',
  'SUCCESS',
  'FAILED',
] as const;
export type OrangeMoneyStatus = (typeof ORANGE_MONEY_STATUSES)[number];

/** A refusal, read from untrusted JSON: codes come as numbers and as strings. */
export interface OrangeMoneyError {
  code: string | null;
  /** `description` where there is one: it names the field. */
  message: string | null;
}

/** A notification, read from untrusted bytes. */
export interface OrangeMoneyNotification {
  status: string;
  notifToken: string;
  transactionId: string | null;
}
