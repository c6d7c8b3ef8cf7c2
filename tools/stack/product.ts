import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { keepTrackOf } from './leftovers.js';
import { statusOf, waitFor } from './waiting.js';

/** The entry points of the build that run as processes. */
export type Entry =
  'main' | 'worker' | 'sandbox' | 'migrate' | 'create-user' | 'verify-books' | 'mtn-provision';

export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
}

export interface ProcessOptions {
  /** The build: a folder with `src/main.js`. */
  dist: string;
  entry: Entry;
  /** All it gets besides PATH: no `.env` interferes. */
  env: Record<string, string>;
  args?: string[];
  /** Before the program: `--import`, `--cpu-prof`. */
  nodeArgs?: string[];
  /** Everything it says is appended here as well. */
  logFile?: string;
}

const READY_MS = 60_000;
const STOP_MS = 40_000;
/** What is kept of what it says, characters: an hour of warnings must not fill our memory. */
const KEPT = 256 * 1024;

/** The build of this tool's own folder, where nothing else is named. */
export function ownDist(): string {
  return resolve(import.meta.dirname, '../..');
}

/** One program of the build as its users run it: a process of its own. */
export class ProductProcess {
  readonly ended: Promise<Ended>;
  private end: Ended | null = null;
  private said = '';
  private readonly log: WriteStream | null;

  private constructor(
    private readonly child: ChildProcess,
    readonly options: ProcessOptions,
  ) {
    this.log = options.logFile ? createWriteStream(options.logFile, { flags: 'a' }) : null;
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.said = (this.said + text).slice(-KEPT);
        this.log?.write(text);
      });
    }
    this.ended = once(child, 'close').then(([code, signal]) => {
      this.end = { code, signal };
      this.log?.end();
      return this.end;
    });
  }

  static spawn(options: ProcessOptions): ProductProcess {
    const child = spawn(
      process.execPath,
      [
        ...(options.nodeArgs ?? []),
        join(options.dist, 'src', `${options.entry}.js`),
        ...(options.args ?? []),
      ],
      {
        // Where no `.env` is.
        cwd: options.env['DATA_DIR'] ?? tmpdir(),
        env: { PATH: process.env['PATH'] ?? '', ...options.env },
        stdio: ['ignore', 'pipe', 'pipe'],
        // Deaf to our terminal's Ctrl-C: we end it ourselves.
        detached: true,
      },
    );
    keepTrackOf(child);
    return new ProductProcess(child, options);
  }

  get pid(): number {
    if (this.child.pid === undefined) throw new Error(`${this.options.entry} was not spawned`);
    return this.child.pid;
  }

  /** Where it listens: `PORT`, the sandbox on `SANDBOX_PORT`. */
  get url(): string {
    const { entry, env } = this.options;
    return `http://127.0.0.1:${entry === 'sandbox' ? env['SANDBOX_PORT'] : env['PORT']}`;
  }

  /** The last quarter of a megabyte of what it said on both streams. */
  get output(): string {
    return this.said;
  }

  get running(): boolean {
    return this.end === null;
  }

  /** @throws with its output when it ends instead, or takes longer than `ms`. */
  async untilReady(ms = READY_MS): Promise<void> {
    const url = this.url + (this.options.entry === 'sandbox' ? '/api/health' : '/health/ready');
    try {
      await waitFor(
        url,
        () => {
          if (this.end) throw new Error(`it ended with ${this.end.signal ?? this.end.code}`);
          return statusOf(url).then((status) => status === 200);
        },
        ms,
      );
    } catch (error) {
      throw new Error(`${this.options.entry} is not ready: ${String(error)}\n${this.output}`, {
        cause: error,
      });
    }
  }

  /** One that has ended hears nothing. */
  signal(name: NodeJS.Signals): void {
    if (this.running) this.child.kill(name);
  }

  kill9(): Promise<Ended> {
    this.signal('SIGKILL');
    return this.ended;
  }

  /** Ends it in good order; forcibly where that takes too long. */
  async stop(): Promise<Ended> {
    this.signal('SIGTERM');
    const timer = setTimeout(() => this.signal('SIGKILL'), STOP_MS);
    return this.ended.finally(() => clearTimeout(timer));
  }
}
