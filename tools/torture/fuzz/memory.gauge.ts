import { readFile } from 'node:fs/promises';

const RSS = /^VmRSS:\s+(\d+) kB$/m;

/** Resident memory of processes over time, as the system counts it. */
export class MemoryGauge {
  private readonly samples = new Map<number, number[]>();
  private timer: NodeJS.Timeout | null = null;

  constructor(private readonly pids: readonly number[]) {}

  start(everyMs = 500): void {
    this.timer = setInterval(() => void this.sample(), everyMs);
  }

  stop(): void {
    if (this.timer) clearInterval(this.timer);
  }

  async sample(): Promise<void> {
    await Promise.all(
      this.pids.map(async (pid) => {
        const megabytes = await residentMb(pid);
        if (megabytes === null) return;
        const list = this.samples.get(pid) ?? [];
        list.push(megabytes);
        this.samples.set(pid, list);
      }),
    );
  }

  /** MB that each process holds more at the end than after its warm-up. */
  growths(): number[] {
    return [...this.samples.values()].map(growthOf);
  }
}

/**
 * The median of the last quarter against that of the quarter after the warm-up, which is the first half. Medians,
 * because a single sample may fall on either side of a garbage collection. MB.
 */
export function growthOf(samples: readonly number[]): number {
  const quarter = Math.floor(samples.length / 4);
  if (quarter === 0) return 0;
  const after = median(samples.slice(quarter * 2, quarter * 3));
  return median(samples.slice(samples.length - quarter)) - after;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

/** Null where the process has ended, or on a system without /proc. */
async function residentMb(pid: number): Promise<number | null> {
  try {
    const kilobytes = RSS.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kilobytes === undefined ? null : Number(kilobytes) / 1024;
  } catch {
    return null;
  }
}
