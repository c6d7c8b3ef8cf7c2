import { DomainError, invalidField, Money } from '../../common/index.js';
import { MOBILE_NETWORKS } from '../../providers/index.js';
import type { PaymentChanges } from '../payments.service.js';
import { BOOKING_METHODS } from './payment-requests.dto.js';
import type { PaymentDto } from './payment.dto.js';

const EDITABLE = ['payment_method', 'mobile_money_provider', 'amount', 'notes'] as const;

/**
 * Reads the body of PUT and PATCH against the payment as it is shown: a client may send the whole
 * object back. Read-only fields that are unchanged are ignored, a changed one is refused by name.
 * A named `version` is not compared here but under the payment's lock.
 * @throws DomainError 400 naming the field.
 */
export function readPaymentEdit(shown: PaymentDto, body: unknown): PaymentChanges {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new DomainError('invalid', 'invalid_body', 'The body must be a JSON object');
  }
  const changes: PaymentChanges = {};
  for (const [field, value] of Object.entries(body)) {
    if (field === 'version') changes.version = readVersion(value);
    else if ((EDITABLE as readonly string[]).includes(field)) read(changes, field, value, shown);
    else assertUnchanged(shown, field, value);
  }
  return changes;
}

function read(changes: PaymentChanges, field: string, value: unknown, shown: PaymentDto): void {
  switch (field) {
    case 'amount':
      if (typeof value !== 'string' && typeof value !== 'number') {
        throw invalidField('amount', 'must be a positive decimal such as "50000.00"');
      }
      Money.parse(value, shown.currency);
      changes.amount = value;
      return;
    case 'payment_method':
      changes.method = oneOf('payment_method', value, BOOKING_METHODS, shown.payment_method);
      return;
    case 'mobile_money_provider':
      changes.network =
        value === null ? null : oneOf('mobile_money_provider', value, MOBILE_NETWORKS, undefined);
      return;
    default:
      if (typeof value !== 'string' || value.length > 2000) {
        throw invalidField('notes', 'must be a text of at most 2000 characters');
      }
      changes.notes = value;
  }
}

/** `current` is accepted too: an order's payment may be sent back with its own method. */
function oneOf<T extends string>(
  field: string,
  value: unknown,
  words: readonly T[],
  current: string | undefined,
): T {
  const text = typeof value === 'string' ? value.trim() : '';
  const word = [...words, ...(current ? [current as T] : [])].find(
    (candidate) => candidate.toLowerCase() === text.toLowerCase(),
  );
  if (!word) throw invalidField(field, `must be one of ${words.join(', ')} (in any case)`);
  return word;
}

function readVersion(value: unknown): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 1) {
    throw invalidField('version', 'must be the version number that was read');
  }
  return value;
}

function assertUnchanged(shown: PaymentDto, field: string, value: unknown): void {
  if (!Object.hasOwn(shown, field)) {
    throw invalidField(field, `is not a known field; may be changed: ${EDITABLE.join(', ')}`);
  }
  if (shown[field as keyof PaymentDto] !== value) {
    throw invalidField(field, `is read-only; may be changed: ${EDITABLE.join(', ')}`);
  }
}
