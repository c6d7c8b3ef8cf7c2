/** ISO 4217 currencies whose smallest unit is not a hundredth. */
const EXPONENTS = new Map<string, number>([
  ...'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'
    .split(' ')
    .map((code): [string, number] => [code, 0]),
  ...'BHD IQD JOD KWD LYD OMR TND'.split(' ').map((code): [string, number] => [code, 3]),
]);

/** Minor units of a decimal text; null when it is no such amount of the currency. */
export function minorOf(amount: unknown, currency: string): bigint | null {
  if (typeof amount !== 'string' && typeof amount !== 'number') return null;
  const parts = /^(\d+)(?:\.(\d+))?$/.exec(String(amount).trim());
  if (!parts) return null;
  const digits = EXPONENTS.get(currency) ?? 2;
  const [, units = '', fraction = ''] = parts;
  if (/[^0]/.test(fraction.slice(digits))) return null;
  return BigInt(units + fraction.slice(0, digits).padEnd(digits, '0'));
}

/** Minor units, or the digits that they are not: for comparing what two sides say. */
export function sameAmount(amount: unknown, currency: string, minor: bigint): boolean {
  return minorOf(amount, currency) === minor;
}
