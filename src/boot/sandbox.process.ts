import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Config } from '../config/index.js';
import { BootError, describeError } from './boot.error.js';

const START_MS = 10_000;
const STOP_MS = 3_000;
const ANSWER_MS = 1_000;
const LOG_TAIL_BYTES = 2_000;
/** Beside the compiled entry points; started as a program, never imported. */
const PROGRAM = join(import.meta.dirname, '..', 'sandbox.js');

/** What answers on the sandbox's port. */
type Listener =
  { kind: 'nobody' } | { kind: 'sandbox'; pid: number; target: string } | { kind: 'stranger' };

/** The stand-in for the gateways, in a process and session of its own: it outlives a killed product. */
export class SandboxProcess {
  private constructor(
    private readonly baseUrl: string,
    readonly pid: number,
    /** False when it ran before us, e.g. because the product was killed. */
    readonly started: boolean,
  ) {}

  /** @throws BootError when another program has its port, or it does not come up */
  static async startOrAdopt(config: Config): Promise<SandboxProcess> {
    const { url, port } = config.sandbox;
    const found = await whoListens(url);
    if (found.kind === 'sandbox') {
      await aimAtUs(config, found);
      return new SandboxProcess(url, found.pid, false);
    }
    if (found.kind === 'stranger') {
      throw new BootError(
        `SANDBOX_PORT: port ${port} is in use by another program; stop it, or set SANDBOX_PORT ` +
          'to a free port',
      );
    }
    mkdirSync(config.dataDir, { recursive: true });
    const log = join(config.dataDir, 'sandbox.log');
    const child = spawnDetached(log, {
      ...config.sandbox.environment,
      SANDBOX_PORT: String(port),
      MALIPO_URL: ownUrl(config),
    });
    await waitUntilUp(url, child, log);
    return new SandboxProcess(url, child.pid ?? 0, true);
  }

  /** Ends it, whoever started it. Finds nothing to do when it is gone already. */
  async stop(): Promise<void> {
    const found = await whoListens(this.baseUrl);
    if (found.kind !== 'sandbox' || found.pid !== this.pid) return;
    const deadline = Date.now() + STOP_MS;
    for (let alive = signal(found.pid, 'SIGTERM'); alive; alive = signal(found.pid, 0)) {
      if (Date.now() > deadline) {
        signal(found.pid, 'SIGKILL');
        return;
      }
      await delay(20);
    }
  }
}

/** Where the sandbox finds us: it runs on this machine, so never through the public address. */
function ownUrl({ host, port }: Config): string {
  return `http://${host.includes(':') ? `[${host.replace(/^\[|\]$/g, '')}]` : host}:${port}`;
}

/** A sandbox serves one product: one whose product is gone is ours now, any other is left alone. */
async function aimAtUs(
  config: Config,
  found: Extract<Listener, { kind: 'sandbox' }>,
): Promise<void> {
  const target = ownUrl(config);
  if (found.target === target) return;
  if (await isListening(found.target)) {
    throw new BootError(
      `SANDBOX_PORT: the sandbox on port ${config.sandbox.port} belongs to the Malipo at ` +
        `${found.target}; stop that one, or set SANDBOX_PORT to a free port`,
    );
  }
  const answer = await fetch(`${config.sandbox.url}/api/target`, {
    method: 'PUT',
    body: JSON.stringify({ url: target }),
    headers: { 'content-type': 'application/json' },
    signal: AbortSignal.timeout(ANSWER_MS),
  });
  await answer.body?.cancel();
  if (!answer.ok) {
    throw new BootError(`the sandbox on port ${config.sandbox.port} refused to call ${target}`);
  }
}

async function isListening(url: string): Promise<boolean> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(ANSWER_MS) });
    await answer.body?.cancel();
    return true;
  } catch (error) {
    return codeOf(error) !== 'ECONNREFUSED';
  }
}

/** `fetch` says what happened to the connection in the cause of its error. */
function codeOf(error: unknown): string | undefined {
  return (error as { cause?: { code?: string } }).cause?.code;
}

function spawnDetached(log: string, env: Record<string, string>): ChildProcess {
  const out = openSync(log, 'w');
  try {
    const child = spawn(process.execPath, [PROGRAM], {
      detached: true,
      stdio: ['ignore', out, out],
      env,
    });
    child.unref();
    return child;
  } finally {
    closeSync(out);
  }
}

async function waitUntilUp(url: string, child: ChildProcess, log: string): Promise<void> {
  const deadline = Date.now() + START_MS;
  let failure: string | null = null;
  child.once('error', (error) => (failure = describeError(error)));
  child.once('exit', (code, signal) => (failure = `it ended with ${signal ?? `code ${code}`}`));
  for (;;) {
    const found = await whoListens(url);
    if (found.kind === 'sandbox' && found.pid === child.pid) return;
    if (Date.now() > deadline) {
      failure ??= `it did not answer on ${url} within ${START_MS / 1000} s`;
      child.kill('SIGKILL');
    }
    if (failure !== null) {
      throw new BootError(`the sandbox did not start: ${failure}\n${await tail(log)}`.trimEnd());
    }
    await delay(30);
  }
}

/** Asks who is there; a sandbox says its name and process. */
async function whoListens(url: string): Promise<Listener> {
  try {
    const answer = await fetch(`${url}/api/health`, {
      signal: AbortSignal.timeout(ANSWER_MS),
      redirect: 'error',
    });
    const body = (await answer.json()) as { name?: unknown; pid?: unknown; target?: unknown };
    const { name, pid, target } = body;
    const known = name === 'malipo-sandbox' && typeof pid === 'number' && pid > 1;
    if (!known || typeof target !== 'string') return { kind: 'stranger' };
    return { kind: 'sandbox', pid, target };
  } catch (error) {
    return { kind: codeOf(error) === 'ECONNREFUSED' ? 'nobody' : 'stranger' };
  }
}

/** False when there is no such process any more. Signal 0 only asks. */
function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}

async function tail(path: string): Promise<string> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const start = Math.max(0, size - LOG_TAIL_BYTES);
    const { buffer, bytesRead } = await file.read({
      buffer: Buffer.alloc(LOG_TAIL_BYTES),
      position: start,
    });
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
  }
}
