import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { CallFault } from '../../core/faults.store.js';
import type { Core } from '../../sandbox.core.js';
import { withholdAnswer } from '../withheld.answer.js';
import type { OrangePayments } from './orange-money.payments.js';
import {
  orderProblem,
  type OrangeProblem,
  problem,
  readFields,
  readOrder,
  readQuery,
} from './orange-money.reader.js';
import { same, type Tokens } from './orange-money.tokens.js';
import { type Credentials, type Payment, SEGMENTS } from './orange-money.types.js';

const PROVIDER = 'orange_money';

/** Orange's own API. */
export class OrangeRoutes {
  constructor(
    private readonly core: Core,
    private readonly credentials: Credentials,
    private readonly tokens: Tokens,
    private readonly payments: OrangePayments,
  ) {}

  register(scope: FastifyInstance): void {
    scope.post('/oauth/v3/token', (request, reply) => this.#token(request, reply));
    // With a segment in most sources, without one in another.
    for (const base of ['/orange-money-webpay/:segment/v1', '/orange-money-webpay/v1']) {
      scope.post(`${base}/webpayment`, (request, reply) => this.#create(request, reply));
      scope.post(`${base}/transactionstatus`, (request, reply) => this.#status(request, reply));
    }
  }

  async #token(request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
    const { accept, authorization } = request.headers;
    if (!/\bapplication\/json\b/.test(accept ?? '')) return reply.code(406).send();
    const fault = this.core.faults.take(PROVIDER, 'auth');
    if (isSpoilt(fault)) return this.#spoil(fault, request, reply);
    const form = new URLSearchParams(bytesOf(request).toString('utf8'));
    if (form.get('grant_type') !== 'client_credentials') {
      return reply.code(400).send({ error: 'unsupported_grant_type' });
    }
    const refused = fault === 'decline' || fault === 'insufficient_funds';
    if (refused || !this.tokens.knows(authorization)) {
      const error_description = 'The requested service needs credentials';
      return reply.code(401).send({ error: 'invalid_client', error_description });
    }
    const { expires_in: expiresIn } = this.payments.behaviour;
    return reply.send({
      token_type: 'Bearer',
      access_token: this.tokens.issue(expiresIn),
      expires_in: expiresIn,
    });
  }

  async #create(request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
    const fields = this.#admit(request);
    if ('http' in fields) return refuse(reply, fields.http, fields);
    const wrong = orderProblem(fields.body) ?? this.#objection(fields.body, segmentOf(request));
    if (wrong) return refuse(reply, wrong.http, wrong);
    const fault = this.core.faults.take(PROVIDER, 'initiate');
    if (fault === 'decline') {
      const text = 'The transaction is forbidden';
      return refuse(reply, 403, problem(403, 1201, 'Transaction forbidden', text));
    }
    if (fault === 'error_500' || fault === 'timeout' || fault === 'rate_limited') {
      return this.#spoil(fault, request, reply);
    }
    const origin = `${request.protocol}://${request.host}`;
    const payment = this.payments.open(readOrder(fields.body), origin, fault === 'wrong_amount');
    await this.#afterwards(payment, fault);
    if (fault === 'timeout_after_accept' || fault === 'malformed') {
      return this.#spoil(fault, request, reply);
    }
    return reply.code(201).send({
      status: 201,
      message: 'OK',
      pay_token: payment.payToken,
      payment_url: payment.paymentUrl,
      notif_token: payment.notifToken,
    });
  }

  async #afterwards(payment: Payment, fault: CallFault): Promise<void> {
    const { faults } = this.core;
    if (faults.peekWebhook(PROVIDER) === 'before_reply') {
      faults.takeWebhook(PROVIDER);
      await this.payments.payBeforeReply(payment);
    } else if (fault === 'insufficient_funds') {
      this.payments.failByItself(payment);
    }
  }

  async #status(request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
    const fields = this.#admit(request);
    if ('http' in fields) return refuse(reply, fields.http, fields);
    const read = readQuery(fields.body);
    if ('problem' in read) return refuse(reply, read.problem.http, read.problem);
    const fault = this.core.faults.take(PROVIDER, 'status');
    if (isSpoilt(fault)) return this.#spoil(fault, request, reply);
    const { query } = read;
    const payment = this.payments.find(query.pay_token);
    const matches = payment?.order.order_id === query.order_id && payment.amount === query.amount;
    if (!payment || !matches || fault === 'wrong_amount') {
      const text = 'Order, amount and token do not belong together';
      return refuse(reply, 403, problem(403, 1201, 'Transaction forbidden', text));
    }
    const order_id = payment.order.order_id;
    if (fault === 'decline' || fault === 'insufficient_funds') {
      return reply.code(201).send({ status: 'FAILED', order_id });
    }
    const status = this.payments.statusOf(payment);
    return reply
      .code(201)
      .send({ status, order_id, ...(status === 'SUCCESS' && { txnid: payment.txnid }) });
  }

  /** Token first, then JSON. */
  #admit(request: FastifyRequest): { body: Readonly<Record<string, unknown>> } | OrangeProblem {
    const verdict = this.tokens.judge(request.headers.authorization);
    if (verdict !== 'accepted') {
      return problem(401, verdict, TOKEN_MESSAGES[verdict], 'The requested service needs a token');
    }
    const body = readFields(bytesOf(request));
    return body ? { body } : problem(400, 22, 'Invalid body', 'The body is not a JSON object');
  }

  /** What is wrong with a well-formed order. */
  #objection(body: Readonly<Record<string, unknown>>, segment: string | null) {
    if (segment !== null && !Object.hasOwn(SEGMENTS, segment)) {
      return problem(404, 60, 'Resource not found', `No such country: ${segment}`);
    }
    if (!same(String(body['merchant_key']), this.credentials.merchantKey)) {
      return problem(403, 1202, 'Bad merchant key', 'The merchant key is unknown');
    }
    const currencies = segment === null ? Object.values(SEGMENTS) : [SEGMENTS[segment]];
    if (!currencies.includes(String(body['currency']))) {
      return problem(403, 1203, 'Currency not allowed', 'Not the currency of this country');
    }
    return this.payments.hasOrder(String(body['order_id']))
      ? problem(403, 1204, 'Order already exists', 'This order_id was used before')
      : null;
  }

  async #spoil(fault: Spoilt, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
    if (fault === 'error_500') {
      const text = 'The service is temporarily unavailable';
      return refuse(reply, 503, problem(503, 5, 'Service unavailable', text));
    }
    if (fault === 'rate_limited') {
      return refuse(reply, 429, problem(429, 53, 'Too many requests', 'Try again later'));
    }
    if (fault === 'malformed') {
      return reply.code(201).type('application/json').send('{"status":201,"message":"O');
    }
    const { background, settings } = this.core;
    return withholdAnswer(request, reply, background, settings.timings.hangMs);
  }
}

const TOKEN_MESSAGES = {
  40: 'Missing credentials',
  41: 'Invalid credentials',
  42: 'Expired credentials',
} as const;

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

function refuse(reply: FastifyReply, status: number, problem: OrangeProblem): FastifyReply {
  const { code, message, description } = problem;
  return reply.code(status).send({ code, message, description });
}

function segmentOf(request: FastifyRequest): string | null {
  return (request.params as Readonly<Record<string, string>>)['segment']?.toLowerCase() ?? null;
}

function bytesOf(request: FastifyRequest): Buffer {
  return Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
}
