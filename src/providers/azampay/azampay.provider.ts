import type { KeyObject } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
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
  RequestSummary,
  StatusResult,
  WebhookInput,
  WebhookVerdict,
} from '../port/provider.port.js';
import { AzamPayClient } from './azampay.client.js';
import { azamPaySettings, type AzamPaySettings } from './azampay.config.js';
import { AzamPayKeys } from './azampay.keys.js';
import {
  AZAMPAY_LIMITS,
  AZAMPAY_MOBILE_NETWORKS,
  readCheckoutAnswer,
  readStatusAnswer,
  toCheckoutRequest,
  toSummary,
  wireNetwork,
} from './azampay.mapper.js';
import type { AzamPayCallback } from './azampay.types.js';
import { hasValidSignature, readCallback, sameSecret, toEvent } from './azampay.webhook.js';

/** How long a callback's request waits for a key; after that the job judges. */
const KEY_WAIT_MS = 1_000;

interface Connection {
  settings: AzamPaySettings;
  client: AzamPayClient;
  keys: AzamPayKeys;
}

/** AzamPay, Tanzania: a prompt on the payer's phone, confirmed by a signed callback. */
@Gateway()
@Injectable()
export class AzamPayProvider implements PaymentProvider {
  readonly code = 'azampay';
  readonly name = 'AZAM Pay';
  readonly description = 'AZAM Pay Payment Gateway';
  readonly capabilities: ProviderCapabilities;

  private readonly logger = new Logger(AzamPayProvider.name);
  private readonly connection: Connection | null;

  constructor(
    @Inject(CONFIG) config: Pick<Config, 'section'>,
    private readonly http: GatewayHttpClient,
  ) {
    const settings = config.section(azamPaySettings);
    this.capabilities = capabilitiesWith(settings);
    this.connection = settings && this.connect(settings);
  }

  get enabled(): boolean {
    return this.connection !== null;
  }

  /** `BOOKING-HTL-000008-7QD3…`: what is paid for, then 80 random bits; at most 128 characters. */
  newReference(context: {
    payableReference: string | null;
    payableKind: string;
    paymentId: number;
  }): string {
    const kind = context.payableKind.toUpperCase();
    // A visit has no number that people know it by.
    const named = context.payableKind === 'visit' ? null : context.payableReference;
    const subject = (named ?? '').replaceAll(/[^\w-]/g, '').slice(0, 64) || context.paymentId;
    return `${kind}-${subject}-${randomToken().toUpperCase()}`;
  }

  check(request: Omit<InitiateRequest, 'reference'>): RequestSummary {
    return toSummary(toCheckoutRequest({ ...request, reference: '' }, 'number'));
  }

  async initiate(request: InitiateRequest): Promise<InitiateResult> {
    const { settings, client, keys } = this.connected();
    const body = toCheckoutRequest(request, settings.amountFormat);
    const answer = await client.checkout(body, this.http.deadline());
    const result = readCheckoutAnswer(answer.status, answer.json, toSummary(body));
    if (result === 'unprocessed') throw rejected('initiate', answer);
    if (result === 'unknown') {
      throw new ProviderOutcomeUnknownError(`azampay initiate: HTTP ${answer.status} says nothing`);
    }
    // The callback follows soon: with the key at hand it is verified while AzamPay waits for our 200.
    if (result.outcome === 'accepted') keys.warm();
    return result;
  }

  /** By AzamPay's id only, which is unknown where the answer to `initiate` was lost. */
  async fetchStatus(attempt: AttemptView): Promise<StatusResult> {
    const { settings, client } = this.connected();
    if (!settings.statusQuery) {
      throw new ProviderUnsupportedError('AzamPay: the status query is off (AZAMPAY_STATUS_QUERY)');
    }
    const { gatewayTransactionId: id, network, reference } = attempt;
    if (id === null) {
      throw new ProviderUnsupportedError(
        `AzamPay cannot be asked for ${reference}: its id never came`,
      );
    }
    const answer = await query(client.fetchStatus(id, wireNetwork(network), this.http.deadline()));
    const result = readStatusAnswer(answer.status, answer.json);
    this.warnOfUnknown(result, reference);
    return result;
  }

  async parseWebhook(
    { rawBody }: WebhookInput,
    { trustCachedKeyOnly }: { trustCachedKeyOnly: boolean },
  ): Promise<WebhookVerdict> {
    const callback = readCallback(rawBody);
    if (!callback) return { verdict: 'malformed', reason: 'not a callback of AzamPay' };
    if (!this.connection) return { verdict: 'malformed', reason: 'AzamPay is not set up here' };
    const { settings } = this.connection;
    if (!knowsPassword(callback, settings)) {
      return { verdict: 'forged', reason: 'wrong callback user or password' };
    }
    if (callback.signature === null) {
      if (settings.unsignedCallbacks === 'reject') {
        return { verdict: 'forged', reason: 'unsigned, and AZAMPAY_UNSIGNED_CALLBACKS is reject' };
      }
      const event = toEvent(callback, 'unsigned', rawBody);
      return { verdict: 'unsigned', event, askGateway: settings.unsignedCallbacks === 'query' };
    }
    const verdict = await this.judge(callback, this.connection, trustCachedKeyOnly);
    if (verdict === 'forged') return { verdict, reason: 'the signature does not match' };
    const event = toEvent(callback, verdict, rawBody);
    if (verdict === 'verified') this.warnOfUnknown(event, event.reference);
    return { verdict, event };
  }

  private async judge(
    callback: AzamPayCallback,
    { settings, keys }: Connection,
    trustCachedKeyOnly: boolean,
  ): Promise<'verified' | 'undecided' | 'forged'> {
    const matches = (key: KeyObject | null): boolean =>
      key !== null && hasValidSignature(callback, key, settings.acceptShortSignature);
    if (matches(keys.cached)) return 'verified';
    if (keys.current) return 'forged';
    // No key yet, or one that may have been replaced meanwhile: only a fresh one can tell.
    const reading = keys.refresh();
    const key = await (trustCachedKeyOnly ? atOnce(reading) : reading);
    if (key === null) return 'undecided';
    return matches(key) ? 'verified' : 'forged';
  }

  private connect(settings: AzamPaySettings): Connection {
    const client = new AzamPayClient(this.http, settings);
    return {
      settings,
      client,
      keys: new AzamPayKeys(settings.pinnedKey, () => this.readKey(client)),
    };
  }

  private connected(): Connection {
    if (this.connection) return this.connection;
    throw new ProviderMisconfiguredError(
      'AzamPay is not set up: AZAMPAY_APP_NAME and others are unset',
    );
  }

  private async readKey(client: AzamPayClient): Promise<KeyObject | null> {
    try {
      const key = await client.fetchPublicKey(this.http.deadline());
      if (!key) this.logger.warn('AzamPay answered no public key; check AZAMPAY_PUBLIC_KEY_URL');
      return key;
    } catch (error) {
      this.logger.warn(`AzamPay's public key is out of reach: ${String(error)}`);
      return null;
    }
  }

  private warnOfUnknown({ state, wireStatus }: StatusResult, reference: string): void {
    if (state !== 'unknown') return;
    this.logger.warn(`AzamPay says "${wireStatus}" of ${reference}: undecided, needs a look`);
  }
}

function capabilitiesWith(settings: AzamPaySettings | null): ProviderCapabilities {
  return {
    currencies: ['TZS'],
    countries: ['TZ'],
    methods: ['mobile_money'],
    networks: AZAMPAY_MOBILE_NETWORKS,
    needsPhone: true,
    flow: 'prompt',
    refund: 'none',
    cancel: false,
    statusQuery: settings?.statusQuery ?? false,
    // What AzamPay does with a repeated externalId is not documented: it may push a second prompt.
    repeatSafe: { initiate: false, refund: false },
    confirms: 'signature',
    pollScheduleS: settings?.pollScheduleS ?? [],
    lifetimeS: settings?.promptLifetimeS ?? 900,
    limits: AZAMPAY_LIMITS,
  };
}

function rejected(operation: string, { status }: GatewayAnswer): ProviderUnavailableError {
  return new ProviderUnavailableError(
    `azampay ${operation}: refused with HTTP ${status}`,
    'rejected',
  );
}

/** A query changes nothing, so one without an answer is simply to be repeated later. */
async function query(call: Promise<GatewayAnswer>): Promise<GatewayAnswer> {
  try {
    const answer = await call;
    if (answer.status >= 500 || [401, 403, 429].includes(answer.status)) {
      throw rejected('status', answer);
    }
    return answer;
  } catch (error) {
    if (!(error instanceof ProviderOutcomeUnknownError)) throw error;
    throw new ProviderUnavailableError(error.message, 'unreachable', { cause: error });
  }
}

/** What comes within the time that a gateway may be kept waiting for our 200; null otherwise. */
async function atOnce(reading: Promise<KeyObject | null>): Promise<KeyObject | null> {
  const done = new AbortController();
  try {
    return await Promise.race([reading, delay(KEY_WAIT_MS, null, { signal: done.signal })]);
  } finally {
    done.abort();
  }
}

/** Both are compared where they are set, whatever the outcome of the first. */
function knowsPassword(callback: AzamPayCallback, settings: AzamPaySettings): boolean {
  const { callbackUser, callbackPassword } = settings;
  const user = callbackUser === null || sameSecret(callback.user, callbackUser);
  const password = callbackPassword === null || sameSecret(callback.password, callbackPassword);
  return user && password;
}
