import type { FastifyInstance } from 'fastify';
import { readProviderFilter } from '../core/providers.js';
import type { Core } from '../sandbox.core.js';
import { readQuery } from './request.reader.js';

export function requestRoutes(app: FastifyInstance, { requests }: Core): void {
  app.get('/api/requests', (request) =>
    requests.list(readProviderFilter(readQuery(request, 'provider'))),
  );
  app.delete('/api/requests', async (request, reply) => {
    requests.remove(readProviderFilter(readQuery(request, 'provider')));
    return reply.code(204).send();
  });
}
