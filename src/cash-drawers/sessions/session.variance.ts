import type { DrawerCurrency, SessionCurrency } from '../cash.types.js';

/** A currency's outcome, minor units. */
export interface Outcome {
  currency: string;
  expectedMinor: bigint;
  countedMinor: bigint;
  /** Counted less expected. */
  varianceMinor: bigint;
  limitMinor: bigint | null;
  /** Cash that was missing at the opening: less was found than the last close had left. */
  missingAtOpeningMinor: bigint;
}

/** What the close freezes. Currencies that nothing happened to need no count. */
export function outcomesOf(
  currencies: readonly SessionCurrency[],
  expected: ReadonlyMap<string, bigint>,
  limits: readonly Pick<DrawerCurrency, 'currency' | 'variance_limit_minor'>[],
): Outcome[] {
  return currencies.map((each) => {
    const expectedMinor = expected.get(each.currency) ?? 0n;
    const countedMinor = BigInt(each.counted_minor ?? 0);
    const limit = limits.find(({ currency }) => currency === each.currency)?.variance_limit_minor;
    const found = BigInt(each.declared_opening_minor) - BigInt(each.expected_opening_minor ?? 0);
    return {
      currency: each.currency,
      expectedMinor,
      countedMinor,
      varianceMinor: countedMinor - expectedMinor,
      limitMinor: limit === undefined || limit === null ? null : BigInt(limit),
      missingAtOpeningMinor: found < 0n ? -found : 0n,
    };
  });
}

/** Whether a second person must look: the count, or the opening, is further off than the limit. */
export function needsReview({
  varianceMinor,
  limitMinor,
  missingAtOpeningMinor,
}: Outcome): boolean {
  if (limitMinor === null) return false;
  const off = varianceMinor < 0n ? -varianceMinor : varianceMinor;
  return off > limitMinor || missingAtOpeningMinor > limitMinor;
}
