import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitFor } from '../../stack/index.js';

const PRELOAD = new URL('./preload/index.js', import.meta.url).href;
const ANSWER_MS = 30_000;

/** MB of one process. */
export interface Memory {
  /** What is reachable: heap and buffers after a full collection. */
  liveMb: number;
  /** What the system lent it: also garbage, and room kept for more. */
  rssMb: number;
}

/** Asks processes what they hold once their garbage is collected: resident memory alone cannot tell a leak. */
export class MemoryGauge {
  private constructor(private readonly folder: string) {}

  static async open(): Promise<MemoryGauge> {
    return new MemoryGauge(await mkdtemp(join(tmpdir(), 'malipo-memory-')));
  }

  /** What processes must be started with. */
  get start(): { nodeArgs: string[]; env: Record<string, string> } {
    return {
      nodeArgs: ['--expose-gc', '--import', PRELOAD],
      env: { FUZZ_MEMORY_FOLDER: this.folder },
    };
  }

  async measure(pid: number): Promise<Memory> {
    const file = join(this.folder, `${pid}.json`);
    await rm(file, { force: true });
    process.kill(pid, 'SIGUSR2');
    const text = await waitFor(
      `the memory of process ${pid}`,
      () => readFile(file, 'utf8').catch(() => null),
      ANSWER_MS,
    );
    return JSON.parse(text) as Memory;
  }

  async close(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}
