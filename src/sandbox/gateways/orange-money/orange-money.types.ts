/** Body of `POST …/webpayment`, once it passed. */
export interface OrderBody {
  readonly currency: string;
  readonly order_id: string;
  readonly amount: number;
  readonly return_url: string;
  readonly cancel_url: string;
  readonly notif_url: string;
  readonly lang: 'fr' | 'en';
  /** The merchant's name as the payer sees it. */
  readonly reference: string | null;
}

export type PaymentStatus = 'INITIATED' | 'PENDING' | 'EXPIRED' | 'SUCCESS' | 'FAILED';

/** What Orange keeps of one order. */
export interface Payment {
  readonly order: OrderBody;
  readonly payToken: string;
  readonly notifToken: string;
  /** The page in the sandbox's own list. */
  readonly pageId: string;
  readonly paymentUrl: string;
  readonly createdAt: number;
  /** The amount on Orange's books; another than the order's only under a fault. */
  readonly amount: number;
  status: PaymentStatus;
  txnid: string | null;
}

/** What people disagree about, switchable while the sandbox runs. */
export interface Behaviour {
  /** `expires_in` of tokens: number or string, 3600 or 7776000. */
  expires_in: number | string;
  /** An untouched order turns EXPIRED by itself when its time is over. */
  expires_by_itself: boolean;
  /** What payers confirm stays PENDING until this is switched off. */
  slow: boolean;
}

export const USUAL: Behaviour = {
  expires_in: 7_776_000,
  expires_by_itself: false,
  slow: false,
};

export const VALIDITY_MS = 600_000;

export interface Credentials {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly merchantKey: string;
}

/** The product's own variables; an empty one counts as unset. */
export function readCredentials(env: Readonly<Record<string, string | undefined>>): Credentials {
  return {
    clientId: env['ORANGE_CLIENT_ID'] || 'sandbox-orange-client',
    clientSecret: env['ORANGE_CLIENT_SECRET'] || 'sandbox-orange-secret',
    merchantKey: env['ORANGE_MERCHANT_KEY'] || 'sandbox-orange-merchant',
  };
}

/** Currency of each segment; `OUV` is the pretend money of `dev`. */
export const SEGMENTS: Readonly<Record<string, string>> = {
  dev: 'OUV',
  ci: 'XOF',
  ml: 'XOF',
  sn: 'XOF',
  bf: 'XOF',
  gw: 'XOF',
  cm: 'XAF',
  cf: 'XAF',
  gn: 'GNF',
  mg: 'MGA',
  bw: 'BWP',
  sl: 'SLE',
  lr: 'LRD',
  cd: 'CDF',
  eg: 'EGP',
};
