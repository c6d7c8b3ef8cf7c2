import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './ports.js';
import { waitFor } from './wait.js';
import { PATIENT_DATABASE } from './patience.js';

const DIST = join(__dirname, '../../dist/src');
const READY_MS = 30_000;
const STOP_MS = 30_000;

export type ProductEnv = Record<string, string>;

export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

/** The built product as its users run it: a process of its own. */
export class Product {
  private stdoutText = '';
  private stderrText = '';
  readonly ended: Promise<Ended>;
  private end: Ended | null = null;

  constructor(
    private readonly child: ChildProcess,
    readonly env: ProductEnv,
  ) {
    child.stdout?.setEncoding('utf8').on('data', (text: string) => (this.stdoutText += text));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.stderrText += text));
    this.ended = once(child, 'close').then(([code, signal]) => {
      this.end = { code, signal, stdout: this.stdoutText, stderr: this.stderrText };
      return this.end;
    });
  }

  get pid(): number {
    if (this.child.pid === undefined) throw new Error('the product could not be spawned');
    return this.child.pid;
  }

  get url(): string {
    return `http://127.0.0.1:${this.env.PORT}`;
  }

  get sandboxUrl(): string {
    return `http://127.0.0.1:${this.env.SANDBOX_PORT}`;
  }

  /** Everything it said so far. */
  get output(): string {
    return this.stdoutText + this.stderrText;
  }

  /** @throws with its output when it ends instead, or takes too long. */
  async untilReady(): Promise<this> {
    await waitFor(
      `${this.url}/health/ready`,
      async () => {
        if (this.end) throw new Error(`the product ended with ${this.end.code}:\n${this.output}`);
        return statusOf(`${this.url}/health/ready`).then((status) => status === 200);
      },
      READY_MS,
    ).catch((error: Error) => {
      throw new Error(`${error.message}\n${this.output}`);
    });
    return this;
  }

  /**
   * Sends a signal, as a supervisor does; to the whole group, as a terminal does with Ctrl-C. One that has
   * ended hears nothing.
   */
  signal(name: NodeJS.Signals, { group = false } = {}): void {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    process.kill(group ? -this.pid : this.pid, name);
  }

  async kill9(): Promise<Ended> {
    this.child.kill('SIGKILL');
    return this.ended;
  }

  /** Ends it in good order; forcibly where that takes too long. */
  async stop(name: NodeJS.Signals = 'SIGTERM'): Promise<Ended> {
    if (this.end) return this.end;
    this.signal(name);
    const timer = setTimeout(() => this.child.kill('SIGKILL'), STOP_MS);
    return this.ended.finally(() => clearTimeout(timer));
  }
}

/** HTTP status, null when nobody answers. */
export async function statusOf(url: string): Promise<number | null> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(10_000) });
    await answer.body?.cancel();
    return answer.status;
  } catch {
    return null;
  }
}

/** A data folder of its own; `remove` takes it away with what PostgreSQL put elsewhere for it. */
export function temporaryDataDir(): { path: string; remove(): Promise<void> } {
  const path = mkdtempSync(join(tmpdir(), 'malipo-product-'));
  return {
    path,
    remove: async () => {
      const postgres = await realpath(join(path, 'postgres')).catch(() => path);
      await rm(postgres, { recursive: true, force: true });
      await rm(path, { recursive: true, force: true });
    },
  };
}

/**
 * Runs a built entry point with exactly this environment, in the data folder: no `.env` interferes. `input`
 * is all that comes through its standard input.
 */
export function runProgram(
  env: ProductEnv,
  entry = 'main',
  args: string[] = [],
  input?: string,
): Product {
  const child = spawn(process.execPath, [join(DIST, `${entry}.js`), ...args], {
    cwd: env.DATA_DIR ?? tmpdir(),
    env: { PATH: process.env.PATH ?? '', ...env },
    stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    // A group of its own, so that a test can press Ctrl-C on it.
    detached: true,
  });
  // It may have ended without reading; how it ended says more than the broken pipe.
  child.stdin?.on('error', () => undefined).end(input);
  return new Product(child, env);
}

/** Starts the built product on free ports and waits until it is ready. `env` wins over what is chosen here. */
export async function spawnProduct(env: ProductEnv = {}, entry = 'main'): Promise<Product> {
  const chosen = {
    PORT: String(await freePort()),
    SANDBOX_PORT: String(await freePort()),
    LOG_LEVEL: 'warn',
    ...PATIENT_DATABASE,
    // Without a data folder of its own it would leave a file behind.
    ...(env.DATA_DIR ? {} : { AUDIT_ANCHOR_EVERY_S: '0' }),
    ...env,
  };
  return runProgram(chosen, entry).untilReady();
}
