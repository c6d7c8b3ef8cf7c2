import { DomainError } from '../common/index.js';

export const closeNotFound = (): DomainError =>
  new DomainError('not_found', 'day_close_not_found', 'Day close not found');

export const dayNotOver = (today: string): DomainError =>
  new DomainError(
    'refused',
    'day_not_over',
    `The day is not over: it is ${today} in UTC, and only days before it can be closed`,
  );

export const dayClosed = (date: string): DomainError =>
  new DomainError('conflict', 'day_closed', `The day ${date} is closed already`);

export const dayOutOfOrder = (next: string): DomainError =>
  new DomainError('conflict', 'day_out_of_order', `Days are closed in order: ${next} is the next`);

export const dayBeforeAccount = (first: string): DomainError =>
  new DomainError(
    'refused',
    'day_before_account',
    `The account was made on ${first}: there is nothing before it to close`,
  );
