import { DomainError, type Role } from '../../common/index.js';

/**
 * Whose phone rings (document 002, "smart phone logic"): a customer's own profile's; for everybody
 * else who starts it, the customer's number in the booking.
 * @throws DomainError 400 `phone_number_missing` that says where to enter one.
 */
export function payerPhone(
  role: Role,
  profilePhone: string | null,
  payablePhone: string | null,
): string {
  const phone = role === 'customer' ? profilePhone : payablePhone;
  if (phone) return phone;
  throw new DomainError(
    'refused',
    'phone_number_missing',
    role === 'customer'
      ? 'Your profile has no phone number: add one with PATCH /api/v1/auth/me/'
      : 'The booking has no customer phone number',
  );
}
