import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

/**
 * Closes connections that nobody uses when the server closes, and the others with their last answer. Node
 * counts one that never sent a request, which pools of clients open ahead, as busy, and keeps one alive
 * whose request ends only later: closing would wait for their time-outs.
 */
export function closeUnusedConnections(server: FastifyInstance): void {
  const running = new Map<Socket, number>();
  let closing = false;
  server.server.on('connection', (socket: Socket) => {
    running.set(socket, 0);
    socket.once('close', () => running.delete(socket));
  });
  server.server.on('request', ({ socket }, response) => {
    running.set(socket, (running.get(socket) ?? 0) + 1);
    response.once('close', () => {
      const left = (running.get(socket) ?? 1) - 1;
      if (!socket.destroyed) running.set(socket, left);
      if (closing && left === 0) socket.destroySoon();
    });
  });
  server.addHook('preClose', (done) => {
    closing = true;
    for (const [socket, requests] of running) if (requests === 0) socket.destroySoon();
    done();
  });
}
