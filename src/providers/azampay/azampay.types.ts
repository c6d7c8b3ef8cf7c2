/**
 * AzamPay's wire formats. Sources: the OpenAPI file behind developerdocs.azampay.co.tz/tanzania and the
 * official WooCommerce plugin; where they differ, the types allow both.
 */

/** Case-sensitive on the wire. */
export const AZAMPAY_NETWORKS = ['Airtel', 'Tigo', 'Halopesa', 'Azampesa', 'Mpesa'] as const;
export type AzamPayNetwork = (typeof AZAMPAY_NETWORKS)[number];

/** `POST {authenticator}/AppRegistration/GenerateToken`; no further properties allowed. */
export interface AzamPayTokenRequest {
  appName: string;
  clientId: string;
  clientSecret: string;
}

/** `POST {checkout}/azampay/mno/checkout`; a closed body: an unlisted property is refused. */
export interface AzamPayCheckoutRequest {
  /** 255XXXXXXXXX, or an AzamPesa wallet number. */
  accountNumber: string;
  /** Whole shillings, at most 5,000,000. The schema says number, most samples send a string. */
  amount: number | string;
  currency: 'TZS';
  /** Our reference, at most 128 characters; comes back as `utilityref`. */
  externalId: string;
  provider: AzamPayNetwork;
}

/** `transactionstatus` of a callback: the schema says failure, the official plugin failed. */
export type AzamPayCallbackStatus = 'success' | 'failure' | 'failed' | 'cancelled';

/** Words seen in answers of the undocumented status query. */
export type AzamPayQueryStatus =
  | 'success'
  | 'complete'
  | 'completed'
  | 'failed'
  | 'fail'
  | 'failure'
  | 'pending'
  | 'processing'
  | 'cancelled'
  | 'expired'
  | 'reversed';

/** A callback, read from untrusted bytes: strings are printable and bounded, absent fields null. */
export interface AzamPayCallback {
  /** Our reference. */
  utilityref: string;
  transactionstatus: string;
  /** Signed with the two above; empty where an older payload lacks them. */
  externalreference: string;
  operator: string;
  /** As sent; a JSON number arrives as its digits. Never signed. */
  amount: string | null;
  transid: string | null;
  reference: string | null;
  message: string | null;
  user: string | null;
  password: string | null;
  /** Base64; null in an unsigned callback. */
  signature: string | null;
}
