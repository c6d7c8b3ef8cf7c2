import { Money } from '../common/index.js';
import type { StartedCheckout } from '../payments/index.js';
import type { PropertyRow } from '../properties/index.js';
import type {
  ActiveVisitDto,
  InitiatedVisitDto,
  VerifiedVisitDto,
  VisitContactDto,
  VisitLocationDto,
  VisitStatusDto,
} from './visit.dto.js';
import { isActive, type PaidVisit, type VisitRow } from './visit.types.js';

const PROMPTED = 'Payment initiated successfully. You will receive a payment prompt on your phone.';
const UNCONFIRMED =
  'The payment was sent to the gateway, which has not confirmed it yet. Do not pay again: verify it to learn its outcome.';

export interface VisitStatusFacts {
  house: PropertyRow;
  /** What the caller would pay now, or paid for the active visit. */
  cost: Money;
  visit: VisitRow | null;
}

/** The only door through which a house's contact and place leave; it opens for an active visit alone. */
export function presentStatus({ house, cost, visit }: VisitStatusFacts): VisitStatusDto {
  const offer = {
    visit_cost: cost.toNumber(),
    currency: cost.currency.code,
    property_id: house.id,
    property_title: house.title,
  };
  if (!isActive(visit)) return { has_paid: false, ...offer };
  return { has_paid: true, ...offer, ...disclosed(house, visit) };
}

export function presentInitiated(
  house: PropertyRow,
  visitId: number,
  { payment, attempt }: StartedCheckout,
): InitiatedVisitDto {
  return {
    success: true,
    message: attempt.status === 'pending' ? PROMPTED : UNCONFIRMED,
    payment_id: payment.id,
    visit_payment_id: visitId,
    transaction_id: attempt.id,
    gateway_transaction_id: attempt.gateway_transaction_id,
    transaction_reference: attempt.reference,
    phone_number_used: attempt.phone ?? '',
    amount: Money.ofMinor(attempt.amount_minor, attempt.currency).toNumber(),
    currency: attempt.currency,
    property_id: house.id,
    property_title: house.title,
    status: payment.status,
  };
}

export function presentActive(visit: PaidVisit): ActiveVisitDto {
  return {
    success: true,
    message: 'Visit payment already completed and active',
    payment_id: visit.payment_id,
    visit_payment_id: visit.id,
    status: 'completed',
    expires_at: visit.expires_at.toISOString(),
  };
}

export function presentVerified(
  house: PropertyRow,
  visit: PaidVisit,
  first: boolean,
): VerifiedVisitDto {
  return {
    success: true,
    message: first ? 'Payment verified successfully' : 'Payment already verified',
    ...disclosed(house, visit),
    is_expired: false,
  };
}

function disclosed(
  house: PropertyRow,
  visit: PaidVisit,
): {
  owner_contact: VisitContactDto;
  location: VisitLocationDto;
  paid_at: string;
  expires_at: string;
} {
  return {
    owner_contact: {
      phone: house.contact_phone,
      email: house.contact_email,
      name: house.contact_name,
    },
    location: {
      address: house.address,
      region: house.region,
      district: house.district,
      latitude: degrees(house.latitude),
      longitude: degrees(house.longitude),
    },
    paid_at: visit.paid_at.toISOString(),
    expires_at: visit.expires_at.toISOString(),
  };
}

function degrees(value: string | null): number | null {
  return value === null ? null : Number(value);
}
