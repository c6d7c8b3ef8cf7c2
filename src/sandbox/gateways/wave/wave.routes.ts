import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { wait } from '../../core/background.js';
import type { CallFault } from '../../core/faults.store.js';
import type { Core } from '../../sandbox.core.js';
import { withholdAnswer } from '../withheld.answer.js';
import type { WaveEvents } from './wave.events.js';
import { invalid, problem, readSession, type WaveProblem } from './wave.reader.js';
import { toObject, type WaveSessions, withWrongAmount } from './wave.sessions.js';
import { same, signs } from './wave.signature.js';
import type { Credentials, PaymentError, Session, SessionObject } from './wave.types.js';

const PROVIDER = 'wave';
const SESSIONS = '/v1/checkout/sessions';

/** Wave's own Checkout API. */
export class WaveRoutes {
  constructor(
    private readonly core: Core,
    private readonly credentials: Credentials,
    private readonly sessions: WaveSessions,
    private readonly events: WaveEvents,
  ) {}

  register(scope: FastifyInstance): void {
    scope.addHook('preHandler', (request, reply, done) => {
      const refusal = this.#refusal(request);
      if (refusal) void reply.code(401).send(refusal);
      else done();
    });
    scope.post(SESSIONS, (request, reply) => this.#create(request, reply));
    scope.get(SESSIONS, (request, reply) => this.#findByTransaction(request, reply));
    scope.get(`${SESSIONS}/search`, (request, reply) => this.#search(request, reply));
    scope.get(`${SESSIONS}/:id`, (request, reply) => this.#find(request, reply));
    scope.post(`${SESSIONS}/:id/expire`, (request, reply) => this.#expire(request, reply));
    scope.post(`${SESSIONS}/:id/refund`, (request, reply) => this.#refund(request, reply));
  }

  #refusal(request: FastifyRequest): WaveProblem | null {
    const { authorization } = request.headers;
    if (!authorization) return problem('missing-auth-header', 'Authorization header is missing');
    const key = /^Bearer (\S+)$/.exec(authorization)?.[1];
    if (key === undefined) return problem('invalid-auth', 'Authorization header is invalid');
    const { apiKey, requestSigningSecret: secret } = this.credentials;
    if (!same(key, apiKey)) return problem('no-matching-api-key', 'No such API key');
    if (secret === null) return null;
    const signature = request.headers['wave-signature'];
    if (typeof signature !== 'string') {
      return problem('missing-signature', 'This key needs signed requests');
    }
    return signs(signature, secret, bytesOf(request))
      ? null
      : problem('invalid-auth', 'The request signature does not match');
  }

  async #create(request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
    const contentType = request.headers['content-type'] ?? '';
    const read = readSession(bytesOf(request), contentType, this.credentials.currency);
    if (read.problem) return reply.code(400).send(read.problem);
    const fault = this.core.faults.take(PROVIDER, 'initiate');
    if (fault === 'decline') {
      return reply.code(400).send(invalid('amount', 'above the limit of this wallet'));
    }
    if (fault === 'error_500' || fault === 'timeout' || fault === 'rate_limited') {
      return this.#spoil(fault, request, reply);
    }
    const origin = `${request.protocol}://${request.host}`;
    const session = this.sessions.open(read.body, origin, fault === 'wrong_amount');
    const made = toObject(session, this.credentials);
    await this.#afterwards(session, fault);
    if (fault === 'timeout_after_accept' || fault === 'malformed') {
      return this.#spoil(fault, request, reply);
    }
    return reply.send(made);
  }

  async #afterwards(session: Session, fault: CallFault): Promise<void> {
    const { faults, background, settings, checkouts } = this.core;
    if (faults.peekWebhook(PROVIDER) === 'before_reply') {
      faults.takeWebhook(PROVIDER);
      checkouts.close(session.pageId, 'paid').return_url = session.body.success_url;
      this.sessions.complete(session);
      await this.events.tellBeforeReply(session);
    } else if (fault === 'insufficient_funds') {
      // No session is refused for that: the payer's first try fails, and the page stays open.
      background.run(async (signal) => {
        await wait(settings.timings.autoAnswerDelayMs, signal);
        if (session.checkoutStatus !== 'open') return;
        this.sessions.failTry(session, 'insufficient-funds');
        this.events.tellLater(session, 'checkout.session.payment_failed');
      });
    }
  }

  async #find(request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
    const fault = this.core.faults.take(PROVIDER, 'status');
    if (isSpoilt(fault)) return this.#spoil(fault, request, reply);
    return this.#show(this.sessions.find(idOf(request)), fault, reply);
  }

  async #findByTransaction(request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
    const fault = this.core.faults.take(PROVIDER, 'status');
    if (isSpoilt(fault)) return this.#spoil(fault, request, reply);
    const id = queryOf(request, 'transaction_id');
    if (id === '') return reply.code(400).send(invalid('transaction_id', 'field required'));
    return this.#show(this.sessions.findByTransaction(id), fault, reply);
  }

  async #search(request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
    const fault = this.core.faults.take(PROVIDER, 'status');
    if (isSpoilt(fault)) return this.#spoil(fault, request, reply);
    const reference = queryOf(request, 'client_reference');
    if (reference === '') {
      return reply.code(400).send(invalid('client_reference', 'field required'));
    }
    const found = this.sessions.search(reference);
    return reply.send({ result: found.map((session) => this.#told(session, fault)) });
  }

  async #expire(request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
    const session = this.sessions.find(idOf(request));
    if (!session) return unknownSession(reply);
    if (this.sessions.expire(session)) return reply.code(200).send();
    const message = `The session is ${session.checkoutStatus} already`;
    return reply.code(409).send(problem('checkout-session-not-open', message));
  }

  async #refund(request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
    const session = this.sessions.find(idOf(request));
    if (!session) return unknownSession(reply);
    const fault = this.core.faults.take(PROVIDER, 'refund');
    // 400 in some sources, 409 in another: the code is what to go by.
    if (fault === 'decline') return refuseRefund(reply, 400, 'The refund failed');
    if (fault === 'insufficient_funds') {
      return refuseRefund(reply, 409, 'The wallet has not enough money');
    }
    if (fault === 'error_500' || fault === 'timeout' || fault === 'rate_limited') {
      return this.#spoil(fault, request, reply);
    }
    if (!this.sessions.refund(session)) {
      return refuseRefund(reply, 400, 'The session is not paid');
    }
    if (isSpoilt(fault)) return this.#spoil(fault, request, reply);
    return reply.code(200).send();
  }

  #show(session: Session | null, fault: CallFault, reply: FastifyReply): FastifyReply {
    return session ? reply.send(this.#told(session, fault)) : unknownSession(reply);
  }

  /** A session as a query shows it; a try that fails is the worst that it can say. */
  #told(session: Session, fault: CallFault): SessionObject {
    const object = toObject(session, this.credentials);
    const error = TRY_FAULTS[fault];
    const told = error && session.checkoutStatus === 'open' ? withTry(object, error) : object;
    return session.wrongAmount || fault === 'wrong_amount' ? withWrongAmount(told) : told;
  }

  async #spoil(fault: Spoilt, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
    if (fault === 'error_500') {
      return reply.code(500).send(problem('internal-server-error', 'Internal server error'));
    }
    if (fault === 'rate_limited') {
      return reply.code(429).send(problem('too-many-requests', 'Too many requests'));
    }
    if (fault === 'malformed') return reply.type('application/json').send('{"id": "cos-1b01s');
    const { background, settings } = this.core;
    return withholdAnswer(request, reply, background, settings.timings.hangMs);
  }
}

const TRY_FAULTS: Partial<Record<CallFault, PaymentError>> = {
  decline: { code: 'payment-failure', message: 'The payment failed' },
  insufficient_funds: {
    code: 'insufficient-funds',
    message: "The customer's account balance is insufficient",
  },
};

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

function withTry(object: SessionObject, error: PaymentError): SessionObject {
  return { ...object, last_payment_error: error };
}

function unknownSession(reply: FastifyReply): FastifyReply {
  return reply.code(404).send(problem('checkout-session-not-found', 'No such checkout session'));
}

function refuseRefund(reply: FastifyReply, status: 400 | 409, message: string): FastifyReply {
  return reply.code(status).send(problem('checkout-refund-failed', message));
}

function idOf(request: FastifyRequest): string {
  return (request.params as Readonly<Record<string, string>>)['id'] ?? '';
}

function queryOf(request: FastifyRequest, name: string): string {
  const value = (request.query as Readonly<Record<string, unknown>>)[name];
  return typeof value === 'string' ? value : '';
}

function bytesOf(request: FastifyRequest): Buffer {
  return Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
}
