export const PROPERTY_KINDS = ['hotel', 'house', 'lodge', 'venue'] as const;
export type PropertyKind = (typeof PROPERTY_KINDS)[number];

/** A row of `properties` with its owner's e-mail. Bigints and numerics are text. */
export interface PropertyRow {
  id: number;
  uuid: string;
  account_id: number;
  owner_id: number;
  owner_email: string | null;
  kind: PropertyKind;
  title: string;
  description: string;
  region: string;
  city: string;
  country: string;
  address: string;
  district: string;
  /** Degrees with six decimals. */
  latitude: string | null;
  longitude: string | null;
  contact_name: string;
  /** With its plus. */
  contact_phone: string | null;
  contact_email: string | null;
  visit_cost_minor: string | null;
  visit_cost_currency: string | null;
  created_at: Date;
  updated_at: Date;
}

/** What can be set, and changed later. */
export const PROPERTY_SETTINGS = [
  'owner_id',
  'title',
  'description',
  'region',
  'city',
  'country',
  'address',
  'district',
  'latitude',
  'longitude',
  'contact_name',
  'contact_phone',
  'contact_email',
  'visit_cost_minor',
  'visit_cost_currency',
] as const satisfies (keyof PropertyRow)[];
export type PropertySettings = Pick<PropertyRow, (typeof PROPERTY_SETTINGS)[number]>;

/** Tables of every query for `PropertyRow`s. */
export const PROPERTY_TABLES = 'properties p JOIN users u ON u.id = p.owner_id';
export const PROPERTY_COLUMNS = `p.id, p.uuid, p.account_id, p.kind,
  ${PROPERTY_SETTINGS.map((column) => `p.${column}`).join(', ')},
  p.created_at, p.updated_at, u.email AS owner_email`;
