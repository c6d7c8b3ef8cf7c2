import type { FastifyInstance } from 'fastify';
import { isLoopback } from '../core/loopback.js';
import { SandboxError } from '../core/sandbox.error.js';

/**
 * Without a login, a web page somewhere could make a visitor's browser read or press things here: under a
 * name of its own that resolves to 127.0.0.1, or by posting across sites. Both are told by the headers.
 */
export function refuseForeignPages(app: FastifyInstance): void {
  app.addHook('onRequest', async (request) => {
    if (!isLoopback(request.hostname)) {
      throw new SandboxError(
        403,
        `Open the sandbox as 127.0.0.1 or localhost, not as ${request.hostname}`,
      );
    }
    const { origin } = request.headers;
    if (origin !== undefined && !isLocalOrigin(origin)) {
      throw new SandboxError(403, `The sandbox takes nothing from pages of ${origin}`);
    }
  });
}

function isLocalOrigin(origin: string): boolean {
  return URL.canParse(origin) && isLoopback(new URL(origin).hostname);
}
