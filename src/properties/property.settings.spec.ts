import type { UserView } from '../identity/index.js';
import { initialSettings, withInput } from './property.settings.js';

const owner: UserView = {
  id: 4,
  uuid: '',
  accountId: 1,
  username: 'owner@malipo.test',
  email: 'owner@malipo.test',
  name: 'John Doe',
  phone: '255700000000',
  role: 'owner',
};
const house = withInput(initialSettings(owner), 'house', {
  title: ' House ',
  city: 'Dar es Salaam',
  country: 'Tanzania',
  latitude: -6.7924,
  longitude: 39.2083,
  visit_cost: '5000.00',
  visit_cost_currency: 'tzs',
});
const fieldsOf = (work: () => unknown): string[] => {
  try {
    work();
  } catch (error) {
    return Object.keys((error as { extra: { errors: object } }).extra.errors);
  }
  return [];
};

describe('settings of a property', () => {
  it('begin with the profile of the owner', () => {
    expect(house).toMatchObject({
      owner_id: 4,
      title: 'House',
      description: '',
      contact_name: 'John Doe',
      contact_phone: '+255700000000',
      contact_email: 'owner@malipo.test',
      latitude: '-6.792400',
      longitude: '39.208300',
      visit_cost_minor: '500000',
      visit_cost_currency: 'TZS',
    });
  });

  it('stay where nothing is said', () => {
    expect(withInput(house, 'house', {})).toEqual(house);
    expect(withInput(house, 'house', { owner_contact: {} })).toEqual(house);
  });

  it('are emptied by null', () => {
    const emptied = withInput(house, 'house', {
      region: null,
      latitude: null,
      longitude: null,
      visit_cost: null,
      owner_contact: { name: null, phone: null, email: null },
    });
    expect(emptied).toMatchObject({
      region: '',
      latitude: null,
      longitude: null,
      visit_cost_minor: null,
      visit_cost_currency: null,
      contact_name: '',
      contact_phone: null,
      contact_email: null,
    });
  });

  it('keep the plus of the contact, in any usual form of number', () => {
    const changed = withInput(house, 'house', { owner_contact: { phone: '0754 000 111' } });
    expect(changed.contact_phone).toBe('+255754000111');
  });

  it.each([
    ['half a place', 'house', { latitude: null }, ['latitude']],
    ['no phone number', 'house', { owner_contact: { phone: '12' } }, ['owner_contact.phone']],
    ['more decimals', 'house', { visit_cost: '1.001' }, ['visit_cost']],
    ['a currency alone', 'house', { visit_cost_currency: 'XOF' }, ['visit_cost']],
    ['a visit to a hotel', 'hotel', { visit_cost: '1.00' }, ['visit_cost']],
  ] as const)('refuse %s', (_what, kind, input, fields) => {
    expect(fieldsOf(() => withInput(house, kind, input))).toEqual(fields);
  });

  it('need a currency for the first visit cost', () => {
    const bare = { ...house, visit_cost_minor: null, visit_cost_currency: null };
    expect(fieldsOf(() => withInput(bare, 'house', { visit_cost: 5 }))).toEqual([
      'visit_cost_currency',
    ]);
  });
});
