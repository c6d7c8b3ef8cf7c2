import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ReceivedRequest, Requests } from '../core/requests.store.js';
import type { SandboxGateway } from './gateway.types.js';

/**
 * Serves a gateway's API and remembers every request to it, also those that its API does not know.
 * Each gateway lives under `/{provider}`, as if that were its host.
 */
export async function mountGateway(
  app: FastifyInstance,
  gateway: SandboxGateway,
  requests: Requests,
): Promise<void> {
  const prefixes = gateway.atRoot ? [`/${gateway.provider}`, ''] : [`/${gateway.provider}`];
  for (const prefix of prefixes) {
    await app.register(
      async (scope) => {
        remember(scope, prefix, gateway, requests);
        if (prefix !== '') {
          scope.setNotFoundHandler(async (_request, reply) => reply.code(404).send());
        }
        gateway.routes(scope);
      },
      { prefix },
    );
  }
}

function remember(
  scope: FastifyInstance,
  prefix: string,
  { provider }: SandboxGateway,
  requests: Requests,
): void {
  const received = new WeakMap<FastifyRequest, ReceivedRequest>();
  scope.addHook('onRequest', async (request) => {
    const { method, url, headers } = request.raw;
    const full = url ?? '/';
    const path = full.slice(prefix.length) || '/';
    const entry = { provider, method: method ?? 'GET', path, url: full, headers: { ...headers } };
    received.set(request, requests.receive(entry));
  });
  scope.addHook('preValidation', async (request) => {
    const entry = received.get(request);
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    if (entry) requests.noteBody(entry, body);
  });
  scope.addHook('onSend', async (request, reply, payload) => {
    const entry = received.get(request);
    if (entry) requests.noteAnswer(entry, reply.statusCode, textOf(payload));
    return payload;
  });
}

function textOf(payload: unknown): string {
  if (typeof payload === 'string') return payload;
  return Buffer.isBuffer(payload) ? payload.toString('utf8') : '';
}
