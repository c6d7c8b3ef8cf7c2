/** Where goods go; kept with each order as it was when the order was placed. */
export interface PostalAddress {
  recipient: string;
  line1: string;
  line2: string;
  city: string;
  region: string;
  postal_code: string;
  /** ISO 3166, two letters. */
  country: string;
  /** Digits with country code. */
  phone: string | null;
}

export interface AddressRow extends PostalAddress {
  id: number;
  uuid: string;
  user_id: number;
  created_at: Date;
  updated_at: Date;
}

export const POSTAL_FIELDS = [
  'recipient',
  'line1',
  'line2',
  'city',
  'region',
  'postal_code',
  'country',
  'phone',
] as const satisfies readonly (keyof PostalAddress)[];

export const ADDRESS_COLUMNS = `a.id, a.uuid, a.user_id, ${POSTAL_FIELDS.map((name) => `a.${name}`).join(', ')},
  a.created_at, a.updated_at`;

export function postalOf(row: PostalAddress): PostalAddress {
  const { recipient, line1, line2, city, region, postal_code, country, phone } = row;
  return { recipient, line1, line2, city, region, postal_code, country, phone };
}
