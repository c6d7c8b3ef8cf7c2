/** Fields of a request, nested as Stripe nests them. */
export interface FormFields {
  readonly [name: string]: string | number | boolean | FormFields | readonly FormFields[];
}

/** Form encoding with bracketed keys, as Stripe's own library writes it: brackets bare, values escaped. */
export function toForm(fields: FormFields): string {
  return pairs(fields, '').join('&');
}

function pairs(fields: FormFields, prefix: string): string[] {
  return Object.entries(fields).flatMap(([name, value]) => {
    const key = prefix === '' ? escaped(name) : `${prefix}[${escaped(name)}]`;
    if (isList(value)) return value.flatMap((item, at) => pairs(item, `${key}[${at}]`));
    return typeof value === 'object' ? pairs(value, key) : [`${key}=${escaped(String(value))}`];
  });
}

function isList(value: FormFields[string]): value is readonly FormFields[] {
  return Array.isArray(value);
}

/** A lone surrogate, left where a text was cut, has no UTF-8 form. */
function escaped(text: string): string {
  return encodeURIComponent(Buffer.from(text, 'utf8').toString('utf8'));
}
