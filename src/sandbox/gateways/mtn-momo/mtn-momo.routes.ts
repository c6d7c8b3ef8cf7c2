import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { CallFault } from '../../core/faults.store.js';
import type { Core } from '../../sandbox.core.js';
import { withholdAnswer } from '../withheld.answer.js';
import { forcedByPayer, forcedByRefunded } from './mtn-momo.numbers.js';
import type { MtnPayments } from './mtn-momo.payments.js';
import { isUuidV4, moneyOf, readPayBody, readRefundBody } from './mtn-momo.reader.js';
import { paymentObject, refundObject } from './mtn-momo.resources.js';
import type { MtnRefunds } from './mtn-momo.refunds.js';
import type { MtnTokens } from './mtn-momo.tokens.js';
import type { Credentials, Payment, Product } from './mtn-momo.types.js';

const PROVIDER = 'mtn_momo';
const PAYMENTS = '/collection/v1_0/requesttopay';

/** MTN's own API. */
export class MtnRoutes {
  /** Status queries that will not find what was made a moment ago. */
  #blind = 0;

  constructor(
    private readonly core: Core,
    private readonly credentials: Credentials,
    private readonly tokens: MtnTokens,
    private readonly payments: MtnPayments,
    private readonly refunds: MtnRefunds,
  ) {}

  register(scope: FastifyInstance): void {
    for (const product of ['collection', 'disbursement'] as const) {
      scope.post(`/${product}/token/`, (request, reply) => this.#token(product, request, reply));
    }
    scope.post(PAYMENTS, (request, reply) => this.#requestToPay(request, reply));
    scope.get(`${PAYMENTS}/:id`, (request, reply) => this.#payment(request, reply));
    for (const version of ['v1_0', 'v2_0']) {
      scope.post(`/disbursement/${version}/refund`, (request, reply) =>
        this.#refund(request, reply),
      );
    }
    scope.get('/disbursement/v1_0/refund/:id', (request, reply) =>
      this.#refundStatus(request, reply),
    );
  }

  /** The next status query does not see its payment yet, as happens shortly after a 202. */
  lag(): void {
    this.#blind += 1;
  }

  reset(): void {
    this.#blind = 0;
  }

  async #token(product: Product, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
    if (!this.tokens.knowsKey(product, request.headers['ocp-apim-subscription-key'])) {
      return accessDenied(reply);
    }
    if (bytesOf(request).length > 0) return reply.code(400).send();
    const fault = this.core.faults.take(PROVIDER, 'auth');
    if (isSpoilt(fault)) return this.#spoil(fault, request, reply, 200);
    const token = fault === 'ok' ? this.tokens.issue(product, request.headers.authorization) : null;
    return token ? reply.send(token) : reply.code(401).send({ error: 'login_failed' });
  }

  async #requestToPay(request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
    const refused = this.#refuseEntry('collection', request, reply);
    if (refused) return refused;
    const id = request.headers['x-reference-id'];
    const body = readPayBody(bytesOf(request));
    const callbackUrl = readCallbackUrl(request);
    if (!isUuidV4(id) || !body || callbackUrl === undefined || !isJson(request)) {
      return reply.code(400).send();
    }
    if (!this.credentials.currencies.has(body.currency)) return fail(reply, 500, INVALID_CURRENCY);
    if (!moneyOf(body)) return reply.code(400).send();
    if (this.payments.find(id)) return fail(reply, 409, 'RESOURCE_ALREADY_EXIST');
    const fault = this.core.faults.take(PROVIDER, 'initiate');
    if (fault === 'decline') return reply.code(400).send();
    if (fault === 'error_500' || fault === 'timeout' || fault === 'rate_limited') {
      return this.#spoil(fault, request, reply, 202);
    }
    const refusal = forcedByPayer(body.payer.partyId)?.refusal;
    if (refusal) return fail(reply, refusal.status, refusal.code);
    const made = this.payments.accept(id, body, callbackUrl, fault === 'wrong_amount');
    await this.#afterwards(made.payment, fault);
    if (isSpoilt(fault)) return this.#spoil(fault, request, reply, 202);
    return reply.code(202).send();
  }

  async #afterwards(payment: Payment, fault: CallFault): Promise<void> {
    const { faults, prompts } = this.core;
    const prompt = prompts.get(payment.promptId);
    if (faults.peekWebhook(PROVIDER) === 'before_reply') {
      faults.takeWebhook(PROVIDER);
      await this.payments.answerBeforeReply(payment, prompt);
    } else {
      this.payments.answerByNumber(payment, prompt, fault === 'insufficient_funds');
    }
  }

  async #payment(request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
    const refused = this.#refuseEntry('collection', request, reply);
    if (refused) return refused;
    const fault = this.core.faults.take(PROVIDER, 'status');
    if (isSpoilt(fault)) return this.#spoil(fault, request, reply, 200);
    const payment = this.payments.find(idOf(request));
    if (payment && this.#blind > 0) {
      this.#blind -= 1;
      return fail(reply, 404, 'RESOURCE_NOT_FOUND');
    }
    if (!payment) return fail(reply, 404, 'RESOURCE_NOT_FOUND');
    const reason = FAILURES[fault];
    const standing = reason
      ? { status: 'FAILED' as const, reason }
      : this.payments.standing(payment);
    return reply.send(paymentObject(payment, standing, fault === 'wrong_amount'));
  }

  async #refund(request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
    const refused = this.#refuseEntry('disbursement', request, reply);
    if (refused) return refused;
    const id = request.headers['x-reference-id'];
    const body = readRefundBody(bytesOf(request));
    if (!isUuidV4(id) || !body || !isJson(request)) return reply.code(400).send();
    if (!this.credentials.currencies.has(body.currency)) return fail(reply, 500, INVALID_CURRENCY);
    if (!moneyOf(body)) return reply.code(400).send();
    if (this.refunds.find(id)) return fail(reply, 409, 'RESOURCE_ALREADY_EXIST');
    const fault = this.core.faults.take(PROVIDER, 'refund');
    if (fault === 'decline') return reply.code(400).send();
    if (fault === 'error_500' || fault === 'timeout' || fault === 'rate_limited') {
      return this.#spoil(fault, request, reply, 202);
    }
    const forced = forcedByRefunded(body.referenceIdToRefund);
    if (forced?.refusal) return fail(reply, forced.refusal.status, forced.refusal.code);
    if (!forced && !this.payments.find(body.referenceIdToRefund)) {
      return fail(reply, 404, 'RESOURCE_NOT_FOUND');
    }
    this.refunds.open(id, body, fault === 'insufficient_funds');
    if (isSpoilt(fault)) return this.#spoil(fault, request, reply, 202);
    return reply.code(202).send();
  }

  async #refundStatus(request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
    const refused = this.#refuseEntry('disbursement', request, reply);
    if (refused) return refused;
    const fault = this.core.faults.take(PROVIDER, 'status');
    if (isSpoilt(fault)) return this.#spoil(fault, request, reply, 200);
    const refund = this.refunds.find(idOf(request));
    if (!refund) return fail(reply, 404, 'RESOURCE_NOT_FOUND');
    return reply.send(refundObject(refund, fault === 'wrong_amount'));
  }

  /** Key, token and environment, in this order; null for a call that may come in. */
  #refuseEntry(product: Product, request: FastifyRequest, reply: FastifyReply): unknown {
    const { headers } = request;
    if (!this.tokens.knowsKey(product, headers['ocp-apim-subscription-key'])) {
      return accessDenied(reply);
    }
    if (!this.tokens.accepts(product, headers.authorization)) return reply.code(401).send();
    if (headers['x-target-environment'] !== 'sandbox') {
      return fail(reply, 500, 'NOT_ALLOWED_TARGET_ENVIRONMENT');
    }
    return null;
  }

  async #spoil(
    fault: Spoilt,
    request: FastifyRequest,
    reply: FastifyReply,
    status: 200 | 202,
  ): Promise<unknown> {
    if (fault === 'error_500') return fail(reply, 500, 'INTERNAL_PROCESSING_ERROR');
    if (fault === 'rate_limited') {
      const message = 'Rate limit is exceeded. Try again in 1 seconds.';
      return reply.code(429).header('retry-after', '1').send({ statusCode: 429, message });
    }
    if (fault === 'malformed') {
      return reply.code(status).type('application/json').send('{"financialTransactionId":"23');
    }
    const { background, settings } = this.core;
    return withholdAnswer(request, reply, background, settings.timings.hangMs);
  }
}

const INVALID_CURRENCY = 'INVALID_CURRENCY';

/** Why a payment fails, where a fault decides that. */
const FAILURES: Partial<Record<CallFault, string>> = {
  decline: 'APPROVAL_REJECTED',
  insufficient_funds: 'NOT_ENOUGH_FUNDS',
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

function fail(reply: FastifyReply, status: number, code: string): FastifyReply {
  return reply.code(status).send({ code, message: `${code} was reported` });
}

function accessDenied(reply: FastifyReply): FastifyReply {
  const message = 'Access denied due to invalid subscription key.';
  return reply.code(401).send({ statusCode: 401, message });
}

/** Null where there is none; undefined for one that is no address: an empty header is a mistake. */
function readCallbackUrl({ headers }: FastifyRequest): string | null | undefined {
  const value = headers['x-callback-url'];
  if (value === undefined) return null;
  if (typeof value !== 'string' || !URL.canParse(value)) return undefined;
  return /^https?:$/.test(new URL(value).protocol) ? value : undefined;
}

function isJson({ headers }: FastifyRequest): boolean {
  return /^application\/json\b/i.test(headers['content-type'] ?? '');
}

function idOf(request: FastifyRequest): string {
  return (request.params as Readonly<Record<string, string>>)['id'] ?? '';
}

function bytesOf(request: FastifyRequest): Buffer {
  return Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
}
