import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { FaultProxy, NO_FAULT } from '../../tools/torture/faults/index.js';
import { waitFor } from '../support/wait.js';

/** What a client of a way saw. */
interface Seen {
  socket: Socket;
  text: string;
  ended: boolean;
  error: string | null;
}

describe('a fault proxy', () => {
  let server: Server;
  let asked: string[];
  let proxy: FaultProxy;
  const sockets = new Set<Socket>();

  beforeEach(async () => {
    asked = [];
    server = createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('data', (piece) => {
        asked.push(piece.toString());
        socket.write(`answer to ${piece.toString()}`);
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const closed = createServer().listen(0, '127.0.0.1');
    await once(closed, 'listening');
    const { port: nobody } = closed.address() as AddressInfo;
    closed.close();
    await once(closed, 'close');
    // The first target is down: the next one is taken.
    proxy = await FaultProxy.listen([nobody, (server.address() as AddressInfo).port]);
  });
  afterEach(async () => {
    await proxy.close();
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  });

  const open = async (): Promise<Seen> => {
    const socket = connect({ port: proxy.port, host: '127.0.0.1', allowHalfOpen: true });
    const seen: Seen = { socket, text: '', ended: false, error: null };
    sockets.add(socket);
    socket.on('data', (piece) => (seen.text += piece.toString()));
    socket.on('end', () => (seen.ended = true));
    socket.on('error', (error: NodeJS.ErrnoException) => (seen.error = error.code ?? 'unknown'));
    await waitFor('the connection', () => !socket.connecting || seen.error !== null);
    return seen;
  };
  const hear = (seen: Seen, text: string) => waitFor(text, () => seen.text === text);
  const refused = (seen: Seen) => waitFor('the reset', () => seen.error === 'ECONNRESET');

  it('passes bytes on, to a target that listens', async () => {
    const seen = await open();
    seen.socket.write('one');
    await hear(seen, 'answer to one');
    expect(seen).toMatchObject({ ended: false, error: null });
  });

  it('is down for old connections and for new ones, and then up again', async () => {
    const old = await open();
    old.socket.write('one');
    await hear(old, 'answer to one');
    proxy.set({ kind: 'down' });
    await refused(old);
    await refused(await open());
    proxy.set(NO_FAULT);
    const seen = await open();
    seen.socket.write('two');
    await hear(seen, 'answer to two');
    expect(seen.error).toBeNull();
  });

  it('loses the answer to a request that was passed on', async () => {
    const seen = await open();
    seen.socket.write('warm');
    await hear(seen, 'answer to warm');
    proxy.set({ kind: 'hang_after' });
    seen.socket.write('taken');
    await waitFor('the request to arrive', () => asked.includes('taken'));
    proxy.set({ kind: 'down' });
    await refused(seen);
    expect(seen.text).toBe('answer to warm');
  });

  it.each([
    ['cut', { ended: true, error: null }],
    ['half_close', { ended: true, error: null }],
  ] as const)('ends an answer after some bytes: %s', async (kind, expected) => {
    const seen = await open();
    proxy.set({ kind, bytes: 6 });
    seen.socket.write('one');
    await waitFor('the end', () => seen.ended);
    expect(seen).toMatchObject({ text: 'answer', ...expected });
  });

  it('resets in the middle of an answer', async () => {
    const seen = await open();
    proxy.set({ kind: 'reset', bytes: 6 });
    seen.socket.write('one');
    await refused(seen);
    expect(seen.ended).toBe(false);
  });

  it('is late without changing the order', async () => {
    const seen = await open();
    proxy.set({ kind: 'latency', ms: 30 });
    for (const word of ['a', 'b', 'c']) {
      seen.socket.write(word);
      await waitFor(`${word} to arrive`, () => asked.join('').endsWith(word));
    }
    await hear(seen, 'answer to aanswer to banswer to c');
    expect(seen.ended).toBe(false);
  });
});
