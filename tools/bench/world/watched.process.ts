import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { freePort, type ProductDatabase, ProductProcess } from '../../stack/index.js';
import { residentMb } from './cpu.clock.js';
import type { Held } from './heap.preload.js';
import { measuredEnv, READY_MS } from './world.js';

const PRELOAD = pathToFileURL(join(import.meta.dirname, 'heap.preload.js')).href;
const MB = 1024 ** 2;

/** A process of the product that tells how much memory it holds. */
export class WatchedProcess {
  private constructor(
    readonly role: 'api' | 'worker',
    readonly product: ProductProcess,
    private readonly port: number,
  ) {}

  static async start(
    role: 'api' | 'worker',
    dist: string,
    database: ProductDatabase,
  ): Promise<WatchedProcess> {
    const port = await freePort();
    const product = ProductProcess.spawn({
      dist,
      entry: role === 'api' ? 'main' : 'worker',
      env: { ...(await measuredEnv(database)), ROLE: role, HEAP_WATCH_PORT: String(port) },
      nodeArgs: ['--expose-gc', '--import', PRELOAD],
    });
    await product.untilReady(READY_MS);
    return new WatchedProcess(role, product, port);
  }

  /** MB, as it is. */
  resident(): Promise<number> {
    return residentMb(this.product.pid);
  }

  /** MB of reachable objects and of what they hold outside the heap. Collects all garbage first. */
  async reachable(snapshot?: string): Promise<number> {
    const query = snapshot === undefined ? '' : `?snapshot=${encodeURIComponent(snapshot)}`;
    const answer = await fetch(`http://127.0.0.1:${this.port}/${query}`);
    const { heap, external } = (await answer.json()) as Held;
    return (heap + external) / MB;
  }
}
