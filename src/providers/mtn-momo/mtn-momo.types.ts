/**
 * MTN MoMo's wire formats: Collections' requesttopay and Disbursements' refund. Sources: the API definitions
 * of MTN's developer portal and what integrators report; where they differ, the types allow both.
 */

/** `POST /collection/v1_0/requesttopay`; answered by 202 without a body. */
export interface MtnRequestToPay {
  /** Major units. */
  amount: string;
  currency: string;
  /** Comes back in status and callback, which name no X-Reference-Id. */
  externalId: string;
  payer: { partyIdType: 'MSISDN'; partyId: string };
  /** At most 160 characters of plain letters, digits and spaces. */
  payerMessage: string;
  payeeNote: string;
}

/** `POST /disbursement/{v1_0|v2_0}/refund`; answered by 202 without a body. */
export interface MtnRefundRequest {
  amount: string;
  currency: string;
  externalId: string;
  payerMessage: string;
  payeeNote: string;
  /** X-Reference-Id of the paid requesttopay. */
  referenceIdToRefund: string;
}

export type MtnStatus = 'PENDING' | 'SUCCESSFUL' | 'FAILED';

/** The enumeration of the definitions, then what was seen beyond it. */
export type MtnReason =
  | 'PAYEE_NOT_FOUND'
  | 'PAYER_NOT_FOUND'
  | 'NOT_ALLOWED'
  | 'NOT_ALLOWED_TARGET_ENVIRONMENT'
  | 'INVALID_CALLBACK_URL_HOST'
  | 'INVALID_CURRENCY'
  | 'SERVICE_UNAVAILABLE'
  | 'INTERNAL_PROCESSING_ERROR'
  | 'NOT_ENOUGH_FUNDS'
  | 'PAYER_LIMIT_REACHED'
  | 'PAYEE_NOT_ALLOWED_TO_RECEIVE'
  | 'PAYMENT_NOT_APPROVED'
  | 'RESOURCE_NOT_FOUND'
  | 'APPROVAL_REJECTED'
  | 'EXPIRED'
  | 'TRANSACTION_CANCELED'
  | 'RESOURCE_ALREADY_EXIST'
  | 'COULD_NOT_PERFORM_TRANSACTION'
  | 'REJECTED'
  | 'ONGOING'
  | 'DELAYED'
  | 'PENDING'
  | 'TRANSFER_TYPE_UNKNOWN'
  | 'SENDER_ACCOUNT_NOT_ACTIVE'
  | 'PAYER_DELAYED';

/** Status of a requesttopay or a refund, read from untrusted JSON; a callback has the same shape. */
export interface MtnResource {
  status: string;
  /** The code, whether `reason` came as an object or as a string. */
  reason: string | null;
  amount: string | null;
  currency: string | null;
  externalId: string | null;
  financialTransactionId: string | null;
}
