import { DomainError, invalidField, Money, normalisePhone } from '../common/index.js';
import type { UserView } from '../identity/index.js';
import type { CreatePropertyDto, UpdatePropertyDto } from './property-requests.dto.js';
import type { PropertyKind, PropertySettings } from './property.types.js';

type Input = UpdatePropertyDto | CreatePropertyDto;

/** What a property has before anybody said anything; its contact is its owner's own. */
export function initialSettings(owner: UserView): PropertySettings {
  return {
    owner_id: owner.id,
    title: '',
    description: '',
    region: '',
    city: '',
    country: '',
    address: '',
    district: '',
    latitude: null,
    longitude: null,
    contact_name: owner.name,
    contact_phone: owner.phone && `+${owner.phone}`,
    contact_email: owner.email,
    visit_cost_minor: null,
    visit_cost_currency: null,
  };
}

/**
 * `before` with what `input` says; a field left out stays, null empties it.
 * @throws DomainError that names the field.
 */
export function withInput(
  before: PropertySettings,
  kind: PropertyKind,
  input: Input,
): PropertySettings {
  const visitCost = visitCostOf(before, kind, input);
  const after = {
    ...before,
    title: text(input.title, before.title),
    description: text(input.description, before.description),
    region: text(input.region, before.region),
    city: text(input.city, before.city),
    country: text(input.country, before.country),
    address: text(input.address, before.address),
    district: text(input.district, before.district),
    latitude: degrees(input.latitude, before.latitude),
    longitude: degrees(input.longitude, before.longitude),
    ...visitCost,
    ...contactOf(before, input, visitCost.visit_cost_currency),
  };
  if ((after.latitude === null) !== (after.longitude === null)) {
    throw invalidField(
      after.latitude === null ? 'latitude' : 'longitude',
      'send both latitude and longitude, or neither',
    );
  }
  return after;
}

function text(value: string | null | undefined, before: string): string {
  return value === undefined ? before : (value ?? '').trim();
}

function degrees(value: number | null | undefined, before: string | null): string | null {
  if (value === undefined) return before;
  return value === null ? null : value.toFixed(6);
}

function contactOf(
  before: PropertySettings,
  { owner_contact: contact }: Input,
  currency: string | null,
): Pick<PropertySettings, 'contact_name' | 'contact_phone' | 'contact_email'> {
  const phone = contact?.phone;
  return {
    contact_name: text(contact?.name, before.contact_name),
    contact_phone:
      phone === undefined
        ? before.contact_phone
        : phone && `+${normalisePhone(phone, currency, 'owner_contact.phone')}`,
    contact_email: contact?.email === undefined ? before.contact_email : contact.email,
  };
}

function visitCostOf(
  before: PropertySettings,
  kind: PropertyKind,
  { visit_cost: cost, visit_cost_currency: code }: Input,
): Pick<PropertySettings, 'visit_cost_minor' | 'visit_cost_currency'> {
  if (cost === null) return { visit_cost_minor: null, visit_cost_currency: null };
  if (cost === undefined) {
    if (code && code.toUpperCase() !== before.visit_cost_currency) {
      throw invalidField('visit_cost', 'send it together with another visit_cost_currency');
    }
    const { visit_cost_minor, visit_cost_currency } = before;
    return { visit_cost_minor, visit_cost_currency };
  }
  if (kind !== 'house') {
    throw new DomainError('refused', 'visits_of_houses_only', 'Only houses can be visited', {
      errors: { visit_cost: ['leave it out: only houses can be visited'] },
    });
  }
  const currency = code ?? before.visit_cost_currency;
  if (!currency) throw invalidField('visit_cost_currency', 'send it together with visit_cost');
  const money = Money.parse(cost, currency, 'visit_cost');
  return { visit_cost_minor: money.minor.toString(), visit_cost_currency: money.currency.code };
}
