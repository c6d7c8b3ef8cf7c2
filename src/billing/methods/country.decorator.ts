import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { ValidateBy } from 'class-validator';

const REGIONS = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' });
/** CLDR's word for "unknown region", which it knows a name for. */
const UNKNOWN = 'ZZ';

function isCountry(value: unknown): boolean {
  if (typeof value !== 'string' || !/^[A-Z]{2}$/.test(value) || value === UNKNOWN) return false;
  return REGIONS.of(value) !== undefined;
}

/** An ISO 3166 code of two letters in any case, handed on in capitals. */
export function IsCountry(options: { each?: boolean } = {}): PropertyDecorator {
  const upper = (value: unknown): unknown =>
    typeof value === 'string' ? value.trim().toUpperCase() : value;
  return applyDecorators(
    Transform(({ value }: { value: unknown }) =>
      Array.isArray(value) ? value.map(upper) : upper(value),
    ),
    ValidateBy(
      {
        name: 'isCountry',
        validator: {
          validate: isCountry,
          defaultMessage: () => 'must be a country code of two letters such as TZ',
        },
      },
      options,
    ),
  );
}
