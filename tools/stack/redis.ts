import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { keepTrackOf } from './leftovers.js';
import { freePort } from './ports.js';
import { waitFor } from './waiting.js';

/** A Redis of our own that keeps nothing on disk, from the machine's `redis-server`. */
export class RedisServer {
  private constructor(
    readonly port: number,
    private server: ChildProcess,
  ) {}

  /** @throws when this machine has no `redis-server`. */
  static async start(): Promise<RedisServer> {
    const port = await freePort();
    return new RedisServer(port, await launch(port));
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** Killed and begun anew on the same port: all it held is gone, and every connection. */
  async wipe(): Promise<void> {
    await this.stop();
    this.server = await launch(this.port);
  }

  async stop(): Promise<void> {
    if (this.server.exitCode !== null || this.server.signalCode !== null) return;
    const ended = once(this.server, 'exit');
    this.server.kill('SIGKILL');
    await ended;
  }
}

async function launch(port: number): Promise<ChildProcess> {
  const server = spawn(
    'redis-server',
    ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'],
    { cwd: tmpdir(), stdio: 'ignore', detached: true },
  );
  let failure: Error | null = null;
  server.once('error', (error) => (failure = error));
  server.once('exit', (code) => (failure ??= new Error(`it ended with code ${code}`)));
  keepTrackOf(server);
  await waitFor(`Redis on port ${port}`, () => {
    if (failure) throw new Error(`redis-server: ${failure.message}`, { cause: failure });
    return listens(port);
  });
  return server;
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.end());
  });
}
