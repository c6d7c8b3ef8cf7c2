import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { freePort, keepTrackOf } from '../../stack/index.js';

const PROGRAM = join(import.meta.dirname, 'bare.server.js');

/** The bare handler as a process of its own. */
export class BareServer {
  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
  ) {}

  static async start(databaseUrl: string): Promise<BareServer> {
    const port = await freePort();
    const child = spawn(process.execPath, [PROGRAM, String(port), databaseUrl], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    keepTrackOf(child);
    const ended = once(child, 'close').then(() => {
      throw new Error('the bare handler did not start');
    });
    ended.catch(() => undefined);
    await Promise.race([once(child.stdout, 'data'), ended]);
    return new BareServer(child, `http://127.0.0.1:${port}`);
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  async stop(): Promise<void> {
    const ended = once(this.child, 'close');
    this.child.kill();
    await ended;
  }
}
