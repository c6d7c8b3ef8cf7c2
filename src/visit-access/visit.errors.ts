import { DomainError } from '../common/index.js';
import type { PaidVisit } from './visit.types.js';

/** Clients of these routes look at `success`. */
const FAILED = { success: false };

export const housesOnly = (): DomainError =>
  new DomainError(
    'refused',
    'visits_of_houses_only',
    'Visit payments are only available for house properties',
    { body: FAILED },
  );

export const visitsNotOffered = (): DomainError =>
  new DomainError('refused', 'visits_not_offered', 'This house cannot be visited for a fee', {
    body: FAILED,
  });

export const networkMissing = (): DomainError =>
  new DomainError(
    'invalid',
    'validation_failed',
    'mobile_money_provider is required for mobile_money',
    { errors: { mobile_money_provider: ['is required for mobile_money'] }, body: FAILED },
  );

export const networkNotServed = (networks: readonly string[]): DomainError => {
  const message = `must be one of ${networks.join(', ')}`;
  return new DomainError('invalid', 'unsupported_network', `mobile_money_provider: ${message}`, {
    errors: { mobile_money_provider: [message] },
    body: FAILED,
  });
};

export const noGateway = (currency: string): DomainError =>
  new DomainError(
    'refused',
    'no_gateway_for_currency',
    `No gateway that prompts phones takes ${currency} here`,
    { body: FAILED },
  );

export const phoneMissing = (): DomainError =>
  new DomainError(
    'refused',
    'phone_number_missing',
    'Your profile has no phone number: add one with PATCH /api/v1/auth/me/',
    { body: FAILED },
  );

export const transactionNotFound = (): DomainError =>
  new DomainError('not_found', 'transaction_not_found', 'Transaction not found', { body: FAILED });

/** `status`: how the payment stands. */
export const paymentPending = (status: string): DomainError =>
  new DomainError(
    'refused',
    'payment_pending',
    'Payment is not completed yet. Confirm the prompt on your phone, then verify again.',
    { body: { ...FAILED, status } },
  );

export const paymentFailed = (status: string): DomainError =>
  new DomainError(
    'refused',
    'payment_failed',
    'Payment failed or was cancelled. Please pay again to access property details.',
    { body: { ...FAILED, status } },
  );

export const visitExpired = (visit: PaidVisit): DomainError =>
  new DomainError(
    'refused',
    'visit_expired',
    'Visit payment has expired. Please pay again to access property details.',
    {
      body: {
        ...FAILED,
        is_expired: true,
        paid_at: visit.paid_at.toISOString(),
        expires_at: visit.expires_at.toISOString(),
      },
    },
  );

export const visitRefunded = (): DomainError =>
  new DomainError(
    'refused',
    'visit_refunded',
    'Visit payment was refunded. Please pay again to access property details.',
    { body: FAILED },
  );
