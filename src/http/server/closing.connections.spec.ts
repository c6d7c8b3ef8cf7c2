import { EventEmitter, once } from 'node:events';
import { connect, type AddressInfo } from 'node:net';
import { setImmediate as immediate } from 'node:timers/promises';
import Fastify from 'fastify';
import { closeUnusedConnections } from './closing.connections.js';

async function listening() {
  const handler = new EventEmitter();
  const server = Fastify({ keepAliveTimeout: 60_000 });
  closeUnusedConnections(server);
  server.get('/slow', async () => {
    const answer = once(handler, 'answer');
    handler.emit('started');
    return (await answer)[0] as string;
  });
  await server.listen({ host: '127.0.0.1', port: 0 });
  const { port } = server.server.address() as AddressInfo;
  const socket = connect(port, '127.0.0.1');
  await Promise.all([once(socket, 'connect'), once(server.server, 'connection')]);
  return { server, socket, handler };
}

describe('closing', () => {
  it('does not wait for a connection that never sent a request', async () => {
    const { server, socket } = await listening();
    socket.resume();
    await Promise.all([server.close(), once(socket, 'close')]);
    expect(socket.bytesWritten).toBe(0);
  }, 5_000);

  it('lets a running request finish, then ends its connection', async () => {
    const { server, socket, handler } = await listening();
    let received = '';
    socket.setEncoding('utf8').on('data', (text: string) => (received += text));
    const started = once(handler, 'started');
    socket.write('GET /slow HTTP/1.1\r\nHost: here\r\n\r\n');
    await started;
    const [closed, ended] = [server.close(), once(socket, 'close')];
    while (server.server.listening) await immediate();
    handler.emit('answer', 'at last');
    await Promise.all([closed, ended]);
    expect(received).toMatch(/^HTTP\/1.1 200 [^]*at last$/);
  }, 5_000);
});
