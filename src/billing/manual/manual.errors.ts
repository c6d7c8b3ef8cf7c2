import { DomainError } from '../../common/index.js';
import type { PaymentState } from '../../payments/index.js';
import type { Duplicate } from './manual.types.js';

export const invoiceNotFound = (): DomainError =>
  new DomainError('not_found', 'invoice_not_found', 'Invoice not found');

export const invoiceAlreadyPaid = (): DomainError =>
  new DomainError('refused', 'invoice_already_paid', 'Invoice is already paid');

export const paymentUnderWay = (reference: string): DomainError =>
  new DomainError(
    'conflict',
    'payable_has_open_attempt',
    `Another payment for ${reference} is under way: wait for its outcome, or withdraw it`,
  );

export const alreadyResubmitted = (paymentId: number): DomainError =>
  new DomainError(
    'conflict',
    'already_resubmitted',
    `It was submitted again already, as payment ${paymentId}`,
  );

export const notManual = (): DomainError =>
  new DomainError('conflict', 'not_manual', 'Only a manual payment is reviewed by people');

export const notSubmitter = (): DomainError =>
  new DomainError('forbidden', 'not_submitter', 'Only whoever submitted the payment may do this');

export const ownPayment = (): DomainError =>
  new DomainError(
    'forbidden',
    'own_payment',
    'Somebody else must decide: you submitted this payment, proved it or owe it',
  );

export const proofsNotYours = (): DomainError =>
  new DomainError(
    'forbidden',
    'proofs_not_yours',
    'Proofs are for whoever submitted the payment and for staff',
  );

export const proofNotFound = (): DomainError =>
  new DomainError('not_found', 'proof_not_found', 'Proof not found');

export const versionChanged = (version: number): DomainError =>
  new DomainError(
    'conflict',
    'version_conflict',
    `The payment has changed: its version is ${version} now. Read it again and decide anew`,
  );

export const notWaiting = (status: PaymentState, act: string): DomainError =>
  new DomainError('conflict', 'invalid_transition', `A ${status} payment cannot be ${act}`);

/** `duplicates` are told to those alone who may see them. */
export const possibleDuplicate = (duplicates: Duplicate[] | null): DomainError =>
  new DomainError(
    'conflict',
    'possible_duplicate',
    'This may be a duplicate of another payment: look again, then repeat it with confirm_duplicate',
    duplicates ? { body: { duplicates } } : {},
  );

export const reversalNotFound = (): DomainError =>
  new DomainError('not_found', 'reversal_not_found', 'Reversal not found');

export const reversalPending = (): DomainError =>
  new DomainError(
    'conflict',
    'reversal_pending',
    'A reversal is proposed already: a second person confirms or declines it',
  );

export const reversalDecided = (status: string): DomainError =>
  new DomainError('conflict', 'reversal_decided', `The reversal is ${status} already`);

export const reversalOutdated = (): DomainError =>
  new DomainError(
    'conflict',
    'reversal_outdated',
    'Money of this payment has moved since: decline the reversal and propose it anew',
  );

export const refundUnderWay = (): DomainError =>
  new DomainError(
    'conflict',
    'refund_under_way',
    'A refund of this payment is under way: wait for its outcome',
  );

export const ownReversal = (): DomainError =>
  new DomainError(
    'forbidden',
    'own_reversal',
    'A second person must confirm the reversal that you proposed',
  );
