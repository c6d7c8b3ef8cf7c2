import { DomainError } from '../common/index.js';

export const paymentNotPaid = (): DomainError =>
  new DomainError(
    'conflict',
    'payment_not_paid',
    'There is no receipt yet: the payment is not completed',
  );

export const receiptNotFound = (): DomainError =>
  new DomainError('not_found', 'receipt_not_found', 'This receipt could not be verified');
