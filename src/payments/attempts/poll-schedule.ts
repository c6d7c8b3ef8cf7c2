/**
 * Seconds until the next look at an attempt, `elapsedS` after it was sent; null when its lifetime is over.
 * @param scheduleS seconds after sending at which the gateway is asked (the gateway's own, ascending)
 * @param lifetimeS seconds after which an unanswered attempt is closed
 * @param random 0 to 1: spreads the calls by up to a tenth, so that a burst does not come back as one
 */
export function nextCheckInS(
  scheduleS: readonly number[],
  lifetimeS: number,
  elapsedS: number,
  random: number,
): number | null {
  if (elapsedS >= lifetimeS) return null;
  const due = scheduleS.find((at) => at > elapsedS);
  const at = due === undefined ? lifetimeS : Math.min(due, lifetimeS);
  const waitS = at - elapsedS;
  return at === lifetimeS ? waitS : waitS * (1 + random / 10);
}

/**
 * Seconds until a gateway that failed to answer a query is asked again, `elapsedS` after the order was sent: soon
 * while people wait for the outcome, ever more seldom while it stays away.
 * @param mostS never longer than this
 */
export function askAgainInS(elapsedS: number, mostS: number, random: number): number {
  return Math.min(Math.max(elapsedS / 3, 5), mostS) * (1 + random / 10);
}
