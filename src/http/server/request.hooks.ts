import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { Logger } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { DomainError, requestContext, type RequestContext } from '../../common/index.js';
import type { HealthRegistry } from '../health/health.registry.js';
import type { Metrics } from '../health/metrics.service.js';
import { maskText } from '../logging/masking.js';
import { rememberRequest } from './request.registry.js';

const REQUEST_ID = /^[A-Za-z0-9][A-Za-z0-9._:-]{7,127}$/;
const QUIET = /^\/(health|metrics|swagger|redoc|api\/schema)(\/|$)/;

/** A caller's own id where it is harmless to log and to echo, else a new one. */
export function requestIdOf(request: IncomingMessage): string {
  const sent = request.headers['x-request-id'];
  return typeof sent === 'string' && REQUEST_ID.test(sent) && maskText(sent) === sent
    ? sent
    : randomUUID();
}

/** What happens to every request besides its handler: context, refusals, one log line, one figure. */
export function addRequestHooks(
  server: FastifyInstance,
  parts: { health: HealthRegistry; metrics: Metrics },
): void {
  server.addHook('onRequest', (request, reply, done) => {
    const context: RequestContext = { requestId: request.id };
    request.logContext = context;
    rememberRequest(context, request);
    reply.header('x-request-id', request.id);
    reply.header('cache-control', 'no-store');
    requestContext.run(context, () => done(refusalOf(request, parts.health) ?? undefined));
  });
  server.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'unmatched';
    parts.metrics.observeRequest(request.method, route, reply.statusCode, reply.elapsedTime / 1000);
    const context = request.logContext ?? { requestId: request.id };
    requestContext.run(context, () => logRequest(request, reply, route));
    done();
  });
}

/** Null when the request may go on. */
function refusalOf(request: FastifyRequest, health: HealthRegistry): Error | null {
  if (health.closing && !request.url.startsWith('/health/')) {
    return new DomainError('unavailable', 'shutting_down', 'The service is restarting; try again', {
      retryAfterS: 1,
    });
  }
  // PostgreSQL's text cannot hold NUL, so nothing that is stored or looked up does.
  const mark = request.url.indexOf('%00');
  if (mark < 0) return null;
  const query = request.url.indexOf('?');
  return query >= 0 && query < mark
    ? new DomainError('invalid', 'invalid_text', 'The query holds a NUL character')
    : new DomainError('not_found', 'not_found', 'Not found');
}

const logger = new Logger('Http');

function logRequest(request: FastifyRequest, reply: FastifyReply, route: string): void {
  const status = reply.statusCode;
  const line = {
    msg: `${request.method} ${route} ${status}`,
    method: request.method,
    route,
    // The path without its query, whose values may be personal.
    path: request.url.split('?', 1)[0],
    status,
    ms: Math.round(reply.elapsedTime * 10) / 10,
    ip: request.ip,
    user_id: request.principal?.userId,
    code: request.problemCode,
  };
  if (status >= 500) logger.error(line);
  else if (QUIET.test(request.url)) logger.debug(line);
  else logger.log(line);
}
