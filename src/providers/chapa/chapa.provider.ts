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
import {
  readCancelAnswer,
  readInitializeAnswer,
  readRefundAnswer,
  readRefundStatusAnswer,
  type Refusal,
} from './chapa.answers.js';
import { ChapaClient } from './chapa.client.js';
import { AFTER_LIFETIME_S, chapaSettings, type ChapaSettings } from './chapa.config.js';
import { messageOf, readVerifyAnswer, toInitializeRequest, toSummary } from './chapa.mapper.js';
import { CHAPA_CURRENCIES } from './chapa.types.js';
import { hasValidSignature, isIrrelevant, readNotification, toEvent } from './chapa.webhook.js';

const DEFAULT_MAX_AMOUNT = 500_000;
const DEFAULT_LIFETIME_S = 3_600;

interface Connection {
  settings: ChapaSettings;
  client: ChapaClient;
}

/** Chapa, Ethiopia: a hosted page, confirmed by asking for it. */
@Gateway()
@Injectable()
export class ChapaProvider implements PaymentProvider {
  readonly code = 'chapa';
  readonly name = 'Chapa';
  readonly description = 'Chapa Payment Gateway';
  readonly capabilities: ProviderCapabilities;

  private readonly logger = new Logger(ChapaProvider.name);
  private readonly connection: Connection | null;

  constructor(@Inject(CONFIG) config: Pick<Config, 'section'>, http: GatewayHttpClient) {
    const settings = config.section(chapaSettings);
    this.capabilities = capabilitiesWith(settings);
    this.connection = settings && { settings, client: new ChapaClient(http, settings) };
  }

  get enabled(): boolean {
    return this.connection !== null;
  }

  /** `tx-7qd3…`: 80 random bits, 19 characters; 20 is what every version of Chapa's API was seen to take. */
  newReference(): string {
    return `tx-${randomToken()}`;
  }

  check(request: Omit<InitiateRequest, 'reference'>): RequestSummary {
    const maxAmount = this.connection?.settings.maxAmount ?? DEFAULT_MAX_AMOUNT;
    return toSummary(toInitializeRequest({ ...request, reference: '' }, { maxAmount }));
  }

  async initiate(request: InitiateRequest): Promise<InitiateResult> {
    const { settings, client } = this.connected();
    const body = toInitializeRequest(request, settings);
    const answer = await client.initialize(body);
    const result = readInitializeAnswer(answer, toSummary(body));
    if (typeof result === 'string') throw failure('initiate', result, answer);
    return result;
  }

  /** By our reference alone, so a lost answer to `initiate` does not matter. */
  async fetchStatus({ reference }: AttemptView): Promise<StatusResult> {
    const { settings, client } = this.connected();
    const answer = await query(client.verify(reference), 'status');
    const result = readVerifyAnswer(answer.status, answer.json, { reference, mode: settings.mode });
    this.warnOfUnknown(result, reference);
    return result;
  }

  async cancel({ reference }: AttemptView): Promise<boolean> {
    const answer = await this.connected().client.cancel(reference);
    const result = readCancelAnswer(answer);
    if (typeof result === 'string') throw failure('cancel', result, answer);
    return result;
  }

  /**
   * @throws ProviderUnsupportedError for a part where only the whole can go back, and for a payment that
   * Chapa has no reference of.
   */
  async refund(request: RefundRequest): Promise<RefundResult> {
    const { settings, client } = this.connected();
    const { attempt, reference, amount, reason } = request;
    if (!settings.partialRefunds && !amount.equals(attempt.amount)) {
      throw new ProviderUnsupportedError('Chapa: parts are not refunded (CHAPA_PARTIAL_REFUNDS)');
    }
    const payment = await this.nameForRefund(attempt, settings);
    const answer = await client.refund(payment, {
      ...(settings.partialRefunds && { amount: amount.toString() }),
      // An older description calls the reason mandatory.
      reason: reason.trim() || 'Refund',
      reference,
    });
    const result = readRefundAnswer(answer, [payment, attempt.reference]);
    if (typeof result === 'string') throw failure('refund', result, answer);
    return result;
  }

  /** By Chapa's id of the refund. Without one, our reference is tried: no source says that it serves. */
  async fetchRefundStatus(refund: RefundView): Promise<RefundStatus> {
    const { client } = this.connected();
    const { gatewayRefundId, reference, attempt } = refund;
    const name = gatewayRefundId ?? reference;
    const answer = await query(client.verifyRefund(name, reference), 'refund status');
    const result = readRefundStatusAnswer(
      answer,
      [attempt.gatewayTransactionId, attempt.reference],
      gatewayRefundId === null ? reference : null,
    );
    this.warnOfUnknown(result, reference);
    return { ...result, gatewayRefundId: gatewayRefundId ?? result.gatewayRefundId };
  }

  /** `chapa-signature` signs the secret by itself and so anything: it is not looked at. */
  async parseWebhook({ rawBody, headers }: WebhookInput): Promise<WebhookVerdict> {
    if (!this.connection) return { verdict: 'malformed', reason: 'Chapa is not set up here' };
    const { webhookSecret, mode } = this.connection.settings;
    const signature = headers['x-chapa-signature'];
    if (signature !== undefined && !hasValidSignature(rawBody, signature, webhookSecret)) {
      return { verdict: 'forged', reason: 'the signature does not match' };
    }
    const notification = readNotification(rawBody);
    if (!notification) return { verdict: 'malformed', reason: 'not a notification of Chapa' };
    const { txRef } = notification;
    if (signature === undefined) {
      if (txRef === null) return { verdict: 'malformed', reason: 'unsigned, and names no payment' };
      const event = toEvent({ ...notification, txRef }, 'unsigned', rawBody, mode);
      return { verdict: 'unsigned', event };
    }
    if (txRef === null || isIrrelevant(notification)) {
      return { verdict: 'irrelevant', reason: `${notification.event} is about no payment of ours` };
    }
    const event = toEvent({ ...notification, txRef }, 'verified', rawBody, mode);
    this.warnOfUnknown(event.refund ?? event, txRef);
    return { verdict: 'verified', event };
  }

  /** Chapa's reference comes with the first verified status; where it is still missing, it is asked for. */
  private async nameForRefund(attempt: AttemptView, settings: ChapaSettings): Promise<string> {
    if (settings.refundBy === 'tx_ref') return attempt.reference;
    const known = attempt.gatewayTransactionId;
    const name = known ?? (await this.fetchStatus(attempt)).gatewayTransactionId;
    if (name !== null) return name;
    throw new ProviderUnsupportedError(
      `Chapa names no reference of ${attempt.reference}; CHAPA_REFUND_BY=tx_ref refunds by ours`,
    );
  }

  private connected(): Connection {
    if (this.connection) return this.connection;
    throw new ProviderMisconfiguredError('Chapa is not set up: CHAPA_SECRET_KEY is unset');
  }

  private warnOfUnknown(
    { state, wireStatus }: Pick<StatusResult | RefundStatus, 'state' | 'wireStatus'>,
    reference: string,
  ): void {
    if (state !== 'unknown') return;
    this.logger.warn(`Chapa says "${wireStatus}" of ${reference}: undecided, needs a look`);
  }
}

function capabilitiesWith(settings: ChapaSettings | null): ProviderCapabilities {
  return {
    currencies: CHAPA_CURRENCIES,
    countries: ['ET'],
    methods: ['online', 'card', 'mobile_money'],
    networks: [],
    needsPhone: false,
    flow: 'redirect',
    refund: (settings?.partialRefunds ?? true) ? 'partial' : 'full',
    cancel: true,
    statusQuery: true,
    // A repeated reference is refused without its page; what a repeated refund does is not documented.
    repeatSafe: { initiate: false, refund: false },
    confirms: 'query',
    pollScheduleS: settings?.pollScheduleS ?? [],
    lifetimeS: (settings?.linkLifetimeS ?? DEFAULT_LIFETIME_S) + AFTER_LIFETIME_S,
    limits: { min: 0.01, max: settings?.maxAmount ?? DEFAULT_MAX_AMOUNT, wholeOnly: false },
  };
}

/** Chapa's own words go along: a person who reads them knows what to do about it. */
function failure(operation: string, refusal: Refusal, { status, json }: GatewayAnswer): Error {
  const said = messageOf(json);
  const words = said ?? `chapa ${operation}: HTTP ${status}`;
  if (refusal === 'misconfigured') return new ProviderMisconfiguredError(words);
  if (refusal === 'unprocessed') return new ProviderUnavailableError(words, 'rejected');
  const why = `chapa ${operation}: HTTP ${status}${said === null ? '' : `, "${said}"`}`;
  return new ProviderOutcomeUnknownError(`${why}: perhaps carried out`);
}

/** A query changes nothing, so one without an answer is simply to be repeated later. */
async function query(call: Promise<GatewayAnswer>, operation: string): Promise<GatewayAnswer> {
  try {
    const answer = await call;
    if (answer.status < 500 && ![401, 403, 429].includes(answer.status)) return answer;
    throw failure(operation, 'unprocessed', answer);
  } catch (error) {
    if (!(error instanceof ProviderOutcomeUnknownError)) throw error;
    throw new ProviderUnavailableError(error.message, 'unreachable', { cause: error });
  }
}
