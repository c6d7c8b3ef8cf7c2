import { DomainError } from '../../common/index.js';

export const methodNotFound = (): DomainError =>
  new DomainError('not_found', 'payment_method_not_found', 'Payment method not found');

export const methodArchived = (): DomainError =>
  new DomainError('conflict', 'payment_method_archived', 'The payment method is archived');

export const methodChanged = (version: number): DomainError =>
  new DomainError(
    'conflict',
    'version_conflict',
    `The payment method has changed: its version is ${version} now. Read it again and repeat the change`,
  );

/** `reason` says what the method does not take. */
export const methodNotAvailable = (field: string, reason: string): DomainError =>
  new DomainError('refused', 'payment_method_not_available', `${field}: ${reason}`, {
    errors: { [field]: [reason] },
  });
