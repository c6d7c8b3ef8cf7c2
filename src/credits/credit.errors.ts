import { DomainError } from '../common/index.js';

export const creditNotFound = (): DomainError =>
  new DomainError('not_found', 'credit_not_found', 'Credit balance not found');

export const creditTooLow = (balance: string, currency: string): DomainError =>
  new DomainError(
    'conflict',
    'credit_too_low',
    `Only ${balance} ${currency} of credit is left: less cannot be there than nothing`,
  );
