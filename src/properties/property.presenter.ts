import { formatMinor, type Principal } from '../common/index.js';
import type { PropertyDto } from './property.dto.js';
import type { PropertyRow } from './property.types.js';

/**
 * A property as `caller` may see it. Where a house stands and how its owner is reached are what a visit
 * is paid for: only its owner, staff and admin see them here. Other kinds hide nothing but the contact.
 */
export function presentProperty(row: PropertyRow, caller: Principal): PropertyDto {
  const privileged =
    caller.role === 'staff' || caller.role === 'admin' || caller.userId === row.owner_id;
  const place = privileged || row.kind !== 'house';
  const degrees = (value: string | null): number | null =>
    place && value !== null ? Number(value) : null;
  return {
    id: row.id,
    uuid: row.uuid,
    kind: row.kind,
    title: row.title,
    description: row.description,
    region: row.region,
    city: row.city,
    country: row.country,
    address: place ? row.address : null,
    district: place ? row.district : null,
    latitude: degrees(row.latitude),
    longitude: degrees(row.longitude),
    owner: privileged ? row.owner_email : null,
    owner_contact: privileged
      ? { name: row.contact_name, phone: row.contact_phone, email: row.contact_email }
      : null,
    visit_cost:
      row.visit_cost_minor && row.visit_cost_currency
        ? formatMinor(row.visit_cost_minor, row.visit_cost_currency)
        : null,
    visit_cost_currency: row.visit_cost_currency,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
  };
}
