import type { FastifyInstance } from 'fastify';
import type { Core } from '../sandbox.core.js';

const HEARTBEAT_MS = 15_000;

/** `GET /api/events`: a Server-Sent Events stream, one event per change, named by its topic. */
export function eventRoutes(app: FastifyInstance, { bus }: Core): void {
  app.get('/api/events', async (request, reply) => {
    reply.hijack();
    const stream = reply.raw;
    stream.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
    stream.write('retry: 1000\n\n');
    const unsubscribe = bus.subscribe(({ topic, data }) => {
      stream.write(`event: ${topic}\ndata: ${JSON.stringify(data)}\n\n`);
    });
    const heartbeat = setInterval(() => stream.write(': here\n\n'), HEARTBEAT_MS);
    request.raw.socket.once('close', () => {
      clearInterval(heartbeat);
      unsubscribe();
    });
  });
}
