import { DomainError } from '../common/index.js';
import type { ExpenseStatus } from './expense.types.js';

export const expenseNotFound = (): DomainError =>
  new DomainError('not_found', 'expense_not_found', 'Expense not found');

export const receiptNotFound = (): DomainError =>
  new DomainError('not_found', 'receipt_not_found', 'The expense has no receipt');

export const expenseChanged = (version: number): DomainError =>
  new DomainError(
    'conflict',
    'version_conflict',
    `The expense has changed: its version is ${version} now. Read it again before you decide`,
  );

/** `act` completes the sentence "it cannot be …": `changed`, `approved`… */
export const wrongStatus = (status: ExpenseStatus, act: string): DomainError =>
  new DomainError('conflict', `expense_${status}`, `The expense is ${status}: it cannot be ${act}`);

export const notYourExpense = (): DomainError =>
  new DomainError(
    'forbidden',
    'not_your_expense',
    'Somebody else wrote this expense: ask them or the staff to change it',
  );

export const secondPersonRequired = (): DomainError =>
  new DomainError(
    'forbidden',
    'second_person_required',
    'You wrote, changed or submitted this expense: somebody else must decide on it',
  );

export const receiptIsThere = (): DomainError =>
  new DomainError(
    'conflict',
    'receipt_exists',
    'The expense was decided on with its receipt, which cannot be replaced',
  );

export const paidFromDrawer = (): DomainError =>
  new DomainError(
    'conflict',
    'expense_paid_in_cash',
    'The cash has left the drawer: pay it in again there instead of voiding the expense',
  );
