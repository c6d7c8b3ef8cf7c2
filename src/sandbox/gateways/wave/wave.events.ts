import { randomToken } from '../../../common/index.js';
import { wait } from '../../core/background.js';
import type { WebhookFault } from '../../core/faults.store.js';
import { postJson } from '../../core/http.post.js';
import type { Core } from '../../sandbox.core.js';
import { toObject, withWrongAmount } from './wave.sessions.js';
import { signatureHeader } from './wave.signature.js';
import type { Credentials, EventType, Session, WaveEvent } from './wave.types.js';

const PROVIDER = 'wave';
const CALLBACK_PATH = '/api/payments/webhooks/wave/';
/** Never the product's: what it signs must not pass. */
const FOREIGN_SECRET = 'wave_sn_WHS_of-somebody-else';
/** Wave tries again for three days at unpublished times; a sandbox need not be that patient. */
const RETRY_PAUSES_MS = [1_000, 5_000, 30_000, 120_000];

/** Notifications, spoiled as the faults say. */
export class WaveEvents {
  constructor(
    private readonly core: Core,
    private readonly credentials: Credentials,
  ) {}

  /** Tells what just happened, after a while. */
  tellLater(session: Session, type: EventType): void {
    const { faults, background, settings } = this.core;
    const fault = faults.takeWebhook(PROVIDER);
    if (fault === 'none') return;
    const event = this.#event(session, type);
    const { callbackDelayMs, lateDelayMs } = settings.timings;
    background.run(async (signal) => {
      await wait(fault === 'late' ? lateDelayMs : callbackDelayMs, signal);
      await this.#deliver(event, fault, signal);
      if (fault === 'out_of_order') await this.#deliver(this.#earlier(event), 'normal', signal);
    });
  }

  /** Tells it at once, and waits until the product has taken it. */
  async tellBeforeReply(session: Session): Promise<void> {
    const event = this.#event(session, 'checkout.session.completed');
    await this.#post(event, 'before_reply', 1, this.core.background.signal);
  }

  #event(session: Session, type: EventType): WaveEvent {
    const object = toObject(session, this.credentials);
    const data = session.wrongAmount ? withWrongAmount(object) : object;
    return { id: newEventId(), type, data };
  }

  /** A try that did not work, from before the payment, in an event of its own. */
  #earlier({ data }: WaveEvent): WaveEvent {
    return {
      id: newEventId(),
      type: 'checkout.session.payment_failed',
      data: {
        ...data,
        checkout_status: 'open',
        payment_status: 'processing',
        last_payment_error: { code: 'payment-failure', message: 'The payment failed' },
        when_completed: null,
        transaction_id: null,
      },
    };
  }

  async #deliver(event: WaveEvent, fault: WebhookFault, signal: AbortSignal): Promise<void> {
    const copies = fault === 'duplicate' ? 3 : 1;
    await Promise.all(
      Array.from({ length: copies }, (_, i) => this.#persist(event, fault, i + 1, signal)),
    );
  }

  /** Again and again until the product takes it; what is spoiled on purpose goes out once. */
  async #persist(
    event: WaveEvent,
    fault: WebhookFault,
    signatures: number,
    signal: AbortSignal,
  ): Promise<void> {
    const spoiled = fault === 'bad_signature' || fault === 'unsigned';
    for (const pauseMs of [0, ...(spoiled ? [] : RETRY_PAUSES_MS)]) {
      await wait(pauseMs, signal);
      if (await this.#post(event, fault, signatures, signal)) return;
    }
  }

  /** True when the product took it. Rejects only when the signal aborts. */
  async #post(
    event: WaveEvent,
    fault: WebhookFault,
    signatures: number,
    signal: AbortSignal,
  ): Promise<boolean> {
    const body = withSpaces(event);
    const headers = this.#proof(body, fault, signatures);
    const timeoutMs = this.core.settings.timings.callbackTimeoutMs;
    try {
      const url = this.core.target.at(CALLBACK_PATH);
      const { status } = await postJson(url, body, { timeoutMs, signal, headers });
      return status >= 200 && status < 300;
    } catch {
      signal.throwIfAborted();
      return false; // nobody there: Wave tries again
    }
  }

  /** While a secret is replaced a notification carries a signature of each: the product's stands last. */
  #proof(body: string, fault: WebhookFault, signatures: number): Record<string, string> {
    if (fault === 'unsigned') return {};
    const { webhookMode, webhookSecret } = this.credentials;
    const secret = fault === 'bad_signature' ? FOREIGN_SECRET : webhookSecret;
    if (webhookMode === 'shared_secret') return { authorization: `Bearer ${secret}` };
    const others = Array.from({ length: signatures - 1 }, (_, i) => `${FOREIGN_SECRET}-${i}`);
    return { 'wave-signature': signatureHeader([...others, secret], body) };
  }
}

/** An id of its own per event, never made from the session's. */
function newEventId(): string {
  return `AE_${randomToken(8)}`;
}

/** JSON as Wave writes it, with a space after each colon and comma: who writes it anew breaks its signature. */
function withSpaces(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(withSpaces).join(', ')}]`;
  const fields = Object.entries(value).map(
    ([name, field]) => `${JSON.stringify(name)}: ${withSpaces(field)}`,
  );
  return `{${fields.join(', ')}}`;
}
