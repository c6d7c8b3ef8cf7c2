/** A figure with as many digits as mean something. */
export function digits(value: number): string {
  if (!Number.isFinite(value)) return '–';
  if (value >= 100) return Math.round(value).toLocaleString('en-US');
  return value.toFixed(value >= 10 ? 1 : 2);
}

/** 10000 as `10 thousand`. */
export function shortRows(rows: number): string {
  return rows >= 1_000_000 ? `${rows / 1_000_000} million` : `${rows / 1_000} thousand`;
}
