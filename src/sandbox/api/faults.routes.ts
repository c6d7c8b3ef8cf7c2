import type { FastifyInstance } from 'fastify';
import { findProvider } from '../core/providers.js';
import type { Core } from '../sandbox.core.js';
import { readJson, readParam } from './request.reader.js';

export function faultRoutes(app: FastifyInstance, { faults }: Core): void {
  const code = (text: string): string => findProvider(text) ?? text;
  app.get('/api/faults', () =>
    Object.fromEntries(faults.providers.map((provider) => [provider, faults.get(provider)])),
  );
  app.get('/api/faults/:provider', (request) => faults.get(code(readParam(request, 'provider'))));
  app.put('/api/faults/:provider', (request) =>
    faults.put(code(readParam(request, 'provider')), readJson(request)),
  );
}
