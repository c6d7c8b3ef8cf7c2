import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { CallFault } from '../../core/faults.store.js';
import type { Core } from '../../sandbox.core.js';
import { withholdAnswer } from '../withheld.answer.js';
import { amountTold } from './azampay.callback.js';
import { KEY_FORMATS, type SigningKeys } from './azampay.keys.js';
import type { AzamPayPayments } from './azampay.payments.js';
import { problemDetails, readCheckout, readTokenRequest } from './azampay.reader.js';
import type { Tokens } from './azampay.tokens.js';
import { type CheckoutBody, NETWORKS, type Payment } from './azampay.types.js';

const PROVIDER = 'azampay';
const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

/** AzamPay's own API. */
export class AzamPayRoutes {
  constructor(
    private readonly core: Core,
    private readonly tokens: Tokens,
    private readonly keys: SigningKeys,
    private readonly payments: AzamPayPayments,
  ) {}

  register(scope: FastifyInstance): void {
    scope.post('/AppRegistration/GenerateToken', (request, reply) => this.#token(request, reply));
    scope.post('/azampay/mno/checkout', (request, reply) => this.#checkout(request, reply));
    scope.get('/api/v1/partner/gettransactionstatus', (request, reply) =>
      this.#status(request, reply),
    );
    // The documentation names the first address, a team found the key at the second: both answer.
    for (const path of ['/azampay/v1/public-key', '/api/Token/PublicKey']) {
      scope.get(path, (request, reply) => this.#publicKey(request, reply));
    }
  }

  async #token(request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
    const read = readTokenRequest(bytesOf(request));
    if (read.problem) return reply.code(400).type(PROBLEM_TYPE).send(read.problem);
    const fault = this.core.faults.take(PROVIDER, 'auth');
    if (fault === 'error_500') {
      return reply
        .code(500)
        .send({ data: null, message: 'Internal Server Error', success: false, statusCode: 500 });
    }
    if (fault === 'ok' || fault === 'wrong_amount') return this.#issueToken(read.body, reply);
    if (fault === 'decline' || fault === 'insufficient_funds') return lockedOut(reply);
    return this.#spoil(fault, request, reply);
  }

  #issueToken(
    asked: { appName: string; clientId: string; clientSecret: string },
    reply: FastifyReply,
  ): FastifyReply {
    const token = this.tokens.issue(asked);
    if (!token) return lockedOut(reply);
    return reply.send({
      data: token,
      message: 'Token generated successfully',
      success: true,
      statusCode: 200,
    });
  }

  async #checkout(request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
    if (!this.#mayEnter(request)) return unauthorized(reply);
    const read = readCheckout(bytesOf(request));
    if (read.problem) return reply.code(400).type(PROBLEM_TYPE).send(read.problem);
    const { body } = read;
    const fault = this.core.faults.take(PROVIDER, 'initiate');
    if (fault === 'decline') return refuse(reply, 'Transaction declined by the operator');
    if (fault === 'insufficient_funds') return refuse(reply, 'Insufficient funds');
    if (fault === 'error_500' || fault === 'timeout' || fault === 'rate_limited') {
      return this.#spoil(fault, request, reply);
    }
    if (body.currency.toUpperCase() !== 'TZS') {
      return refuse(reply, `Currency ${body.currency} is not supported`);
    }
    const payment = await this.#push(body, fault === 'wrong_amount');
    if (fault === 'timeout_after_accept' || fault === 'malformed') {
      return this.#spoil(fault, request, reply);
    }
    return reply.send({
      transactionId: payment.transactionId,
      message: 'Your request has been received and is being processed.',
      messageCode: 0,
      success: true,
    });
  }

  async #push(body: CheckoutBody, wrongAmount: boolean): Promise<Payment> {
    const { faults } = this.core;
    const { payment, prompt } = this.payments.accept(body, wrongAmount);
    if (faults.peekWebhook(PROVIDER) === 'before_reply') {
      faults.takeWebhook(PROVIDER);
      await this.payments.answerBeforeReply(prompt);
    } else {
      this.payments.answerByNumber(prompt);
    }
    return payment;
  }

  async #status(request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
    if (!this.#mayEnter(request)) return unauthorized(reply);
    const { transactionId, provider } = request.query as Record<string, unknown>;
    const missing = Object.entries({ transactionId, provider }).filter(
      ([, value]) => typeof value !== 'string' || value === '',
    );
    if (missing.length > 0) {
      const errors = missing.map(([name]) => [name, [`The ${name} field is required.`]]);
      return reply
        .code(400)
        .type(PROBLEM_TYPE)
        .send(problemDetails(Object.fromEntries(errors)));
    }
    const fault = this.core.faults.take(PROVIDER, 'status');
    if (isSpoilt(fault)) return this.#spoil(fault, request, reply);
    const payment = this.payments.find(String(transactionId));
    if (!payment || !isOn(payment, String(provider))) {
      return reply
        .code(404)
        .send({ data: null, message: 'Transaction not found', success: false, statusCode: 404 });
    }
    return reply.send(this.#statusAnswer(payment, fault));
  }

  /** One client saw `data`, another the fields: the short form, unless an amount must be told. */
  #statusAnswer(payment: Payment, fault: CallFault): unknown {
    const { message, word } = this.#standing(payment, fault);
    const wrong = payment.wrongAmount || fault === 'wrong_amount';
    if (!wrong) return { data: word, message, success: true, statusCode: 200 };
    const { checkout } = payment;
    return {
      message,
      transactionstatus: word,
      operator: checkout.provider,
      reference: payment.transactionId,
      externalreference: payment.externalReference,
      utilityref: checkout.externalId,
      amount: String(amountTold(payment, true)),
      transid: payment.transId,
      success: true,
      statusCode: 200,
    };
  }

  #standing(payment: Payment, fault: CallFault): { word: string; message: string } {
    if (fault === 'decline') return { word: 'failed', message: 'The payer declined the request' };
    if (fault === 'insufficient_funds') return { word: 'failed', message: 'Insufficient funds' };
    const { status, reason } = this.core.prompts.get(payment.promptId);
    if (status === 'approved') return { word: 'success', message: 'Transaction completed' };
    if (status === 'pending') return { word: 'pending', message: 'Waiting for the payer' };
    if (status === 'declined') {
      const poor = reason === 'insufficient_funds';
      return { word: 'failed', message: poor ? 'Insufficient funds' : 'The payer declined' };
    }
    return { word: 'expired', message: 'The payer did not answer in time' };
  }

  async #publicKey(request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
    if (!this.#mayEnter(request)) return unauthorized(reply);
    const { format = 'Pem' } = request.query as Record<string, unknown>;
    const known = KEY_FORMATS.find((name) => name === format);
    if (!known) {
      const errors = { format: [`The value '${String(format)}' is not valid.`] };
      return reply.code(400).type(PROBLEM_TYPE).send(problemDetails(errors));
    }
    const fault = this.core.faults.take(PROVIDER, 'key');
    if (isSpoilt(fault)) return this.#spoil(fault, request, reply);
    return reply.send({ success: true, format: known, publicKey: this.keys.publicKey(known) });
  }

  #mayEnter({ headers }: FastifyRequest): boolean {
    return this.tokens.accepts(headers.authorization, headers['x-api-key']);
  }

  async #spoil(fault: Spoilt, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
    if (fault === 'error_500') return reply.code(500).send();
    if (fault === 'rate_limited') return reply.code(429).header('retry-after', '1').send();
    if (fault === 'malformed') {
      return reply.type('application/json').send('{"transactionId":"ab1edccae2104521');
    }
    const { background, settings } = this.core;
    return withholdAnswer(request, reply, background, settings.timings.hangMs);
  }
}

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

function isOn({ checkout }: Payment, provider: string): boolean {
  const asked = Object.keys(NETWORKS).find((n) => n.toLowerCase() === provider.toLowerCase());
  return asked === checkout.provider;
}

function refuse(reply: FastifyReply, message: string): FastifyReply {
  return reply.send({ transactionId: null, message, messageCode: 0, success: false });
}

function lockedOut(reply: FastifyReply): FastifyReply {
  return reply.code(423).send({
    data: null,
    message: 'Provided detail is not valid for this app or secret key has been expired',
    success: false,
    statusCode: 423,
  });
}

/** The body of a 401 is not documented: an empty one, as the framework behind AzamPay sends. */
function unauthorized(reply: FastifyReply): FastifyReply {
  return reply.code(401).header('www-authenticate', 'Bearer error="invalid_token"').send();
}

function bytesOf(request: FastifyRequest): Buffer {
  return Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
}
