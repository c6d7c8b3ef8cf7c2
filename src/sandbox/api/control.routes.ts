import type { FastifyInstance } from 'fastify';
import type { Actions } from '../sandbox.actions.js';
import type { Core } from '../sandbox.core.js';
import { readJson, readText } from './request.reader.js';

/** By this name a launcher recognises a sandbox that is running already. */
const NAME = 'malipo-sandbox';

export function controlRoutes(app: FastifyInstance, core: Core, actions: Actions): void {
  app.get('/api/health', () => ({
    name: NAME,
    pid: process.pid,
    target: core.target.url,
    providers: actions.gateways.map(({ provider }) => provider),
  }));
  app.put('/api/target', (request) => {
    core.target.set(readText(readJson(request), 'url'));
    core.bus.publish('target', { url: core.target.url });
    return { url: core.target.url };
  });
  app.post('/api/clock', async (request, reply) => {
    const { status, contentType, body } = await actions.moveClock(readJson(request)['offset_s']);
    return reply.code(status).type(contentType).send(body);
  });
  app.post('/api/reset', async () => {
    await actions.reset();
    return { reset: true };
  });
}
