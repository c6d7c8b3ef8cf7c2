import { randomBytes } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { isUuidV4 } from './mtn-momo.reader.js';
import type { MtnTokens } from './mtn-momo.tokens.js';
import type { Product } from './mtn-momo.types.js';

const USERS = '/v1_0/apiuser';
const HOST = /^(?!-)[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})*$/i;

interface ApiUser {
  readonly product: Product;
  readonly callbackHost: string;
}

/** Provisioning, which MTN offers in its sandbox only: whoever has a subscription key makes API users. */
export class MtnUsers {
  readonly #users = new Map<string, ApiUser>();

  constructor(private readonly tokens: MtnTokens) {}

  register(scope: FastifyInstance): void {
    scope.post(USERS, (request, reply) => this.#create(request, reply));
    scope.get(`${USERS}/:id`, (request, reply) => this.#read(request, reply));
    scope.post(`${USERS}/:id/apikey`, (request, reply) => this.#createKey(request, reply));
  }

  #create(request: FastifyRequest, reply: FastifyReply): FastifyReply {
    const product = this.#productOf(request);
    if (!product) return accessDenied(reply);
    const id = request.headers['x-reference-id'];
    const callbackHost = readHost(request);
    if (!isUuidV4(id) || callbackHost === null) return reply.code(400).send();
    if (this.#users.has(id)) return fail(reply, 409, 'RESOURCE_ALREADY_EXIST');
    this.#users.set(id, { product, callbackHost });
    return reply.code(201).send();
  }

  #read(request: FastifyRequest, reply: FastifyReply): FastifyReply {
    if (!this.#productOf(request)) return accessDenied(reply);
    const user = this.#users.get(idOf(request));
    if (!user) return fail(reply, 404, 'RESOURCE_NOT_FOUND');
    const { callbackHost: providerCallbackHost } = user;
    return reply.send({ providerCallbackHost, targetEnvironment: 'sandbox' });
  }

  /** Each call makes a new key; none can be read again. */
  #createKey(request: FastifyRequest, reply: FastifyReply): FastifyReply {
    if (!this.#productOf(request)) return accessDenied(reply);
    const id = idOf(request);
    const user = this.#users.get(id);
    if (!user) return fail(reply, 404, 'RESOURCE_NOT_FOUND');
    const apiKey = randomBytes(16).toString('hex');
    this.tokens.admit(user.product, { apiUser: id, apiKey });
    return reply.code(201).send({ apiKey });
  }

  #productOf({ headers }: FastifyRequest): Product | null {
    const key = headers['ocp-apim-subscription-key'];
    const products = ['collection', 'disbursement'] as const;
    return products.find((product) => this.tokens.knowsKey(product, key)) ?? null;
  }
}

/** A host alone: no scheme, no port, no path. */
function readHost(request: FastifyRequest): string | null {
  try {
    const bytes = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const body = JSON.parse(bytes.toString('utf8')) as { providerCallbackHost?: unknown } | null;
    const host = body?.providerCallbackHost;
    return typeof host === 'string' && HOST.test(host) ? host : null;
  } catch {
    return null;
  }
}

function idOf(request: FastifyRequest): string {
  return (request.params as Readonly<Record<string, string>>)['id'] ?? '';
}

function fail(reply: FastifyReply, status: number, code: string): FastifyReply {
  return reply.code(status).send({ code, message: `${code} was reported` });
}

function accessDenied(reply: FastifyReply): FastifyReply {
  const message = 'Access denied due to invalid subscription key.';
  return reply.code(401).send({ statusCode: 401, message });
}
