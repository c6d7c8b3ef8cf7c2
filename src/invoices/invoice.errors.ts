import { DomainError } from '../common/index.js';

export const invoiceNotFound = (): DomainError =>
  new DomainError('not_found', 'invoice_not_found', 'Invoice not found');
