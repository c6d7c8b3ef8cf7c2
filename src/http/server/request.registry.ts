import type { FastifyRequest } from 'fastify';
import type { RequestContext } from '../../common/index.js';

const requests = new WeakMap<RequestContext, FastifyRequest>();

/** Lets pipes, which Nest calls without the request, find it through the context they run in. */
export function rememberRequest(context: RequestContext, request: FastifyRequest): void {
  requests.set(context, request);
}

/** Undefined outside a request, e.g. in a job. */
export function requestOf(context: RequestContext): FastifyRequest | undefined {
  return requests.get(context);
}
