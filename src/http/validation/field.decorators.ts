import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { IsIn, ValidateBy, type ValidationOptions } from 'class-validator';
import { MAX_DIGITS } from '../../common/index.js';

const PLAIN_DECIMAL = /^\d+(\.\d+)?$/;

function isAmount(value: unknown): boolean {
  if (typeof value !== 'string' && typeof value !== 'number') return false;
  const text = String(value).trim();
  return (
    PLAIN_DECIMAL.test(text) &&
    /[1-9]/.test(text) &&
    text.replace('.', '').replace(/^0+/, '').length <= MAX_DIGITS
  );
}

/**
 * A positive decimal as JSON string or number, kept as it came for `Money.parse`, which knows the
 * currency. Refused: a sign, an exponent, zero, more than 15 digits.
 */
export function IsAmount(options?: ValidationOptions): PropertyDecorator {
  return ValidateBy(
    {
      name: 'isAmount',
      validator: {
        validate: isAmount,
        defaultMessage: () =>
          `must be a positive decimal such as "50000.00", without sign or exponent, of at most ${MAX_DIGITS} digits`,
      },
    },
    options,
  );
}

/**
 * One of `values` in any case, handed on as `values` spells it. `aliases` are further words a caller may
 * send, with what they stand for: `{ success: 'completed' }`.
 */
export function CaseInsensitiveEnum<T extends string>(
  values: readonly T[],
  aliases: Readonly<Record<string, T>> = {},
): PropertyDecorator {
  const spelling = new Map<string, T>([
    ...values.map((value): [string, T] => [value.toLowerCase(), value]),
    ...Object.entries(aliases).map(([alias, value]): [string, T] => [alias.toLowerCase(), value]),
  ]);
  return applyDecorators(
    Transform(({ value }: { value: unknown }) =>
      typeof value === 'string' ? (spelling.get(value.trim().toLowerCase()) ?? value) : value,
    ),
    IsIn([...values], {
      message: `must be one of ${[...values, ...Object.keys(aliases)].join(', ')} (in any case)`,
    }),
  );
}
