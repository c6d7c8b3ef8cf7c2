import { DomainError } from '../common/index.js';

export const bookingNotFound = (): DomainError =>
  new DomainError('not_found', 'booking_not_found', 'Booking not found');

export const bookingAlreadyCancelled = (): DomainError =>
  new DomainError('conflict', 'booking_already_cancelled', 'The booking is cancelled already');

export const bookingHasPayments = (): DomainError =>
  new DomainError(
    'conflict',
    'booking_has_payments',
    'Money has been paid for this booking: refund it before you cancel',
  );
