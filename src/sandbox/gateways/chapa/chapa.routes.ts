import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { CallFault } from '../../core/faults.store.js';
import type { Core } from '../../sandbox.core.js';
import { withholdAnswer } from '../withheld.answer.js';
import {
  hostedLink,
  refundAccepted,
  refundVerification,
  refusal,
  verification,
} from './chapa.answers.js';
import type { ChapaPayments } from './chapa.payments.js';
import { readOrder, readRefundOrder } from './chapa.reader.js';
import type { ChapaRefunds } from './chapa.refunds.js';
import type { Credentials, Order, Payment } from './chapa.types.js';

const PROVIDER = 'chapa';
const JSON_TYPE = 'application/json';
const FORM_TYPE = 'application/x-www-form-urlencoded';
/** What a business sees that may not collect; integrators print it for a wrong key as well. */
const CANNOT_ACCEPT =
  "Invalid API Key or the business can't accept payments at the moment. Please verify your API " +
  'key and ensure the account is active and able to process payments.';
const NOT_FOUND = 'Invalid transaction or Transaction not found';

/** Chapa's own API, v1. */
export class ChapaRoutes {
  constructor(
    private readonly core: Core,
    private readonly credentials: Credentials,
    private readonly payments: ChapaPayments,
    private readonly refunds: ChapaRefunds,
  ) {}

  register(scope: FastifyInstance): void {
    const guard = { onRequest: this.#guard(JSON_TYPE) };
    const formGuard = { onRequest: this.#guard(FORM_TYPE) };
    scope.post('/v1/transaction/initialize', guard, (request, reply) =>
      this.#initialize(request, reply),
    );
    scope.get('/v1/transaction/verify/:txRef', guard, (request, reply) =>
      this.#verify(request, reply),
    );
    scope.put('/v1/transaction/cancel/:txRef', guard, (request, reply) =>
      this.#cancel(request, reply),
    );
    scope.post('/v1/refund/:payment', formGuard, (request, reply) => this.#refund(request, reply));
    scope.get('/v1/refund/:refId/verify', guard, (request, reply) =>
      this.#verifyRefund(request, reply),
    );
  }

  /** The key, then the content type, which even calls without a body must name. */
  #guard(type: string) {
    return async (request: FastifyRequest, reply: FastifyReply): Promise<unknown> => {
      const { authorization, 'content-type': given = '' } = request.headers;
      const [, key] = /^Bearer (\S+)$/i.exec(authorization ?? '') ?? [];
      if (key === undefined) return reply.code(401).send(refusal('Authorization required'));
      if (!same(key, this.credentials.secretKey)) {
        return reply.code(401).send(refusal("Invalid API Key or User doesn't exist"));
      }
      if (given.split(';')[0]?.trim().toLowerCase() === type) return undefined;
      return reply
        .code(400)
        .send(refusal(`Incorrect header settings: Content-Type is not ${type}`));
    };
  }

  async #initialize(request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
    const read = readOrder(bytesOf(request));
    if (read.problem !== undefined) return reply.code(400).send(refusal(read.problem));
    const fault = this.core.faults.take(PROVIDER, 'initiate');
    if (fault === 'decline') return reply.code(400).send(refusal(CANNOT_ACCEPT));
    if (stopsBefore(fault)) return this.#spoil(fault, request, reply);
    if (this.payments.find(read.value.txRef)) {
      return reply.code(400).send(refusal('Transaction reference has been used before'));
    }
    const url = await this.#open(read.value, request, fault);
    if (stopsAfter(fault)) return this.#spoil(fault, request, reply);
    return reply.send(hostedLink(url));
  }

  async #open(order: Order, request: FastifyRequest, fault: CallFault): Promise<string> {
    const { payment, url } = this.payments.open(order, `http://${request.host}`, {
      noMoney: fault === 'insufficient_funds',
      wrongAmount: fault === 'wrong_amount',
    });
    if (this.core.faults.peekWebhook(PROVIDER) === 'before_reply') {
      this.core.faults.takeWebhook(PROVIDER);
      await this.payments.payBeforeReply(payment);
    }
    return url;
  }

  async #verify(request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
    const fault = this.core.faults.take(PROVIDER, 'status');
    if (stopsBefore(fault) || stopsAfter(fault)) return this.#spoil(fault, request, reply);
    const payment = this.payments.find(paramOf(request, 'txRef'));
    if (!payment) return reply.code(404).send(refusal(NOT_FOUND));
    payment.looks += 1;
    const status = statusTold(payment, fault);
    // A page that nobody has tried to pay yet is no payment, says Chapa.
    if (status === 'unpaid') return reply.code(404).send(refusal('Payment not paid yet', null));
    return reply.send(verification(payment, status, fault === 'wrong_amount'));
  }

  async #cancel(request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
    const payment = this.payments.find(paramOf(request, 'txRef'));
    if (!payment) return reply.code(404).send(refusal(NOT_FOUND));
    if (!this.payments.cancel(payment)) {
      return reply.code(400).send(refusal('Only an active transaction can be cancelled'));
    }
    const { txRef } = payment.order;
    return reply.send({
      message: 'Transaction cancelled successfully',
      status: 'success',
      data: { tx_ref: txRef, status: 'cancelled' },
    });
  }

  async #refund(request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
    const read = readRefundOrder(bytesOf(request));
    if (read.problem !== undefined) return reply.code(400).send(refusal(read.problem));
    const fault = this.core.faults.take(PROVIDER, 'refund');
    if (fault === 'decline') return reply.code(400).send(refusal('The refund was declined'));
    if (fault === 'insufficient_funds') {
      return reply.code(400).send(refusal('Insufficient balance'));
    }
    if (stopsBefore(fault)) return this.#spoil(fault, request, reply);
    const payment = this.payments.findForRefund(paramOf(request, 'payment'));
    if (!payment) return reply.code(404).send(refusal(NOT_FOUND));
    const refund = this.refunds.open(payment, read.value, fault === 'wrong_amount');
    if (typeof refund === 'string') return reply.code(400).send(refusal(refund));
    if (stopsAfter(fault)) return this.#spoil(fault, request, reply);
    return reply.send(refundAccepted(refund));
  }

  async #verifyRefund(request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
    const refund = this.refunds.find(paramOf(request, 'refId'));
    if (!refund) return reply.code(404).send(refusal('Refund not found'));
    return reply.send(refundVerification(refund, refund.state));
  }

  async #spoil(fault: CallFault, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
    if (fault === 'error_500') return reply.code(500).send('<html>Server Error</html>');
    if (fault === 'rate_limited') {
      return reply.code(429).header('retry-after', '1').send(refusal('Too Many Attempts.'));
    }
    if (fault === 'malformed') {
      return reply.type(JSON_TYPE).send('{"message":"Hosted Link","status":"succ');
    }
    const { background, settings } = this.core;
    return withholdAnswer(request, reply, background, settings.timings.hangMs);
  }
}

function stopsBefore(fault: CallFault): boolean {
  return fault === 'error_500' || fault === 'timeout' || fault === 'rate_limited';
}

function stopsAfter(fault: CallFault): boolean {
  return fault === 'timeout_after_accept' || fault === 'malformed';
}

function statusTold({ status }: Payment, fault: CallFault): string {
  return fault === 'decline' || fault === 'insufficient_funds' ? 'failed' : status;
}

function same(given: string, expected: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}

function paramOf(request: FastifyRequest, name: string): string {
  return (request.params as Readonly<Record<string, string>>)[name] ?? '';
}

function bytesOf(request: FastifyRequest): Buffer {
  return Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
}
