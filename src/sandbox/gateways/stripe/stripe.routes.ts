import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { CallFault } from '../../core/faults.store.js';
import type { Core } from '../../sandbox.core.js';
import { withholdAnswer } from '../withheld.answer.js';
import { type Kept, keyOf, type StripeKeys } from './stripe.keys.js';
import { refundObject, sessionObject } from './stripe.objects.js';
import { problem, readRefund, readSession, type StripeProblem } from './stripe.reader.js';
import type { StripeRefunds } from './stripe.refunds.js';
import type { StripeSessions } from './stripe.sessions.js';
import type { Credentials, Session } from './stripe.types.js';

const PROVIDER = 'stripe';
const SESSIONS = '/v1/checkout/sessions';
const REFUNDS = '/v1/refunds';

/** Work of a POST: what is answered, and whether a key keeps it. */
type Done = Kept & { keeps?: boolean; fault?: CallFault };

/** Stripe's own API. */
export class StripeRoutes {
  constructor(
    private readonly core: Core,
    private readonly credentials: Credentials,
    private readonly sessions: StripeSessions,
    private readonly refunds: StripeRefunds,
    private readonly keys: StripeKeys,
  ) {}

  register(scope: FastifyInstance): void {
    scope.addHook('preHandler', (request, reply, done) => {
      const [, key = ''] = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '') ?? [];
      if (same(key, this.credentials.secretKey)) return done();
      void reply.code(401).send({ error: problem('Invalid API Key provided') });
    });
    scope.post(SESSIONS, (request, reply) =>
      this.#post(request, reply, () => this.#create(request)),
    );
    scope.get(SESSIONS, (request, reply) => this.#listSessions(request, reply));
    scope.get(`${SESSIONS}/:id`, (request, reply) => this.#find(request, reply));
    scope.post(`${SESSIONS}/:id/expire`, (request, reply) =>
      this.#post(request, reply, async () => this.#expire(request)),
    );
    scope.post(REFUNDS, (request, reply) =>
      this.#post(request, reply, async () => this.#refund(request)),
    );
    scope.get(REFUNDS, (request, reply) => this.#listRefunds(request, reply));
    scope.get(`${REFUNDS}/:id`, (request, reply) => {
      const refund = this.refunds.find(idOf(request));
      return refund ? reply.send(refundObject(refund)) : missing(reply, 'refund', idOf(request));
    });
  }

  /** Carries a POST out once per key. */
  async #post(
    request: FastifyRequest,
    reply: FastifyReply,
    work: () => Promise<Done>,
  ): Promise<unknown> {
    const claim = this.keys.claim(request, bytesOf(request));
    if (claim.kind === 'refused') return reply.code(claim.status).send({ error: claim.problem });
    if (claim.kind === 'replay') {
      const { status, body } = claim.answer;
      return reply.code(status).header('idempotent-replayed', 'true').send(body);
    }
    const { status, body, keeps = true, fault = 'ok' } = await work();
    if (keeps) claim.keep({ status, body });
    else claim.release();
    if (isSpoilt(fault)) return this.#spoil(fault, request, reply);
    return reply.code(status).send(body);
  }

  async #create(request: FastifyRequest): Promise<Done> {
    const read = readSession(bytesOf(request), typeOf(request));
    if (read.problem) return refused(read.problem);
    const fault = this.core.faults.take(PROVIDER, 'initiate');
    if (fault === 'decline') {
      return refused(problem('The amount is too small', undefined, 'amount_too_small'));
    }
    if (stopsBefore(fault)) return stopped(fault);
    const origin = `${request.protocol}://${request.host}`;
    const session = this.sessions.open(read.value, origin, fault === 'wrong_amount');
    // The amount that was asked for: a wrong one shows only in what is told later.
    const body = sessionObject({ ...session, wrongAmount: false }, this.credentials);
    if (this.core.faults.peekWebhook(PROVIDER) === 'before_reply') {
      this.core.faults.takeWebhook(PROVIDER);
      await this.sessions.payBeforeReply(session);
    }
    return { status: 200, body, fault };
  }

  #expire(request: FastifyRequest): Done {
    const id = idOf(request);
    const session = this.sessions.find(id);
    if (!session) return { status: 404, body: { error: noSuch('checkout session', id) } };
    if (!this.sessions.expire(session)) {
      const message = `Only Checkout Sessions with a status in ["open"] can be expired; this is ${session.status}`;
      return refused(problem(message));
    }
    return { status: 200, body: sessionObject(session, this.credentials) };
  }

  #refund(request: FastifyRequest): Done {
    const read = readRefund(bytesOf(request), typeOf(request));
    if (read.problem) return refused(read.problem);
    const fault = this.core.faults.take(PROVIDER, 'refund');
    if (fault === 'decline') {
      return refused(problem('The charge is disputed', undefined, 'charge_disputed'));
    }
    if (fault === 'insufficient_funds') {
      return refused(problem('Insufficient balance', undefined, 'balance_insufficient'));
    }
    if (stopsBefore(fault)) return stopped(fault);
    const refund = this.refunds.open(read.value, keyOf(request));
    if (!('id' in refund)) return refused(refund);
    return { status: 200, body: refundObject(refund), fault };
  }

  async #find(request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
    const session = this.sessions.find(idOf(request));
    const fault = this.core.faults.take(PROVIDER, 'status');
    if (isSpoilt(fault)) return this.#spoil(fault, request, reply);
    if (!session) return missing(reply, 'checkout session', idOf(request));
    return reply.send(sessionObject(session, this.credentials, fault === 'wrong_amount'));
  }

  #listSessions(request: FastifyRequest, reply: FastifyReply): FastifyReply {
    const session = this.#named(request);
    const data = session ? [sessionObject(session, this.credentials)] : [];
    return reply.send({ object: 'list', url: SESSIONS, has_more: false, data });
  }

  #listRefunds(request: FastifyRequest, reply: FastifyReply): FastifyReply {
    const all = this.refunds.of(this.#named(request)).map(refundObject);
    const limit = Number(queryOf(request, 'limit') || '10');
    const data = all.slice(0, limit);
    return reply.send({ object: 'list', url: REFUNDS, has_more: all.length > limit, data });
  }

  #named(request: FastifyRequest): Session | null {
    return this.sessions.findByIntent(queryOf(request, 'payment_intent'));
  }

  async #spoil(fault: Spoilt, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
    if (fault === 'error_500') return reply.code(500).send(FAILED);
    if (fault === 'rate_limited') {
      const message = 'Too many requests hit the API too quickly';
      return reply.code(429).send({ error: problem(message, undefined, 'rate_limit') });
    }
    if (fault === 'malformed') return reply.type('application/json').send('{"id": "cs_test_a1');
    const { background, settings } = this.core;
    return withholdAnswer(request, reply, background, settings.timings.hangMs);
  }
}

const FAILED = { error: { type: 'api_error', message: 'An unknown error occurred' } };

const SPOILT = [
  'error_500',
  'timeout',
  'timeout_after_accept',
  'malformed',
  'rate_limited',
] as const satisfies readonly CallFault[];
type Spoilt = (typeof SPOILT)[number];

function isSpoilt(fault: CallFault): fault is Spoilt {
  return SPOILT.some((word) => word === fault);
}

function stopsBefore(fault: CallFault): boolean {
  return fault === 'error_500' || fault === 'timeout' || fault === 'rate_limited';
}

/** A key keeps an error of the server too; what never reached it, it cannot. */
function stopped(fault: CallFault): Done {
  return { status: 500, body: FAILED, keeps: fault === 'error_500', fault };
}

/** Nothing began, so no key keeps it. */
function refused(error: StripeProblem): Done {
  return { status: 400, body: { error }, keeps: false };
}

function noSuch(what: string, id: string): StripeProblem {
  return problem(`No such ${what}: '${id}'`, 'id', 'resource_missing');
}

function missing(reply: FastifyReply, what: string, id: string): FastifyReply {
  return reply.code(404).send({ error: noSuch(what, id) });
}

function same(given: string, expected: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}

function idOf(request: FastifyRequest): string {
  return (request.params as Readonly<Record<string, string>>)['id'] ?? '';
}

function queryOf(request: FastifyRequest, name: string): string {
  const value = (request.query as Readonly<Record<string, unknown>>)[name];
  return typeof value === 'string' ? value : '';
}

function typeOf(request: FastifyRequest): string {
  return request.headers['content-type'] ?? '';
}

function bytesOf(request: FastifyRequest): Buffer {
  return Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
}
