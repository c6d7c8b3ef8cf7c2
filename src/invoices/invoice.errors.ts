import { DomainError } from '../common/index.js';

export const invoiceNotFound = (): DomainError =>
  new DomainError('not_found', 'invoice_not_found', 'Invoice not found');

export const creditNoteNotFound = (): DomainError =>
  new DomainError('not_found', 'credit_note_not_found', 'Credit note not found');

export const invoiceIssued = (number: string | null): DomainError =>
  new DomainError(
    'conflict',
    'invoice_issued',
    `Invoice ${number ?? ''} is issued and cannot be changed: void it or write a credit note`,
  );

export const invoiceNotIssued = (): DomainError =>
  new DomainError('conflict', 'invoice_not_issued', 'The invoice is a draft: issue it first');

export const invoiceVoid = (): DomainError =>
  new DomainError('conflict', 'invoice_void', 'The invoice is void');

export const invoiceChanged = (version: number): DomainError =>
  new DomainError(
    'conflict',
    'version_conflict',
    `The invoice has changed: its version is ${version} now. Read it again and repeat the change`,
  );

export const dueDatePassed = (dueDate: string): DomainError =>
  new DomainError(
    'refused',
    'due_date_passed',
    `The due date ${dueDate} is over: set a later one before you issue the invoice`,
    { errors: { due_date: ['must not lie before the day of issue'] } },
  );

export const invoiceHasPayments = (): DomainError =>
  new DomainError(
    'conflict',
    'invoice_has_payments',
    'Money has been paid for this invoice: refund it before you void the invoice',
  );

export const invoiceHasCreditNotes = (): DomainError =>
  new DomainError(
    'conflict',
    'invoice_has_credit_notes',
    'Part of this invoice is credited: credit the rest instead of voiding it',
  );

export const nothingToCredit = (): DomainError =>
  new DomainError(
    'refused',
    'nothing_to_credit',
    'Nothing is owed for this invoice: refund what was paid before you credit it',
  );

export const creditLinesNeeded = (): DomainError =>
  new DomainError(
    'refused',
    'credit_lines_needed',
    'Part of this invoice is paid or credited: say in lines what this note credits',
    { errors: { lines: ['is required for an invoice that is partly paid or credited'] } },
  );

export const creditExceedsOwed = (owed: string, currency: string): DomainError =>
  new DomainError(
    'refused',
    'credit_exceeds_owed',
    `Only ${owed} ${currency} is still owed: refund what was paid before you credit more`,
    { errors: { lines: [`must come to at most ${owed}, tax included`] } },
  );
