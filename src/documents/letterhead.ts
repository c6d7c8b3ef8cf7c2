/** Who documents are from, as their top shows it. */
export interface Letterhead {
  name: string;
  /** Address, tax number, phone: a line each. */
  lines: readonly string[];
  /** PNG or JPEG. */
  logo: Buffer | null;
}

/** What an account's papers say of it; kept with each paper, so that an old one stays as it was. */
export interface PaperIssuer {
  name: string;
  legal_name: string;
  /** Lines parted by line breaks. */
  address: string;
  tax_id: string;
  email: string | null;
  phone: string | null;
  /** The last words of its papers. */
  footer: string;
  logo_file_id: number | null;
}

/** A `PaperIssuer` of `accounts a`, as JSON that is kept with each paper. */
export const ISSUER_JSON = `jsonb_build_object('name', a.name, 'legal_name', a.legal_name,
  'address', a.address, 'tax_id', a.tax_id, 'email', a.contact_email, 'phone', a.contact_phone,
  'footer', a.paper_footer, 'logo_file_id', a.logo_file_id)`;

export function letterheadOf(issuer: PaperIssuer, logo: Buffer | null): Letterhead {
  const name = issuer.legal_name || issuer.name;
  const lines = [
    issuer.name === name ? '' : issuer.name,
    ...issuer.address.split('\n'),
    issuer.tax_id,
    issuer.email ?? '',
    issuer.phone ?? '',
  ];
  return { name, lines: lines.map((line) => line.trim()).filter((line) => line !== ''), logo };
}
