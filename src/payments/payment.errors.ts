import { DomainError } from '../common/index.js';
import type { PaymentState } from './payment.state.js';

export const paymentNotFound = (): DomainError =>
  new DomainError('not_found', 'payment_not_found', 'Payment not found');

export const transactionNotFound = (): DomainError =>
  new DomainError('not_found', 'transaction_not_found', 'Transaction not found');

export const alreadyCompleted = (): DomainError =>
  new DomainError('refused', 'payment_already_completed', 'Payment already completed');

export const wrongState = (status: PaymentState, act: string): DomainError =>
  new DomainError('conflict', 'invalid_transition', `A ${status} payment cannot be ${act}`);

export const attemptInProgress = (retryAfterS: number): DomainError =>
  new DomainError(
    'conflict',
    'attempt_in_progress',
    'An earlier payment prompt is still open: wait for its outcome before starting another',
    { retryAfterS },
  );

export const moreThanOwed = (owed: string, currency: string): DomainError =>
  new DomainError('refused', 'amount_exceeds_owed', `Only ${owed} ${currency} is still owed`, {
    errors: { amount: [`must be at most ${owed}`] },
  });

export const notExact = (owed: string): DomainError =>
  new DomainError('refused', 'amount_not_exact', `The amount must be exactly ${owed}`, {
    errors: { amount: [`must be exactly ${owed}`] },
  });

export const versionConflict = (version: number): DomainError =>
  new DomainError(
    'conflict',
    'version_conflict',
    `The payment has changed: its version is ${version} now. Read it again and repeat the change`,
  );
