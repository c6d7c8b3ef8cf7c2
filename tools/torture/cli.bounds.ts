import type { Verdict } from './torture.part.js';

/**
 * The highest failure rate that what was seen leaves possible, at 95 %: none in n tries bounds it by 3/n (rule
 * of three), some by Wilson's upper limit.
 */
export function boundOf(tried: number, failures: number): number {
  if (tried === 0) return 1;
  if (failures === 0) return Math.min(1, 3 / tried);
  const z = 1.96;
  const rate = failures / tried;
  const centre = rate + z ** 2 / (2 * tried);
  const spread = z * Math.sqrt((rate * (1 - rate)) / tried + z ** 2 / (4 * tried ** 2));
  return Math.min(1, (centre + spread) / (1 + z ** 2 / tried));
}

/** `0 of 10,000 payments lost (below 0.030 % at 95 %)`. */
export function countLine({ what, tried, failures, unit }: Verdict['counts'][number]): string {
  const bound = (boundOf(tried, failures) * 100).toPrecision(2);
  const of = `${failures.toLocaleString('en')} of ${tried.toLocaleString('en')}`;
  return `${what}: ${of}${unit ? ` ${unit}` : ''} (below ${bound} % at 95 %)`;
}
