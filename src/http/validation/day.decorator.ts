import { ValidateBy } from 'class-validator';

const DAY = /^(?!0000)\d{4}-\d{2}-\d{2}$/;

/** A day that exists, as `yyyy-mm-dd`. */
export function isDay(text: string): boolean {
  if (!DAY.test(text)) return false;
  const date = new Date(`${text}T00:00:00Z`);
  // JavaScript reads 31 February as 3 March.
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

export function IsDay(): PropertyDecorator {
  return ValidateBy({
    name: 'isDay',
    validator: {
      validate: (value: unknown) => typeof value === 'string' && isDay(value),
      defaultMessage: () => 'must be a date such as 2026-01-15',
    },
  });
}
