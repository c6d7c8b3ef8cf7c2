import { createHmac } from 'node:crypto';
import { randomToken } from '../../../common/index.js';
import { wait } from '../../core/background.js';
import type { WebhookFault } from '../../core/faults.store.js';
import { postJson } from '../../core/http.post.js';
import type { Core } from '../../sandbox.core.js';
import type { Credentials } from './stripe.types.js';

const PROVIDER = 'stripe';
const CALLBACK_PATH = '/orders/api/stripe-webhook/';
const API_VERSION = '2026-10-28.endive';
/** Never the product's: what it signs must not pass. */
const FOREIGN_SECRET = 'whsec_of_somebody_else';
/** Three tries over some hours, says Stripe of its test mode; a sandbox need not be that patient. */
const RETRY_PAUSES_MS = [1_000, 5_000, 30_000];

/** What happened, with the object as it was then. */
export interface Happening {
  readonly type: string;
  readonly object: Readonly<Record<string, unknown>>;
  /** Of the request that caused it. */
  readonly idempotencyKey?: string | null;
}

/** Notifications, spoiled as the faults say. */
export class StripeEvents {
  constructor(
    private readonly core: Core,
    private readonly credentials: Credentials,
  ) {}

  /** Asks what is wrong with the next notification; counts it. */
  nextFault(): WebhookFault {
    return this.core.faults.takeWebhook(PROVIDER);
  }

  /** Tells it after a while; `earlier` arrives behind it, though it happened before. */
  tellLater(happening: Happening, fault: WebhookFault, earlier?: Happening): void {
    if (fault === 'none') return;
    const { background, settings } = this.core;
    const body = this.#body(happening);
    const { callbackDelayMs, lateDelayMs } = settings.timings;
    background.run(async (signal) => {
      await wait(fault === 'late' ? lateDelayMs : callbackDelayMs, signal);
      const copies = fault === 'duplicate' ? 3 : 1;
      // While a secret is replaced an event carries a signature of each: the product's stands last.
      await Promise.all(
        Array.from({ length: copies }, (_, i) => this.#persist(body, fault, i, signal)),
      );
      if (earlier) await this.#persist(this.#body(earlier), 'normal', 0, signal);
    });
  }

  /** Tells it at once, and waits until the product has taken it. */
  async tellBeforeReply(happening: Happening): Promise<void> {
    await this.#post(this.#body(happening), 'normal', 0, this.core.background.signal);
  }

  #body({ type, object, idempotencyKey = null }: Happening): string {
    const event = {
      id: `evt_${randomToken(12)}`,
      object: 'event',
      api_version: API_VERSION,
      created: Math.floor(this.core.clock.now() / 1000),
      data: { object },
      livemode: this.credentials.live,
      pending_webhooks: 1,
      request: { id: idempotencyKey && `req_${randomToken(7)}`, idempotency_key: idempotencyKey },
      type,
    };
    return JSON.stringify(event, null, 2);
  }

  /** Again and again until the product takes it; what is spoiled on purpose goes out once. */
  async #persist(
    body: string,
    fault: WebhookFault,
    others: number,
    signal: AbortSignal,
  ): Promise<void> {
    const spoiled = fault === 'bad_signature' || fault === 'unsigned';
    for (const pauseMs of [0, ...(spoiled ? [] : RETRY_PAUSES_MS)]) {
      await wait(pauseMs, signal);
      if (await this.#post(body, fault, others, signal)) return;
    }
  }

  /** True when the product took it. Rejects only when the signal aborts. */
  async #post(
    body: string,
    fault: WebhookFault,
    others: number,
    signal: AbortSignal,
  ): Promise<boolean> {
    const timeoutMs = this.core.settings.timings.callbackTimeoutMs;
    const headers = this.#proof(body, fault, others);
    try {
      const url = this.core.target.at(CALLBACK_PATH);
      const { status } = await postJson(url, body, { timeoutMs, signal, headers });
      return status >= 200 && status < 300;
    } catch {
      signal.throwIfAborted();
      return false; // nobody there: Stripe tries again
    }
  }

  /** In real time, which the test clock does not move. */
  #proof(body: string, fault: WebhookFault, others: number): Record<string, string> {
    if (fault === 'unsigned') return {};
    const t = Math.floor(Date.now() / 1000);
    const own = fault === 'bad_signature' ? FOREIGN_SECRET : this.credentials.webhookSecret;
    const foreign = Array.from({ length: others }, (_, i) => `${FOREIGN_SECRET}${i}`);
    const signatures = [...foreign, own].map((secret) => {
      const hex = createHmac('sha256', secret).update(`${t}.${body}`, 'utf8').digest('hex');
      return `v1=${hex}`;
    });
    return { 'stripe-signature': [`t=${t}`, ...signatures].join(',') };
  }
}
