import type { Principal, Role } from '../common/index.js';
import { presentProperty } from './property.presenter.js';
import type { PropertyKind, PropertyRow } from './property.types.js';

const OWNER_ID = 4;

function aProperty(kind: PropertyKind, more: Partial<PropertyRow> = {}): PropertyRow {
  return {
    id: 123,
    uuid: '0d0f3a52-3a3f-4a7c-8d8e-6a2f3c1b9e10',
    account_id: 1,
    owner_id: OWNER_ID,
    owner_email: 'owner@malipo.test',
    kind,
    title: 'Beautiful 3 Bedroom House',
    description: 'With a garden',
    region: 'Dar es Salaam',
    city: 'Dar es Salaam',
    country: 'Tanzania',
    address: '123 Main Street, Dar es Salaam',
    district: 'Kinondoni',
    latitude: '-6.792400',
    longitude: '39.208300',
    contact_name: 'John Doe',
    contact_phone: '+255700000000',
    contact_email: 'owner@example.com',
    visit_cost_minor: '500000',
    visit_cost_currency: 'TZS',
    created_at: new Date('2026-01-23T05:12:00Z'),
    updated_at: new Date('2026-01-23T05:12:00Z'),
    ...more,
  };
}

function caller(role: Role, userId = 90): Principal {
  return { userId, uuid: '', accountId: 1, role, username: role };
}

const PUBLIC = {
  id: 123,
  title: 'Beautiful 3 Bedroom House',
  region: 'Dar es Salaam',
  city: 'Dar es Salaam',
  country: 'Tanzania',
  visit_cost: '5000.00',
  visit_cost_currency: 'TZS',
};
const PLACE = {
  address: '123 Main Street, Dar es Salaam',
  district: 'Kinondoni',
  latitude: -6.7924,
  longitude: 39.2083,
};
const NO_PLACE = { address: null, district: null, latitude: null, longitude: null };
const CONTACT = {
  owner: 'owner@malipo.test',
  owner_contact: { name: 'John Doe', phone: '+255700000000', email: 'owner@example.com' },
};
const NO_CONTACT = { owner: null, owner_contact: null };

describe('presentProperty', () => {
  it.each([
    ['staff', caller('staff')],
    ['admin', caller('admin')],
    ['its owner', caller('owner', OWNER_ID)],
  ])('shows all of a house to %s', (_who, who) => {
    expect(presentProperty(aProperty('house'), who)).toMatchObject({
      ...PUBLIC,
      ...PLACE,
      ...CONTACT,
    });
  });

  it.each([
    ['a customer', caller('customer')],
    ['a cashier', caller('cashier')],
    ['another owner', caller('owner')],
  ])('hides place and contact of a house from %s', (_who, who) => {
    const shown = presentProperty(aProperty('house'), who);
    expect(shown).toMatchObject({ ...PUBLIC, ...NO_PLACE, ...NO_CONTACT });
    const text = JSON.stringify(shown);
    for (const secret of ['Main Street', 'Kinondoni', '6.7924', '39.2', '2557', 'John', 'owner@']) {
      expect(text).not.toContain(secret);
    }
  });

  it.each(['hotel', 'lodge', 'venue'] as const)(
    'shows the place of a %s, but no contact, to everybody',
    (kind) => {
      const row = aProperty(kind, { visit_cost_minor: null, visit_cost_currency: null });
      expect(presentProperty(row, caller('customer'))).toMatchObject({
        ...PLACE,
        ...NO_CONTACT,
        visit_cost: null,
        visit_cost_currency: null,
      });
    },
  );
});
