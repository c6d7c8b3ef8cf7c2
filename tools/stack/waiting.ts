import { setTimeout as delay } from 'node:timers/promises';

/** Asks until the answer is neither null, undefined nor false. @throws naming `what` at the deadline. */
export async function waitFor<T>(
  what: string,
  ask: () => T | Promise<T>,
  timeoutMs = 15_000,
  everyMs = 25,
): Promise<NonNullable<T>> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (answer !== null && answer !== undefined && answer !== false) return answer;
    if (Date.now() > deadline) throw new Error(`waited ${timeoutMs} ms in vain for ${what}`);
    await delay(everyMs);
  }
}

/** HTTP status; null when nobody answers within `timeoutMs`. */
export async function statusOf(url: string, timeoutMs = 2_000): Promise<number | null> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) });
    await answer.body?.cancel();
    return answer.status;
  } catch {
    return null;
  }
}
