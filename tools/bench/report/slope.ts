/** A straight line through `values`, which were taken at even distances over `minutes`. */
export interface Slope {
  perMinute: number;
  /** Of the slope, with 95 % confidence as far as the values scatter independently. */
  from: number;
  to: number;
}

/** NaN with fewer than three values. */
export function slopeOf(values: readonly number[], minutes: number): Slope {
  const n = values.length;
  if (n < 3) return { perMinute: NaN, from: NaN, to: NaN };
  const at = (i: number): number => (i * minutes) / (n - 1);
  const meanValue = values.reduce((sum, value) => sum + value, 0) / n;
  const meanTime = minutes / 2;
  let spread = 0;
  let common = 0;
  values.forEach((value, i) => {
    spread += (at(i) - meanTime) ** 2;
    common += (at(i) - meanTime) * (value - meanValue);
  });
  const perMinute = common / spread;
  const rest = values.reduce((sum, value, i) => {
    const expected = meanValue + perMinute * (at(i) - meanTime);
    return sum + (value - expected) ** 2;
  }, 0);
  const error = Math.sqrt(rest / (n - 2) / spread);
  return { perMinute, from: perMinute - 2 * error, to: perMinute + 2 * error };
}
