import { DEMO_PROPERTY_IDS } from '../../src/properties/index.js';
import type { CreatePropertyDto } from '../../src/properties/property-requests.dto.js';
import { aBookingRoom, type BookingRoom, demoCaller } from '../support/booking-room.js';

describe('properties', () => {
  let room: BookingRoom;

  beforeAll(async () => {
    room = await aBookingRoom();
  });
  afterAll(() => room.database.drop());

  const wanted = (more: Partial<CreatePropertyDto> = {}): CreatePropertyDto => ({
    kind: 'house',
    owner: 'owner@malipo.test',
    title: 'Garden House',
    city: 'Arusha',
    country: 'Tanzania',
    ...more,
  });

  it("hold document 002's house", async () => {
    expect(await room.properties.read(room.staff, { id: DEMO_PROPERTY_IDS.house })).toMatchObject({
      kind: 'house',
      title: 'Beautiful 3 Bedroom House',
      address: '123 Main Street, Dar es Salaam',
      region: 'Dar es Salaam',
      district: 'Kinondoni',
      latitude: '-6.792400',
      longitude: '39.208300',
      contact_name: 'John Doe',
      contact_phone: '+255700000000',
      contact_email: 'owner@example.com',
      visit_cost_minor: '500000',
      visit_cost_currency: 'TZS',
      owner_email: 'owner@malipo.test',
    });
  });

  it('are made with the contact of their owner', async () => {
    const made = await room.properties.create(
      room.staff,
      wanted({
        latitude: -3.3869,
        longitude: 36.683,
        visit_cost: 2500,
        visit_cost_currency: 'TZS',
      }),
    );
    expect(made.id).toBeGreaterThan(DEMO_PROPERTY_IDS.otherBranchHotel);
    expect(made).toMatchObject({
      account_id: 1,
      contact_name: 'John Doe',
      contact_phone: '+255700000000',
      contact_email: 'owner@malipo.test',
      latitude: '-3.386900',
      longitude: '36.683000',
      visit_cost_minor: '250000',
    });
    expect(await room.trailOf('property', made.id)).toMatchObject([
      { action: 'property.created', changes: { kind: 'house', owner_id: 4 } },
    ]);
  });

  it.each([
    ['a customer', 'customer@malipo.test'],
    ['nobody', 'nobody@malipo.test'],
    ['somebody of another account', 'outsider@malipo.test'],
  ])('never belong to %s', async (_what, owner) => {
    await expect(room.properties.create(room.staff, wanted({ owner }))).rejects.toMatchObject({
      kind: 'invalid',
      extra: { errors: { owner: [expect.any(String)] } },
    });
  });

  it('are changed in what is named alone, and the trail does not tell how the owner is reached', async () => {
    const { id, updated_at: before } = await room.properties.create(room.staff, wanted());
    const changed = await room.properties.change(
      room.staff,
      { id },
      {
        title: 'Blue House',
        address: 'Hidden Lane 3',
        owner_contact: { phone: '+255 754 000 111' },
      },
    );
    expect(changed).toMatchObject({
      title: 'Blue House',
      city: 'Arusha',
      contact_name: 'John Doe',
      contact_phone: '+255754000111',
    });
    expect(changed.updated_at.getTime()).toBeGreaterThan(before.getTime());
    const [, entry] = await room.trailOf('property', id);
    expect(entry).toMatchObject({
      action: 'property.changed',
      changes: {
        title: ['Garden House', 'Blue House'],
        address: ['', 'hidden'],
        contact_phone: ['hidden', 'hidden'],
      },
    });
    expect(JSON.stringify(entry)).not.toMatch(/754|700|Lane/);
  });

  it('stay as they are, unwritten, where nothing differs', async () => {
    const made = await room.properties.create(room.staff, wanted());
    const same = await room.properties.change(room.staff, { id: made.id }, wanted());
    expect(same).toEqual(made);
    expect(await room.trailOf('property', made.id)).toHaveLength(1);
  });

  it('lose no change to another one at the same time', async () => {
    const { id } = await room.properties.create(room.staff, wanted());
    await Promise.all([
      room.properties.change(room.staff, { id }, { title: 'One' }),
      room.properties.change(room.staff, { id }, { region: 'Two' }),
      room.properties.change(room.staff, { id }, { district: 'Three' }),
      room.properties.change(room.staff, { id }, { latitude: 1, longitude: 2 }),
    ]);
    expect(await room.properties.read(room.staff, { id })).toMatchObject({
      title: 'One',
      region: 'Two',
      district: 'Three',
      latitude: '1.000000',
      longitude: '2.000000',
    });
  });

  it('are out of reach for another account', async () => {
    const outsider = demoCaller('outsider');
    const id = { id: DEMO_PROPERTY_IDS.house };
    const refusal = { kind: 'not_found', code: 'property_not_found' };
    await expect(room.properties.read(outsider, id)).rejects.toMatchObject(refusal);
    await expect(room.properties.change(outsider, id, { title: 'Mine' })).rejects.toMatchObject(
      refusal,
    );
    await expect(
      room.properties.read(room.staff, { id: DEMO_PROPERTY_IDS.otherBranchHotel }),
    ).rejects.toMatchObject(refusal);
  });

  it('keep their rules in the database too', async () => {
    for (const change of [
      'visit_cost_minor = 0',
      'visit_cost_currency = NULL',
      `kind = 'hotel'`,
      'latitude = NULL',
      'latitude = 90.1',
      'longitude = -180.1',
      `title = ' '`,
    ]) {
      await expect(
        room.rows(`UPDATE properties SET ${change} WHERE id = 123`),
      ).rejects.toMatchObject({ code: '23514' });
    }
    await expect(
      room.rows(`UPDATE bookings SET property_id = 128 WHERE id = 123`),
    ).rejects.toMatchObject({ code: '23503' });
  });
});
