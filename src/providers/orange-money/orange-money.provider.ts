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
} from '../port/provider.errors.js';
import type {
  AttemptView,
  InitiateRequest,
  InitiateResult,
  PaymentProvider,
  ProviderCapabilities,
  RequestSummary,
  StatusResult,
  WebhookInput,
  WebhookVerdict,
} from '../port/provider.port.js';
import { OrangeMoneyClient } from './orange-money.client.js';
import { orangeMoneySettings, type OrangeMoneySettings } from './orange-money.config.js';
import {
  readCreated,
  readError,
  readRefusal,
  readStatusAnswer,
  toDecline,
  toPaymentRequest,
  toStatusRequest,
  toSummary,
} from './orange-money.mapper.js';
import { readNotification, toEvent } from './orange-money.webhook.js';

interface Connection {
  settings: OrangeMoneySettings;
  client: OrangeMoneyClient;
}

/** Orange Money WebPay, West and Central Africa: a hosted page, confirmed by our own query. */
@Gateway()
@Injectable()
export class OrangeMoneyProvider implements PaymentProvider {
  readonly code = 'orange_money';
  readonly name = 'Orange Money';
  readonly description = 'Orange Money Web Payment';
  readonly capabilities: ProviderCapabilities;

  private readonly logger = new Logger(OrangeMoneyProvider.name);
  private readonly connection: Connection | null;

  constructor(
    @Inject(CONFIG) config: Pick<Config, 'section'>,
    private readonly http: GatewayHttpClient,
  ) {
    const settings = config.section(orangeMoneySettings);
    this.capabilities = capabilitiesWith(settings);
    this.connection = settings && { settings, client: new OrangeMoneyClient(http, settings) };
  }

  get enabled(): boolean {
    return this.connection !== null;
  }

  /** `OM` and 120 random bits: 26 of the 30 letters and digits that Orange takes, unique for ever. */
  newReference(): string {
    return `OM${randomToken(15).toUpperCase()}`;
  }

  check(request: Omit<InitiateRequest, 'reference'>): RequestSummary {
    const { settings } = this.connected();
    return toSummary(toPaymentRequest({ ...request, reference: '' }, settings));
  }

  async initiate(request: InitiateRequest): Promise<InitiateResult> {
    const { settings, client } = this.connected();
    const wire = toPaymentRequest(request, settings);
    const answer = await client.createPayment(wire, this.http.deadline());
    if (isSuccess(answer)) {
      const created = readCreated(answer.json, wire);
      if (created) return created;
      throw new ProviderOutcomeUnknownError(
        `orange_money initiate: HTTP ${answer.status} without tokens and page`,
      );
    }
    const error = readError(answer.json);
    if (readRefusal(answer.status, error) === 'refused') return toDecline(error, toSummary(wire));
    throw failureOf('initiate', answer);
  }

  /** @throws ProviderUnsupportedError where the answer to the order was lost, and its token with it. */
  async fetchStatus(attempt: AttemptView): Promise<StatusResult> {
    const { client } = this.connected();
    const { reference } = attempt;
    const body = toStatusRequest(attempt);
    const answer = await query(client.fetchStatus(body, this.http.deadline()));
    const result = readStatusAnswer(answer.status, answer.json, reference);
    if (result.state === 'unknown') {
      this.logger.warn(
        `Orange Money says "${result.wireStatus}" of ${reference}: undecided, needs a look`,
      );
    }
    return result;
  }

  /** Nothing ever proves one: anybody who learned the token can send it, so it only makes us ask. */
  parseWebhook({ rawBody }: WebhookInput): Promise<WebhookVerdict> {
    if (!this.connection) {
      return Promise.resolve({ verdict: 'malformed', reason: 'Orange Money is not set up here' });
    }
    const notification = readNotification(rawBody);
    return Promise.resolve(
      notification
        ? { verdict: 'unsigned', event: toEvent(notification) }
        : { verdict: 'malformed', reason: 'not a notification of Orange Money' },
    );
  }

  private connected(): Connection {
    if (this.connection) return this.connection;
    throw new ProviderMisconfiguredError(
      'Orange Money is not set up: ORANGE_CLIENT_ID and others are unset',
    );
  }
}

function capabilitiesWith(settings: OrangeMoneySettings | null): ProviderCapabilities {
  const { country = 'ci', currency = 'XOF', minAmount = 1, maxAmount = 1 } = settings ?? {};
  return {
    currencies: [currency],
    countries: country === 'dev' ? [] : [country.toUpperCase()],
    methods: ['mobile_money'],
    networks: ['ORANGE'],
    needsPhone: false,
    flow: 'redirect',
    refund: 'none',
    cancel: false,
    statusQuery: true,
    // A repeat is refused with 1204, and the token that could be asked for is lost all the same.
    repeatSafe: { initiate: false, refund: false },
    confirms: 'query',
    pollScheduleS: settings?.pollScheduleS ?? [],
    lifetimeS: settings?.lifetimeS ?? 600,
    limits: { min: minAmount, max: maxAmount, wholeOnly: true },
  };
}

function isSuccess({ status }: GatewayAnswer): boolean {
  return status >= 200 && status < 300;
}

/** What to throw for an answer to an order that is neither success nor a plain refusal. */
function failureOf(operation: string, answer: GatewayAnswer): Error {
  const error = readError(answer.json);
  const { code } = error;
  const what = `orange_money ${operation}: HTTP ${answer.status}${code === null ? '' : ` ${code}`}`;
  const meaning = readRefusal(answer.status, error);
  if (meaning === 'misconfigured') {
    return new ProviderMisconfiguredError(
      `${what}; check ORANGE_MERCHANT_KEY, ORANGE_COUNTRY, ORANGE_CURRENCY and the subscription`,
    );
  }
  if (meaning === 'unknown') return new ProviderOutcomeUnknownError(`${what} says nothing`);
  return new ProviderUnavailableError(what, 'rejected');
}

/** A query changes nothing, so one without an answer is simply to be repeated later. */
async function query(call: Promise<GatewayAnswer>): Promise<GatewayAnswer> {
  try {
    const answer = await call;
    const { code } = readError(answer.json);
    const mayNotAsk = answer.status === 403 && (code === '50' || code === '53');
    if (mayNotAsk || answer.status >= 500 || [401, 408, 429].includes(answer.status)) {
      const what = `orange_money status: HTTP ${answer.status}`;
      throw new ProviderUnavailableError(what, 'rejected');
    }
    return answer;
  } catch (error) {
    if (!(error instanceof ProviderOutcomeUnknownError)) throw error;
    throw new ProviderUnavailableError(error.message, 'unreachable', { cause: error });
  }
}
