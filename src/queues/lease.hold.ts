import { setTimeout as pause } from 'node:timers/promises';

/** A row is leased for so many seconds at a time: when its worker dies, another has it soon. */
export const HOLD_S = 15;
const RENEW_EVERY_MS = 5_000;

export interface Renewals {
  /** Makes the row ours for `HOLD_S` more seconds; false when it is not ours any more. */
  renew: () => Promise<boolean>;
  /** Told of a renewal that could not be written; the next one is tried all the same. */
  failed: (error: unknown) => void;
  /** Seconds after which it is renewed no more: a handler that hangs loses its row. */
  mostS: number;
  /** Milliseconds between renewals. */
  everyMs?: number;
}

/** Renews a lease while `work` runs. None is under way when it ends, so that what follows knows the lease. */
export async function holding<T>(
  { renew, failed, mostS, everyMs = RENEW_EVERY_MS }: Renewals,
  work: () => Promise<T>,
): Promise<T> {
  const over = new AbortController();
  const { signal } = over;
  const endsAt = performance.now() + mostS * 1000;
  const keep = async (): Promise<void> => {
    let ours = true;
    while (ours) {
      await pause(everyMs, undefined, { signal, ref: false }).catch(() => undefined);
      if (signal.aborted || performance.now() + HOLD_S * 1000 >= endsAt) return;
      try {
        ours = await renew();
      } catch (error) {
        failed(error);
      }
    }
  };
  const renewals = keep();
  try {
    return await work();
  } finally {
    over.abort();
    await renewals;
  }
}
