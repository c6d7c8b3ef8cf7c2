import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * What goes wrong on a way, from now on and for connections that exist already.
 * - `down`: nobody listens; what is open is reset.
 * - `latency`: each piece is late by `ms`, in order.
 * - `reset`, `cut`, `half_close`: after `bytes` of the answer the connection is reset, closed, or closed in the
 *   direction of the asker only.
 * - `hang_before`, `hang_after`: nothing arrives any more; the request is lost, or only its answer.
 */
export type Fault =
  | { kind: 'none' | 'down' | 'hang_before' | 'hang_after' }
  | { kind: 'latency'; ms: number }
  | { kind: 'reset' | 'cut' | 'half_close'; bytes: number };

export const NO_FAULT: Fault = { kind: 'none' };

interface Way {
  client: Socket;
  upstream: Socket;
  /** Bytes of answer passed on since the fault began. */
  answered: number;
  /** Something was swallowed: what follows would be out of place. */
  broken: boolean;
}

/** Passes TCP connections on to the first of `targets` that takes them, and breaks them as it is told. */
export class FaultProxy {
  private fault: Fault = NO_FAULT;
  private readonly ways = new Set<Way>();
  private turn = 0;

  private constructor(
    private readonly server: Server,
    private readonly targets: readonly number[],
  ) {
    server.on('connection', (client) => void this.open(client));
  }

  /** `targets` are ports of 127.0.0.1; connections take turns. */
  static async listen(targets: readonly number[]): Promise<FaultProxy> {
    const server = createServer({ allowHalfOpen: true, noDelay: true });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new FaultProxy(server, targets);
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** From now on; ends what an earlier fault has broken. */
  set(fault: Fault): void {
    this.fault = fault;
    for (const way of this.ways) {
      if (way.broken || fault.kind === 'down') this.reset(way);
      way.answered = 0;
    }
  }

  async close(): Promise<void> {
    for (const way of this.ways) this.reset(way);
    const closed = once(this.server, 'close');
    this.server.close();
    await closed;
  }

  private async open(client: Socket): Promise<void> {
    client.on('error', () => client.destroy());
    if (this.fault.kind === 'down') {
      client.resetAndDestroy();
      return;
    }
    const upstream = await this.dial();
    if (!upstream || client.destroyed) {
      upstream?.destroy();
      client.resetAndDestroy();
      return;
    }
    const way: Way = { client, upstream, answered: 0, broken: false };
    this.ways.add(way);
    upstream.on('error', () => this.reset(way));
    client.on('error', () => this.reset(way));
    this.carry(way, client, upstream, 'asking');
    this.carry(way, upstream, client, 'answering');
    const closed = (): void => {
      if (client.destroyed && upstream.destroyed) this.ways.delete(way);
    };
    client.on('close', () => upstream.destroy()).on('close', closed);
    upstream.on('close', () => client.end()).on('close', closed);
  }

  /** A target that is down leaves its turn to the next. */
  private async dial(): Promise<Socket | null> {
    for (let tried = 0; tried < this.targets.length; tried += 1) {
      const port = this.targets[this.turn++ % this.targets.length] ?? 0;
      const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
      const connected = await new Promise<boolean>((resolve) => {
        socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
      });
      if (connected) return socket;
      socket.destroy();
    }
    return null;
  }

  private carry(way: Way, from: Socket, to: Socket, side: 'asking' | 'answering'): void {
    let last: Promise<unknown> = Promise.resolve();
    from.on('data', (piece: Buffer) => {
      const late = this.fault.kind === 'latency' ? this.fault.ms : 0;
      if (late === 0 && last === settled) {
        this.pass(way, from, to, side, piece);
        return;
      }
      const turn = last.then(() => delay(late)).then(() => this.pass(way, from, to, side, piece));
      last = turn;
      void turn.then(() => {
        if (last === turn) last = settled;
      });
    });
    from.on('end', () => void last.then(() => to.end()));
    last = settled;
  }

  private pass(way: Way, from: Socket, to: Socket, side: string, piece: Buffer): void {
    if (to.destroyed || !to.writable) return;
    const allowed = side === 'asking' ? this.asking(way, piece) : this.answering(way, piece);
    if (allowed.length === 0) return;
    if (to.write(allowed)) return;
    from.pause();
    to.once('drain', () => from.resume());
  }

  private asking(way: Way, piece: Buffer): Buffer {
    if (way.broken || this.fault.kind === 'hang_before') return this.swallow(way);
    return piece;
  }

  private answering(way: Way, piece: Buffer): Buffer {
    const { fault } = this;
    if (way.broken || fault.kind === 'hang_before' || fault.kind === 'hang_after') {
      return this.swallow(way);
    }
    if (fault.kind !== 'reset' && fault.kind !== 'cut' && fault.kind !== 'half_close') return piece;
    const left = Math.max(0, fault.bytes - way.answered);
    way.answered += piece.length;
    if (piece.length < left) return piece;
    const rest = piece.subarray(0, left);
    if (fault.kind === 'reset') {
      this.reset(way);
      return EMPTY;
    }
    way.broken = true;
    way.client.end(rest);
    if (fault.kind === 'cut') way.upstream.destroy();
    return EMPTY;
  }

  private swallow(way: Way): Buffer {
    way.broken = true;
    return EMPTY;
  }

  private reset(way: Way): void {
    this.ways.delete(way);
    if (!way.client.destroyed) way.client.resetAndDestroy();
    way.upstream.destroy();
  }
}

const EMPTY = Buffer.alloc(0);
const settled = Promise.resolve();
