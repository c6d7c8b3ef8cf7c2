import { Inject, Injectable, Logger } from '@nestjs/common';
import { randomToken } from '../../common/index.js';
import { CONFIG, type Config } from '../../config/index.js';
import { Gateway } from '../gateway.decorator.js';
import { GatewayHttpClient } from '../http/gateway-http.client.js';
import type { GatewayAnswer } from '../http/gateway-http.types.js';
import {
  ProviderMisconfiguredError,
  ProviderOutcomeUnknownError,
  ProviderUnavailableError,
  ProviderUnsupportedError,
} from '../port/provider.errors.js';
import type {
  AttemptView,
  InitiateRequest,
  InitiateResult,
  PaymentProvider,
  ProviderCapabilities,
  RefundRequest,
  RefundResult,
  RefundStatus,
  RefundView,
  RequestSummary,
  StatusResult,
  WebhookInput,
  WebhookVerdict,
} from '../port/provider.port.js';
import { StripeClient } from './stripe.client.js';
import { stripeSettings, type StripeSettings } from './stripe.config.js';
import {
  findRefund,
  readCreated,
  readRefusal,
  readStatusAnswer,
  sessionIdOf,
  toDecline,
  toRefundRequest,
  toRefundStatus,
  toSessionRequest,
  toSummary,
} from './stripe.mapper.js';
import { readError, readRefund, readSession } from './stripe.reader.js';
import { checkSignature, judge } from './stripe.webhook.js';

interface Connection {
  settings: StripeSettings;
  client: StripeClient;
}

/** Stripe Checkout: a hosted page, confirmed by a signed notification or by the session itself. */
@Gateway()
@Injectable()
export class StripeProvider implements PaymentProvider {
  readonly code = 'stripe';
  readonly name = 'Stripe';
  readonly description = 'Stripe Checkout';
  readonly capabilities: ProviderCapabilities;

  private readonly logger = new Logger(StripeProvider.name);
  private readonly connection: Connection | null;

  constructor(
    @Inject(CONFIG) config: Pick<Config, 'section'>,
    private readonly http: GatewayHttpClient,
  ) {
    const settings = config.section(stripeSettings);
    this.capabilities = capabilitiesWith(settings);
    this.connection = settings && { settings, client: new StripeClient(http, settings) };
  }

  get enabled(): boolean {
    return this.connection !== null;
  }

  /** `STRIPE-HTL-000008-7QD3…`: what is paid for, then 80 random bits; Stripe takes 200 characters. */
  newReference(context: {
    payableReference: string | null;
    payableKind: string;
    paymentId: number;
  }): string {
    // A visit has no number that people know it by.
    const named = context.payableKind === 'visit' ? null : context.payableReference;
    const subject = (named ?? '').replaceAll(/[^\w-]/g, '').slice(0, 64) || context.paymentId;
    return `STRIPE-${subject}-${randomToken().toUpperCase()}`;
  }

  check(request: Omit<InitiateRequest, 'reference'>): RequestSummary {
    toSessionRequest({ ...request, reference: '' }, this.connected().settings);
    return toSummary(request);
  }

  /** Safe to repeat with the same request: the reference is the Idempotency-Key, kept for 24 hours. */
  async initiate(request: InitiateRequest): Promise<InitiateResult> {
    const { settings, client } = this.connected();
    const form = toSessionRequest(request, settings);
    const answer = await client.createSession(request.reference, form, this.http.deadline());
    if (answer.status === 200) {
      const created = readCreated(answer.json, request, settings);
      if (created) return created;
      throw new ProviderOutcomeUnknownError(
        'stripe initiate: HTTP 200 without the session asked for',
      );
    }
    if (readRefusal(answer) !== 'refused') throw failureOf('initiate', answer);
    return { ...toDecline(readError(answer.json)), request: toSummary(request) };
  }

  /**
   * By Stripe's id only: sessions cannot be found by our reference.
   * @throws ProviderUnsupportedError where that id never came; its notification brings it.
   */
  async fetchStatus(attempt: AttemptView): Promise<StatusResult> {
    const { settings, client } = this.connected();
    const { reference } = attempt;
    const call = client.fetchSession('status', knownId(attempt), reference, this.http.deadline());
    const result = readStatusAnswer(await query('status', call), reference, settings);
    if (result.state === 'unknown') {
      this.logger.warn(
        `Stripe says "${result.wireStatus}" of ${reference}: undecided, needs a look`,
      );
    }
    return result;
  }

  /** Expires an open session. */
  async cancel(attempt: AttemptView): Promise<boolean> {
    const { client } = this.connected();
    const { reference } = attempt;
    const id = knownId(attempt);
    const answer = await client.expireSession(id, reference, this.http.deadline());
    if (answer.status === 200) {
      if (readSession(answer.json)?.status === 'expired') return true;
      throw new ProviderOutcomeUnknownError('stripe cancel: HTTP 200 without an expired session');
    }
    // Complete or expired already; or nothing of ours.
    if (readRefusal(answer) === 'refused') return false;
    throw failureOf('cancel', answer);
  }

  /** Safe to repeat: the refund's reference is the Idempotency-Key. What succeeded may fail later still. */
  async refund(request: RefundRequest): Promise<RefundResult> {
    const { settings, client } = this.connected();
    const signal = this.http.deadline();
    const intent = await this.intentOf(request.attempt, 'refund_lookup', signal);
    if (intent === null) {
      return { outcome: 'declined', code: 'not_paid', message: 'Stripe has no payment to refund' };
    }
    const form = toRefundRequest(request, intent, settings);
    const answer = await client.createRefund(request.reference, form, signal);
    if (answer.status === 200) {
      const refund = readRefund(answer.json);
      const ours = refund?.refundReference === request.reference;
      if (refund && ours) return { outcome: 'accepted', ...toRefundStatus(refund, settings) };
      throw new ProviderOutcomeUnknownError('stripe refund: HTTP 200 without the refund asked for');
    }
    if (readRefusal(answer) === 'refused') return toDecline(readError(answer.json));
    throw failureOf('refund', answer);
  }

  /** By Stripe's id; by our reference among the payment's refunds where that never came. */
  async fetchRefundStatus(refund: RefundView): Promise<RefundStatus> {
    const { settings, client } = this.connected();
    const { gatewayRefundId: id, reference, attempt } = refund;
    const signal = this.http.deadline();
    if (id !== null) {
      const answer = await query('refund_status', client.fetchRefund(id, reference, signal));
      const found = answer.status === 200 ? readRefund(answer.json) : null;
      if (found?.id === id) return toRefundStatus(found, settings);
      const absent = answer.status === 404 && readError(answer.json).code === 'resource_missing';
      return withoutRefund(absent ? 'not_found' : 'unknown', `HTTP ${answer.status}`);
    }
    const intent = await this.intentOf(attempt, 'refund_lookup', signal);
    if (intent === null) return withoutRefund('unknown', 'no payment');
    const answer = await query('refund_status', client.listRefunds(intent, reference, signal));
    const found = answer.status === 200 ? findRefund(answer.json, reference) : null;
    if (found === null) return withoutRefund('unknown', `HTTP ${answer.status}`);
    return found === 'none' ? withoutRefund('not_found', 'none') : toRefundStatus(found, settings);
  }

  parseWebhook({ rawBody, headers }: WebhookInput): Promise<WebhookVerdict> {
    if (!this.connection) {
      return Promise.resolve({ verdict: 'malformed', reason: 'Stripe is not set up here' });
    }
    const { settings } = this.connection;
    const proof = checkSignature(headers['stripe-signature'], rawBody, settings.webhookSecrets, {
      nowMs: Date.now(),
      toleranceS: settings.webhookToleranceS,
    });
    return Promise.resolve(judge(rawBody, proof, settings));
  }

  /**
   * `pi_…` of an attempt, null where its session has none: nobody paid.
   * @throws ProviderUnavailableError when Stripe does not tell; then nothing was refunded.
   */
  private async intentOf(
    attempt: AttemptView,
    operation: string,
    signal: AbortSignal,
  ): Promise<string | null> {
    const { client, settings } = this.connected();
    const id = knownId(attempt);
    const call = client.fetchSession(operation, id, attempt.reference, signal);
    const answer = await query(operation, call);
    const session = answer.status === 200 ? readSession(answer.json) : null;
    const ours =
      session?.clientReference === attempt.reference && session.livemode === settings.live;
    if (session && ours) return session.paymentIntent;
    throw new ProviderUnavailableError(
      `stripe ${operation}: no session of this attempt`,
      'rejected',
    );
  }

  private connected(): Connection {
    if (this.connection) return this.connection;
    throw new ProviderMisconfiguredError('Stripe is not set up: STRIPE_SECRET_KEY is unset');
  }
}

function capabilitiesWith(settings: StripeSettings | null): ProviderCapabilities {
  return {
    currencies: settings?.currencies ?? ['USD'],
    countries: [],
    methods: ['card', 'stripe', 'online', 'ONLINE'],
    networks: [],
    needsPhone: false,
    flow: 'redirect',
    refund: 'partial',
    cancel: true,
    statusQuery: true,
    repeatSafe: { initiate: true, refund: true },
    badSignatureStatus: 400,
    confirms: 'signature',
    pollScheduleS: settings?.pollScheduleS ?? [],
    lifetimeS: settings?.lifetimeS ?? 87_000,
    limits: {
      min: settings?.minAmount ?? 0,
      max: settings?.maxAmount ?? 999_999_999_999,
      wholeOnly: false,
    },
  };
}

function knownId(attempt: AttemptView): string {
  const id = sessionIdOf(attempt);
  if (id !== null) return id;
  throw new ProviderUnsupportedError(
    'Stripe finds no session by our reference, only by its own id',
  );
}

function withoutRefund(state: 'not_found' | 'unknown', wireStatus: string): RefundStatus {
  return { state, gatewayRefundId: null, amount: null, failure: null, wireStatus };
}

/** What to throw for an answer that is neither success nor a plain refusal. */
function failureOf(operation: string, answer: GatewayAnswer): Error {
  const { code, type } = readError(answer.json);
  const what = `stripe ${operation}: HTTP ${answer.status} ${code ?? type ?? ''}`.trim();
  const meaning = readRefusal(answer);
  if (meaning === 'misconfigured') {
    return new ProviderMisconfiguredError(`${what}; check STRIPE_SECRET_KEY and what it may do`);
  }
  if (meaning === 'unknown') return new ProviderOutcomeUnknownError(`${what} says nothing`);
  return new ProviderUnavailableError(what, 'rejected');
}

/** A query changes nothing, so one without an answer is simply to be repeated later. */
async function query(operation: string, call: Promise<GatewayAnswer>): Promise<GatewayAnswer> {
  try {
    const answer = await call;
    if (answer.status >= 500 || [401, 403, 408, 429].includes(answer.status)) {
      throw new ProviderUnavailableError(`stripe ${operation}: HTTP ${answer.status}`, 'rejected');
    }
    return answer;
  } catch (error) {
    if (!(error instanceof ProviderOutcomeUnknownError)) throw error;
    throw new ProviderUnavailableError(error.message, 'unreachable', { cause: error });
  }
}
