import type { EntityManager } from 'typeorm';
import { DEMO_ACCOUNT_IDS, DEMO_USER_IDS } from '../identity/index.js';
import type { PropertyKind } from './property.types.js';

export const DEMO_PROPERTY_IDS = {
  house: 123,
  hotel: 124,
  home: 125,
  lodge: 126,
  venue: 127,
  otherBranchHotel: 128,
} as const;

/** Ids that no property made later gets: room for more demo properties. */
const RESERVED_IDS = 200;

interface DemoProperty {
  id: number;
  account_id: number;
  owner_id: number;
  kind: PropertyKind;
  title: string;
  description: string;
  region: string;
  city: string;
  country: string;
  address: string;
  district: string;
  latitude: string;
  longitude: string;
  contact_name: string;
  contact_phone: string | null;
  contact_email: string | null;
  visit_cost_minor?: number;
  visit_cost_currency?: string;
}

const OWNED = {
  account_id: DEMO_ACCOUNT_IDS.main,
  owner_id: DEMO_USER_IDS.owner,
  contact_name: 'John Doe',
  contact_phone: '+255700000000',
  contact_email: 'owner@example.com',
};

const PROPERTIES: DemoProperty[] = [
  {
    ...OWNED,
    id: DEMO_PROPERTY_IDS.house,
    kind: 'house',
    title: 'Beautiful 3 Bedroom House',
    description: 'Three bedrooms, a garden with mango trees, and a short walk to the beach.',
    region: 'Dar es Salaam',
    city: 'Dar es Salaam',
    country: 'Tanzania',
    address: '123 Main Street, Dar es Salaam',
    district: 'Kinondoni',
    latitude: '-6.7924',
    longitude: '39.2083',
    visit_cost_minor: 500_000,
    visit_cost_currency: 'TZS',
  },
  {
    ...OWNED,
    id: DEMO_PROPERTY_IDS.hotel,
    kind: 'hotel',
    title: 'Coral Beach Hotel',
    description: 'Sixty rooms on the harbour front, breakfast on the terrace.',
    region: 'Dar es Salaam',
    city: 'Dar es Salaam',
    country: 'Tanzania',
    address: 'Coral Lane 7, Kivukoni',
    district: 'Ilala',
    latitude: '-6.8157',
    longitude: '39.2950',
  },
  {
    ...OWNED,
    id: DEMO_PROPERTY_IDS.home,
    kind: 'house',
    title: 'Spacious Family Home in New York',
    description: 'Room for the whole family, close to the station.',
    region: 'Tokyo',
    city: 'Tokyo',
    country: 'Japan',
    address: '2-1 Nishi-Shinjuku',
    district: 'Shinjuku',
    latitude: '35.6896',
    longitude: '139.6917',
  },
  {
    ...OWNED,
    id: DEMO_PROPERTY_IDS.lodge,
    kind: 'lodge',
    title: 'Crater Rim Lodge',
    description: 'Twelve cottages on the rim of Ngorongoro, with fireplaces.',
    region: 'Arusha',
    city: 'Karatu',
    country: 'Tanzania',
    address: 'Rim Road, Lodoare Gate',
    district: 'Ngorongoro',
    latitude: '-3.2426',
    longitude: '35.4977',
  },
  {
    ...OWNED,
    id: DEMO_PROPERTY_IDS.venue,
    kind: 'venue',
    title: 'Baobab Garden Hall',
    description: 'A hall for 300 guests under old baobabs, with a kitchen of its own.',
    region: 'Pwani',
    city: 'Bagamoyo',
    country: 'Tanzania',
    address: 'Ocean Road 14',
    district: 'Bagamoyo',
    latitude: '-6.4376',
    longitude: '38.9038',
  },
  {
    account_id: DEMO_ACCOUNT_IDS.other,
    owner_id: DEMO_USER_IDS.outsider,
    contact_name: 'Tatu Omari',
    contact_phone: null,
    contact_email: 'outsider@malipo.test',
    id: DEMO_PROPERTY_IDS.otherBranchHotel,
    kind: 'hotel',
    title: 'Lakeside Hotel',
    description: 'Of another branch: nobody of the first one sees it.',
    region: 'Mwanza',
    city: 'Mwanza',
    country: 'Tanzania',
    address: 'Capri Point 3',
    district: 'Nyamagana',
    latitude: '-2.5257',
    longitude: '32.8976',
  },
];

/** The properties of the documents' examples and some more, on a database without any. */
export async function seedProperties(manager: EntityManager): Promise<void> {
  const any: unknown[] = await manager.query('SELECT FROM properties LIMIT 1');
  if (any.length > 0) return;
  await manager.query(
    `INSERT INTO properties (id, account_id, owner_id, kind, title, description, region, city,
       country, address, district, latitude, longitude, contact_name, contact_phone, contact_email,
       visit_cost_minor, visit_cost_currency, created_at, updated_at)
     SELECT id, account_id, owner_id, kind, title, description, region, city,
       country, address, district, latitude, longitude, contact_name, contact_phone, contact_email,
       visit_cost_minor, visit_cost_currency, at, at
     FROM (
       SELECT *, now() - make_interval(days => 400 - id) AS at
       FROM jsonb_to_recordset($1::jsonb) AS demo (id integer, account_id integer,
         owner_id integer, kind text, title text, description text, region text, city text,
         country text, address text, district text, latitude numeric, longitude numeric,
         contact_name text, contact_phone text, contact_email text, visit_cost_minor bigint,
         visit_cost_currency text)
     ) AS demo`,
    [JSON.stringify(PROPERTIES)],
  );
  // Step by step, because the application's role may draw from a sequence but not set it.
  await manager.query(
    `SELECT max(nextval(pg_get_serial_sequence('properties', 'id'))) FROM generate_series(1, $1)`,
    [RESERVED_IDS],
  );
}
