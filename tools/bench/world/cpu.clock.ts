import { readFile } from 'node:fs/promises';

/** Linux counts processor time in hundredths of a second. */
const TICK_MS = 10;

/** How much of one core a process takes from now on. NaN where the system does not tell. */
export class CpuClock {
  private constructor(
    private readonly pid: number,
    private readonly ticks: number,
    private readonly since: number,
  ) {}

  static async start(pid: number): Promise<CpuClock> {
    return new CpuClock(pid, await ticksOf(pid), performance.now());
  }

  async share(): Promise<number> {
    const ticks = (await ticksOf(this.pid)) - this.ticks;
    return (ticks * TICK_MS) / (performance.now() - this.since);
  }
}

async function ticksOf(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  // The name in brackets may hold anything, so fields count from behind it.
  const fields = text?.slice(text.lastIndexOf(')') + 2).split(' ') ?? [];
  return Number(fields[11]) + Number(fields[12]);
}

/** Resident memory, MB; NaN where the system does not tell. */
export async function residentMb(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(text)?.[1] ?? NaN) / 1024;
}
