/**
 * Seconds to wait before failed work is tried again: doubled with every failure in a row up to `maxS`, then
 * spread by ±20 %, so that rows which failed together do not return together.
 */
export function backoffS(
  failures: number,
  { baseS, maxS }: { baseS: number; maxS: number },
  random: () => number = Math.random,
): number {
  const steps = Math.min(Math.max(failures, 1) - 1, 30);
  const plain = Math.min(baseS * 2 ** steps, maxS);
  return plain * (0.8 + 0.4 * random());
}
