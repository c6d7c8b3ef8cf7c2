import { Inject, Injectable, Logger } from '@nestjs/common';
import { newUuid } from '../../common/index.js';
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
import { MtnMomoClient } from './mtn-momo.client.js';
import { mtnMomoSettings, type MtnMomoSettings } from './mtn-momo.config.js';
import {
  readCreateAnswer,
  readError,
  readRefundAnswer,
  readStatusAnswer,
  refundIdOf,
  toRefundRequest,
  toRequestToPay,
  toSummary,
} from './mtn-momo.mapper.js';
import { readCallback } from './mtn-momo.webhook.js';

interface Connection {
  settings: MtnMomoSettings;
  client: MtnMomoClient;
}

/** MTN Mobile Money: a prompt on the payer's phone, confirmed by asking; its callbacks carry no proof. */
@Gateway()
@Injectable()
export class MtnMomoProvider implements PaymentProvider {
  readonly code = 'mtn_momo';
  readonly name = 'MTN MoMo';
  readonly description = 'MTN Mobile Money Collections';
  readonly capabilities: ProviderCapabilities;

  private readonly logger = new Logger(MtnMomoProvider.name);
  private readonly connection: Connection | null;

  constructor(
    @Inject(CONFIG) config: Pick<Config, 'section'>,
    private readonly http: GatewayHttpClient,
  ) {
    const settings = config.section(mtnMomoSettings);
    this.capabilities = capabilitiesWith(settings);
    this.connection = settings && { settings, client: new MtnMomoClient(http, settings) };
  }

  get enabled(): boolean {
    return this.connection !== null;
  }

  /** A UUID v4: MTN's X-Reference-Id has to be one, and the payment is known by it. */
  newReference(): string {
    return newUuid();
  }

  check(request: Omit<InitiateRequest, 'reference'>): RequestSummary {
    const { settings } = this.connected();
    return toSummary(toRequestToPay({ ...request, reference: '' }, settings));
  }

  async initiate(request: InitiateRequest): Promise<InitiateResult> {
    const { settings, client } = this.connected();
    const wire = toRequestToPay(request, settings);
    const callbackUrl = settings.callbacks ? (request.callbackUrl ?? null) : null;
    const signal = this.http.deadline();
    const answer = await client.requestToPay(request.reference, wire, callbackUrl, signal);
    const summary = toSummary(wire);
    const verdict = readCreateAnswer(answer);
    if (verdict === 'accepted') {
      return {
        outcome: 'accepted',
        gatewayTransactionId: null,
        checkoutUrl: null,
        gatewayData: {},
        request: summary,
      };
    }
    if (verdict === 'declined') return { ...decline(answer, 'payment'), request: summary };
    throw failureOf('initiate', verdict, answer);
  }

  /** By our reference alone, so also where the answer to `initiate` was lost. */
  async fetchStatus({ reference }: AttemptView): Promise<StatusResult> {
    const { client } = this.connected();
    const answer = await query('status', client.fetchPayment(reference, this.http.deadline()));
    const result = readStatusAnswer(answer.status, answer.json, reference);
    if (result.state === 'unknown') this.warn(result.wireStatus, reference);
    return result;
  }

  /**
   * Through the disbursement product, with credentials of its own; accepted at once, paid out later.
   * @throws ProviderUnsupportedError for a part, unless MTN_PARTIAL_REFUNDS is on.
   */
  async refund(request: RefundRequest): Promise<RefundResult> {
    const { settings, client } = this.connected();
    if (!settings.disbursement) {
      throw new ProviderUnsupportedError('MTN refunds need the disbursement product');
    }
    if (!settings.partialRefunds && !request.amount.equals(request.attempt.amount)) {
      throw new ProviderUnsupportedError(
        'MTN refunds the whole payment only (MTN_PARTIAL_REFUNDS is off)',
      );
    }
    const id = refundIdOf(request.reference);
    const answer = await client.refund(id, toRefundRequest(request), this.http.deadline());
    const verdict = readCreateAnswer(answer);
    if (verdict === 'accepted') {
      return {
        outcome: 'accepted',
        state: 'processing',
        gatewayRefundId: null,
        amount: null,
        failure: null,
        wireStatus: `HTTP ${answer.status}`,
      };
    }
    const unknownPayment =
      answer.status === 404 && readError(answer.json).code === 'RESOURCE_NOT_FOUND';
    if (verdict === 'declined' || unknownPayment) return decline(answer, 'refund');
    throw failureOf('refund', verdict, answer);
  }

  /** By the id that follows from our reference. */
  async fetchRefundStatus({ reference }: RefundView): Promise<RefundStatus> {
    const { client } = this.connected();
    const asking = client.fetchRefund(refundIdOf(reference), reference, this.http.deadline());
    const answer = await query('refund_status', asking);
    const result = readRefundAnswer(answer.status, answer.json);
    if (result.state === 'unknown') this.warn(result.wireStatus, reference);
    return result;
  }

  parseWebhook({ rawBody }: WebhookInput): Promise<WebhookVerdict> {
    return Promise.resolve(this.judge(rawBody));
  }

  private judge(rawBody: Buffer): WebhookVerdict {
    if (!this.connection) return { verdict: 'malformed', reason: 'MTN MoMo is not set up here' };
    const event = readCallback(rawBody);
    if (!event) return { verdict: 'malformed', reason: 'not a callback of MTN MoMo' };
    return { verdict: 'unsigned', event, askGateway: true };
  }

  private connected(): Connection {
    if (this.connection) return this.connection;
    throw new ProviderMisconfiguredError(
      'MTN MoMo is not set up: MTN_SUBSCRIPTION_KEY and others are unset',
    );
  }

  private warn(wireStatus: string, reference: string): void {
    this.logger.warn(`MTN MoMo says "${wireStatus}" of ${reference}: undecided, needs a look`);
  }
}

function capabilitiesWith(settings: MtnMomoSettings | null): ProviderCapabilities {
  const refund = settings?.disbursement ? (settings.partialRefunds ? 'partial' : 'full') : 'none';
  return {
    currencies: settings?.currencies ?? ['EUR'],
    countries: settings?.countries ?? [],
    methods: ['mobile_money'],
    networks: ['MTN'],
    needsPhone: true,
    flow: 'prompt',
    refund,
    cancel: false,
    statusQuery: true,
    // A repeated X-Reference-Id is answered 409 and makes nothing new.
    repeatSafe: { initiate: true, refund: true },
    confirms: 'query',
    pollScheduleS: settings?.pollScheduleS ?? [],
    lifetimeS: settings?.promptLifetimeS ?? 86_400,
    limits: {
      min: settings?.minAmount ?? 1,
      max: settings?.maxAmount ?? 999_999_999_999,
      wholeOnly: !(settings?.decimals ?? false),
    },
  };
}

/** A 400, often empty: nothing was made. */
function decline(
  { json }: GatewayAnswer,
  what: 'payment' | 'refund',
): { outcome: 'declined'; code: string; message: string } {
  const { code, message } = readError(json);
  return {
    outcome: 'declined',
    code: code === 'NOT_ENOUGH_FUNDS' ? 'insufficient_funds' : 'declined',
    message: message ?? code ?? `MTN refused the ${what}`,
  };
}

function failureOf(
  operation: string,
  verdict: 'misconfigured' | 'unprocessed' | 'unknown' | 'declined',
  { status, json }: GatewayAnswer,
): Error {
  const { code } = readError(json);
  const what = `mtn_momo ${operation}: HTTP ${status}${code === null ? '' : ` ${code}`}`;
  if (verdict === 'misconfigured') {
    return new ProviderMisconfiguredError(`${what}; ${fixOf(code)}`);
  }
  if (verdict === 'unknown') return new ProviderOutcomeUnknownError(`${what} says nothing`);
  return new ProviderUnavailableError(what, 'rejected');
}

function fixOf(code: string | null): string {
  if (code === 'INVALID_CALLBACK_URL_HOST') {
    return 'register the host of PUBLIC_URL with the API user, or set MTN_CALLBACKS=off';
  }
  if (code === 'INVALID_CURRENCY') return 'check MTN_TARGET_ENVIRONMENT and MTN_CURRENCY';
  return 'check the subscription key, MTN_TARGET_ENVIRONMENT, and whether our address is allowed';
}

/** A query changes nothing, so one without an answer is simply to be repeated later. */
async function query(operation: string, call: Promise<GatewayAnswer>): Promise<GatewayAnswer> {
  try {
    const answer = await call;
    if (answer.status >= 500 || [401, 403, 408, 429].includes(answer.status)) {
      throw new ProviderUnavailableError(
        `mtn_momo ${operation}: HTTP ${answer.status}`,
        'rejected',
      );
    }
    return answer;
  } catch (error) {
    if (!(error instanceof ProviderOutcomeUnknownError)) throw error;
    throw new ProviderUnavailableError(error.message, 'unreachable', { cause: error });
  }
}
