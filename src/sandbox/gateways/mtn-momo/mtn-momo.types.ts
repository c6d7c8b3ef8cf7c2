export type Product = 'collection' | 'disbursement';
export type Status = 'PENDING' | 'SUCCESSFUL' | 'FAILED';

/** Body of `POST /collection/v1_0/requesttopay`, once it passed. */
export interface PayBody {
  readonly amount: string;
  readonly currency: string;
  readonly externalId: string | null;
  readonly payer: { readonly partyIdType: string; readonly partyId: string };
  readonly payerMessage: string;
  readonly payeeNote: string;
}

/** Body of `POST /disbursement/{version}/refund`, once it passed. */
export interface RefundBody {
  readonly amount: string;
  readonly currency: string;
  readonly externalId: string | null;
  readonly payerMessage: string;
  readonly payeeNote: string;
  readonly referenceIdToRefund: string;
}

/** What MTN keeps of one requesttopay. */
export interface Payment {
  /** X-Reference-Id. */
  readonly id: string;
  /** Counts up: even ones tell their reason as an object and call back by POST, odd ones otherwise. */
  readonly number: number;
  readonly body: PayBody;
  readonly promptId: string;
  readonly financialTransactionId: number;
  readonly callbackUrl: string | null;
  /** The outcome is told with another amount than was asked for. */
  readonly wrongAmount: boolean;
  /** Why it fails, where a number decides that. */
  readonly forcedReason: string | null;
  /** Never comes to an end. */
  readonly endless: boolean;
}

export interface Refund {
  readonly id: string;
  readonly number: number;
  readonly body: RefundBody;
  readonly financialTransactionId: number;
  readonly payee: PayBody['payer'] | null;
  readonly dueAt: number | null;
  status: Status;
  reason: string | null;
}

interface ProductCredentials {
  readonly subscriptionKey: string;
  readonly apiUser: string;
  readonly apiKey: string;
}
export interface Credentials extends Readonly<Record<Product, ProductCredentials>> {
  readonly currencies: ReadonlySet<string>;
}

/** EUR alone at MTN's; here also what live environments pay in, so that any price can be tried. */
const CURRENCIES = ['EUR', 'UGX', 'GHS', 'XOF', 'ZMW', 'XAF', 'GNF', 'ZAR', 'LRD', 'NGN', 'RWF'];

/** The product's own variables; an empty one counts as unset. */
export function readCredentials(env: Readonly<Record<string, string | undefined>>): Credentials {
  const own = env['MTN_CURRENCY'];
  return {
    collection: {
      subscriptionKey: env['MTN_SUBSCRIPTION_KEY'] || 'malipo-sandbox-collection',
      apiUser: env['MTN_API_USER'] || '5a1e0c5e-0000-4000-8000-00000000c011',
      apiKey: env['MTN_API_KEY'] || 'sandbox-collection-api-key',
    },
    disbursement: {
      subscriptionKey: env['MTN_DISBURSEMENT_SUBSCRIPTION_KEY'] || 'malipo-sandbox-disbursement',
      apiUser: env['MTN_DISBURSEMENT_API_USER'] || '5a1e0c5e-0000-4000-8000-00000000d15b',
      apiKey: env['MTN_DISBURSEMENT_API_KEY'] || 'sandbox-disbursement-api-key',
    },
    currencies: new Set([...CURRENCIES, ...(own ? [own.toUpperCase()] : [])]),
  };
}
