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
  const endsAt = performance.now() + mostS * 1000;
  let over = false;
  let timer: NodeJS.Timeout | undefined;
  let renewal = Promise.resolve();
  const keep = async (): Promise<void> => {
    if (performance.now() + HOLD_S * 1000 >= endsAt) return;
    try {
      if (!(await renew())) return;
    } catch (error) {
      failed(error);
    }
    if (!over) later();
  };
  const later = (): void => {
    timer = setTimeout(() => {
      renewal = keep();
    }, everyMs).unref();
  };
  later();
  try {
    return await work();
  } finally {
    over = true;
    clearTimeout(timer);
    await renewal;
  }
}
