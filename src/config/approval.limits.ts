import { CURRENCIES, Money } from '../common/index.js';
import type { EnvironmentReader } from './environment.reader.js';

/** Above which amounts, in minor units by currency, an act needs a second person. */
export type ApprovalLimits = ReadonlyMap<string, bigint>;

const DEFAULTS = [
  'TZS=1000000',
  'KES=50000',
  'UGX=1500000',
  'RWF=500000',
  'ETB=50000',
  'XOF=250000',
  'XAF=250000',
  'GHS=5000',
  'NGN=500000',
  'ZAR=5000',
  'USD=500',
  'EUR=500',
  'GBP=500',
];

/** `TZS=1000000,USD=500`: a currency that is not listed has no limit; `none` lifts all of them. */
export function readApprovalLimits(env: EnvironmentReader, name: string): ApprovalLimits {
  const items = env.list(name, DEFAULTS);
  const limits = new Map<string, bigint>();
  if (items.length === 1 && items[0]?.toLowerCase() === 'none') return limits;
  for (const item of items) {
    const [code = '', amount = ''] = item.split('=').map((part) => part.trim());
    const currency = code.toUpperCase();
    if (!CURRENCIES.has(currency)) {
      env.problem(name, `"${item}" names no known currency; use e.g. TZS=1000000,USD=500`);
      continue;
    }
    try {
      limits.set(currency, Money.parse(amount, currency).minor);
    } catch {
      env.problem(name, `"${item}" names no amount; use e.g. ${currency}=500`);
    }
  }
  return limits;
}

/** Whether an amount is above the limit of its currency. */
export function needsSecondPerson(
  limits: ApprovalLimits,
  currency: string,
  amountMinor: bigint,
): boolean {
  const limit = limits.get(currency);
  return limit !== undefined && amountMinor > limit;
}
