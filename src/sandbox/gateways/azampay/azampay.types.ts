/** The networks as AzamPay spells them (case-sensitive), with the product's words. */
export const NETWORKS = {
  Airtel: 'AIRTEL',
  Tigo: 'TIGO',
  Halopesa: 'HALOPESA',
  Azampesa: 'AZAMPESA',
  Mpesa: 'MPESA',
} as const;
export type WireNetwork = keyof typeof NETWORKS;

/** Body of `POST /azampay/mno/checkout`, once it passed. */
export interface CheckoutBody {
  readonly accountNumber: string;
  /** Whole shillings, 0 to 5,000,000. */
  readonly amount: number;
  readonly currency: string;
  readonly externalId: string;
  readonly provider: WireNetwork;
  readonly additionalProperties: Readonly<Record<string, unknown>> | null;
}

/** What AzamPay keeps of one accepted checkout. */
export interface Payment {
  readonly checkout: CheckoutBody;
  readonly promptId: string;
  /** 32 hex digits: the answer's `transactionId`, the callback's `reference`. */
  readonly transactionId: string;
  readonly externalReference: string;
  readonly transId: string;
  readonly mnoReference: string;
  /** The outcome is told with another amount than was asked for. */
  readonly wrongAmount: boolean;
}

export type OutcomeWord = 'success' | 'failure' | 'failed' | 'pending';

/** Fields of the notification in the order of the documentation. */
export interface CallbackBody {
  readonly message: string;
  readonly user: string;
  readonly password: string;
  readonly clientId: string;
  readonly transactionstatus: string;
  readonly operator: string;
  readonly reference: string;
  readonly externalreference: string;
  readonly utilityref: string;
  readonly amount: string;
  readonly transid: string;
  readonly msisdn: string;
  readonly mnoreference: string;
  readonly submerchantAcc: null;
  readonly additionalProperties: Readonly<Record<string, unknown>> | null;
  readonly signature: string | null;
}

export interface Credentials {
  readonly appName: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** When set, every call but the token's must carry it as X-API-Key. */
  readonly apiKey: string | null;
  readonly callbackUser: string;
  readonly callbackPassword: string;
}

/** The product's own variables; an empty one counts as unset. */
export function readCredentials(env: Readonly<Record<string, string | undefined>>): Credentials {
  return {
    appName: env['AZAMPAY_APP_NAME'] || 'malipo-sandbox',
    clientId: env['AZAMPAY_CLIENT_ID'] || 'sandbox-client-id',
    clientSecret: env['AZAMPAY_CLIENT_SECRET'] || 'sandbox-client-secret',
    apiKey: env['AZAMPAY_API_KEY'] || null,
    callbackUser: env['AZAMPAY_CALLBACK_USER'] || '',
    callbackPassword: env['AZAMPAY_CALLBACK_PASSWORD'] || '',
  };
}
