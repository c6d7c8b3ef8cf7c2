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
  RequestSummary,
  StatusResult,
  WebhookInput,
  WebhookVerdict,
} from '../port/provider.port.js';
import { WaveClient } from './wave.client.js';
import { waveSettings, type WaveSettings } from './wave.config.js';
import {
  readCreated,
  readError,
  readRefundDecline,
  readRefusal,
  readSearchAnswer,
  readStatusAnswer,
  sessionIdOf,
  toCheckoutRequest,
  toDecline,
  toStatus,
  toSummary,
  withoutSession,
} from './wave.mapper.js';
import type { WaveSession } from './wave.types.js';
import {
  checkSharedSecret,
  checkSignature,
  isAboutSessions,
  type Proof,
  readEvent,
  toEvent,
} from './wave.webhook.js';

interface Connection {
  settings: WaveSettings;
  client: WaveClient;
}

/** Wave, West Africa: a hosted page, confirmed by a signed notification or by the session itself. */
@Gateway()
@Injectable()
export class WaveProvider implements PaymentProvider {
  readonly code = 'wave';
  readonly name = 'Wave';
  readonly description = 'Wave Mobile Money Checkout';
  readonly capabilities: ProviderCapabilities;

  private readonly logger = new Logger(WaveProvider.name);
  private readonly connection: Connection | null;

  constructor(
    @Inject(CONFIG) config: Pick<Config, 'section'>,
    private readonly http: GatewayHttpClient,
  ) {
    const settings = config.section(waveSettings);
    this.capabilities = capabilitiesWith(settings);
    this.connection = settings && { settings, client: new WaveClient(http, settings) };
  }

  get enabled(): boolean {
    return this.connection !== null;
  }

  /** `WAVE-HTL-000008-7QD3…`: what is paid for, then 80 random bits; Wave takes 255 characters. */
  newReference(context: {
    payableReference: string | null;
    payableKind: string;
    paymentId: number;
  }): string {
    // A visit has no number that people know it by.
    const named = context.payableKind === 'visit' ? null : context.payableReference;
    const subject = (named ?? '').replaceAll(/[^\w-]/g, '').slice(0, 64) || context.paymentId;
    return `WAVE-${subject}-${randomToken().toUpperCase()}`;
  }

  check(request: Omit<InitiateRequest, 'reference'>): RequestSummary {
    const { settings } = this.connected();
    return toSummary(toCheckoutRequest({ ...request, reference: '' }, settings));
  }

  async initiate(request: InitiateRequest): Promise<InitiateResult> {
    const { settings, client } = this.connected();
    const wire = toCheckoutRequest(request, settings);
    const answer = await client.createSession(wire, this.http.deadline());
    if (answer.status === 200) {
      const created = readCreated(answer.json, wire);
      if (created) return created;
      throw new ProviderOutcomeUnknownError(
        'wave initiate: HTTP 200 without the session asked for',
      );
    }
    if (readRefusal(answer.status) === 'refused') {
      return toDecline(readError(answer.json), toSummary(wire));
    }
    throw failureOf('initiate', answer);
  }

  /** By Wave's id; by our reference where that never came. */
  async fetchStatus(attempt: AttemptView): Promise<StatusResult> {
    const { client } = this.connected();
    const { reference } = attempt;
    const id = sessionIdOf(attempt);
    const signal = this.http.deadline();
    if (id === null) {
      const found = await this.search(reference, signal);
      const result = found === 'none' ? withoutSession('not_found', 'none') : found;
      return this.noted('state' in result ? result : toStatus(result, reference), reference);
    }
    const answer = await query('status', client.fetchSession(id, reference, signal));
    return this.noted(readStatusAnswer(answer.status, answer.json, reference), reference);
  }

  /** Expires an open session. */
  async cancel(attempt: AttemptView): Promise<boolean> {
    const { client } = this.connected();
    const signal = this.http.deadline();
    const id = await this.locate(attempt, signal);
    const answer = await client.expireSession(id, attempt.reference, signal);
    if (answer.status === 200) return true;
    // Complete or expired already; or nothing of ours.
    if (answer.status === 409 || isUnknownSession(answer)) return false;
    throw failureOf('cancel', answer);
  }

  /**
   * All of a session at once; Wave knows no parts, no status and no reference of a refund, but repeats one
   * safely: after an unknown outcome the same call tells.
   * @throws ProviderUnsupportedError for a part.
   */
  async refund(request: RefundRequest): Promise<RefundResult> {
    const { attempt, amount } = request;
    const { client } = this.connected();
    if (!amount.equals(attempt.amount)) {
      throw new ProviderUnsupportedError('Wave refunds the whole payment only');
    }
    const signal = this.http.deadline();
    const id = await this.locate(attempt, signal);
    const answer = await client.refundSession(id, attempt.reference, signal);
    if (answer.status === 200 && saysDone(answer)) {
      return {
        outcome: 'accepted',
        state: 'completed',
        gatewayRefundId: null,
        amount,
        failure: null,
        wireStatus: 'HTTP 200',
      };
    }
    const declined = readRefundDecline(answer.status, answer.json);
    if (declined) return declined;
    throw failureOf('refund', answer);
  }

  parseWebhook({ rawBody, headers }: WebhookInput): Promise<WebhookVerdict> {
    return Promise.resolve(this.judge(rawBody, headers));
  }

  private judge(rawBody: Buffer, headers: WebhookInput['headers']): WebhookVerdict {
    if (!this.connection) return { verdict: 'malformed', reason: 'Wave is not set up here' };
    const proof = proofOf(rawBody, headers, this.connection.settings);
    if (proof === 'wrong') {
      return { verdict: 'forged', reason: 'wrong or outdated signature or secret' };
    }
    const event = readEvent(rawBody);
    if (!event) return { verdict: 'malformed', reason: 'not an event of Wave' };
    const { session } = event;
    if (proof === 'absent') {
      const reference = session?.clientReference ?? null;
      if (!session || reference === null) {
        return { verdict: 'malformed', reason: 'unsigned, and about no session of ours' };
      }
      return {
        verdict: 'unsigned',
        event: toEvent(event, session, reference, 'unsigned', rawBody),
      };
    }
    if (!isAboutSessions(event)) {
      return { verdict: 'irrelevant', reason: `${event.type} is about nothing of ours` };
    }
    if (!session) return { verdict: 'malformed', reason: `${event.type} without a session` };
    if (session.clientReference === null) {
      return { verdict: 'irrelevant', reason: 'a session without a reference of ours' };
    }
    const told = toEvent(event, session, session.clientReference, 'verified', rawBody);
    return { verdict: 'verified', event: this.noted(told, told.reference) };
  }

  /** Wave's id of the session behind an attempt, asked for where its answer was lost. */
  private async locate(attempt: AttemptView, signal: AbortSignal): Promise<string> {
    const known = sessionIdOf(attempt);
    if (known !== null) return known;
    const found = await this.search(attempt.reference, signal);
    if (found !== 'none' && 'id' in found) return found.id;
    throw new ProviderUnavailableError('wave search: no session of this reference', 'rejected');
  }

  private async search(
    reference: string,
    signal: AbortSignal,
  ): Promise<WaveSession | 'none' | StatusResult> {
    const { client } = this.connected();
    const answer = await query('search', client.searchSessions(reference, signal));
    const found = readSearchAnswer(answer.status, answer.json, reference);
    return found ?? withoutSession('unknown', `HTTP ${answer.status}`);
  }

  private connected(): Connection {
    if (this.connection) return this.connection;
    throw new ProviderMisconfiguredError('Wave is not set up: WAVE_API_KEY and others are unset');
  }

  private noted<Result extends StatusResult>(result: Result, reference: string): Result {
    if (result.state === 'unknown') {
      this.logger.warn(`Wave says "${result.wireStatus}" of ${reference}: undecided, needs a look`);
    }
    return result;
  }
}

function capabilitiesWith(settings: WaveSettings | null): ProviderCapabilities {
  const { minAmount = 1, maxAmount = 999_999_999_999, sessionLifetimeS = 86_400 } = settings ?? {};
  return {
    currencies: [settings?.currency ?? 'XOF'],
    countries: COUNTRIES[settings?.currency ?? 'XOF'],
    methods: ['mobile_money'],
    networks: ['WAVE'],
    needsPhone: false,
    flow: 'redirect',
    refund: 'full',
    cancel: true,
    statusQuery: true,
    // Nothing says that a second create with the same client_reference makes no second session.
    repeatSafe: { initiate: false, refund: true },
    confirms: 'signature',
    pollScheduleS: settings?.pollScheduleS ?? [],
    // Wave's own word comes first: a session says itself when it expired. One look after that.
    lifetimeS: sessionLifetimeS + 300,
    limits: { min: minAmount, max: maxAmount, wholeOnly: true },
  };
}

const COUNTRIES = {
  XOF: ['SN', 'CI', 'ML', 'BF'],
  GMD: ['GM'],
  UGX: ['UG'],
} as const satisfies Record<WaveSettings['currency'], readonly string[]>;

function proofOf(
  rawBody: Buffer,
  headers: WebhookInput['headers'],
  { webhookMode, webhookSecrets, webhookToleranceS }: WaveSettings,
): Proof {
  if (webhookMode === 'shared_secret') {
    return checkSharedSecret(headers['authorization'], webhookSecrets);
  }
  const clock = { nowS: Math.floor(Date.now() / 1000), toleranceS: webhookToleranceS };
  return checkSignature(headers['wave-signature'], rawBody, webhookSecrets, clock);
}

/** What to throw for an answer that is neither success nor a plain refusal. */
function failureOf(operation: string, answer: GatewayAnswer): Error {
  const { code } = readError(answer.json);
  const what = `wave ${operation}: HTTP ${answer.status}${code === null ? '' : ` ${code}`}`;
  const meaning = readRefusal(answer.status);
  if (meaning === 'misconfigured') {
    return new ProviderMisconfiguredError(
      `${what}; check WAVE_API_KEY, WAVE_REQUEST_SIGNING_SECRET and what the key may do`,
    );
  }
  if (meaning === 'unknown') return new ProviderOutcomeUnknownError(`${what} says nothing`);
  return new ProviderUnavailableError(what, 'rejected');
}

/** A refund is answered with an empty 200; one that came mutilated says nothing. */
function saysDone({ text, json }: GatewayAnswer): boolean {
  return text.trim() === '' || json !== undefined;
}

function isUnknownSession({ status, json }: GatewayAnswer): boolean {
  return status === 404 && readError(json).code === 'checkout-session-not-found';
}

/** A query changes nothing, so one without an answer is simply to be repeated later. */
async function query(operation: string, call: Promise<GatewayAnswer>): Promise<GatewayAnswer> {
  try {
    const answer = await call;
    if (answer.status >= 500 || [401, 403, 408, 429].includes(answer.status)) {
      throw new ProviderUnavailableError(`wave ${operation}: HTTP ${answer.status}`, 'rejected');
    }
    return answer;
  } catch (error) {
    if (!(error instanceof ProviderOutcomeUnknownError)) throw error;
    throw new ProviderUnavailableError(error.message, 'unreachable', { cause: error });
  }
}
