/** Of `accounts a`: what an account's papers say of it, as JSON that is kept with each paper. */
export const ISSUER_JSON = `jsonb_build_object('name', a.name, 'legal_name', a.legal_name,
  'address', a.address, 'tax_id', a.tax_id, 'email', a.contact_email, 'phone', a.contact_phone,
  'footer', a.paper_footer, 'logo_file_id', a.logo_file_id)`;
