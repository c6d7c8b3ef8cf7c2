import { wait } from '../../core/background.js';
import type { WebhookFault } from '../../core/faults.store.js';
import { postJson } from '../../core/http.post.js';
import { isLoopback } from '../../core/loopback.js';
import type { Core } from '../../sandbox.core.js';
import {
  constantHeader,
  type EventName,
  notificationBody,
  signatureHeaders,
} from './chapa.notification.js';
import type { Credentials, Payment } from './chapa.types.js';

const PROVIDER = 'chapa';
/** Where the product takes Chapa's notifications: one address per account, typed in at the dashboard. */
const WEBHOOK_PATH = '/api/payments/webhooks/chapa/';
/** Never the product's: what it signs must not pass. */
const FOREIGN_SECRET = 'of-somebody-else';
/** Every ten minutes, says Chapa; a sandbox need not be that patient. */
const RETRY_PAUSES_MS = [1_000, 5_000, 30_000];

/** Notifications and calls of the order's own address, spoiled as the faults say. */
export class ChapaNotifier {
  constructor(
    private readonly core: Core,
    private readonly credentials: Credentials,
  ) {}

  tellLater(payment: Payment, event: EventName): void {
    const { faults, background, settings, clock } = this.core;
    const fault = faults.takeWebhook(PROVIDER);
    if (fault === 'none') return;
    // What is told is what was so when it happened: by then the payer may have tried again.
    const body = notificationBody(payment, event, clock.now());
    const { status } = payment;
    const { callbackDelayMs, lateDelayMs } = settings.timings;
    background.run(async (signal) => {
      await wait(fault === 'late' ? lateDelayMs : callbackDelayMs, signal);
      await this.#deliver(body, fault, signal);
      if (fault === 'out_of_order' && event === 'charge.success') {
        const earlier = notificationBody(payment, 'charge.failed/cancelled', payment.createdAt);
        await this.#deliver(earlier, 'normal', signal);
      }
    });
    if (event === 'charge.success' || event === 'charge.failed/cancelled') {
      background.run((signal) => this.#callBack(payment, status, signal));
    }
  }

  /** Tells it at once, and waits until the product has taken it. */
  async tellBeforeReply(payment: Payment, event: EventName): Promise<void> {
    const body = notificationBody(payment, event, this.core.clock.now());
    await this.#post(body, 'normal', this.core.background.signal);
  }

  async #deliver(body: string, fault: WebhookFault, signal: AbortSignal): Promise<void> {
    const copies = fault === 'duplicate' ? 3 : 1;
    await Promise.all(Array.from({ length: copies }, () => this.#persist(body, fault, signal)));
  }

  /** Again and again until the product answers 200; what is spoiled on purpose goes out once. */
  async #persist(body: string, fault: WebhookFault, signal: AbortSignal): Promise<void> {
    const spoiled = fault === 'bad_signature' || fault === 'unsigned';
    for (const pauseMs of [0, ...(spoiled ? [] : RETRY_PAUSES_MS)]) {
      await wait(pauseMs, signal);
      if (await this.#post(body, fault, signal)) return;
    }
  }

  /** True when the product took it. Rejects only when the signal aborts. */
  async #post(body: string, fault: WebhookFault, signal: AbortSignal): Promise<boolean> {
    const { target, settings } = this.core;
    const timeoutMs = settings.timings.callbackTimeoutMs;
    const headers = this.#proof(body, fault);
    try {
      const answer = await postJson(target.at(WEBHOOK_PATH), body, { timeoutMs, signal, headers });
      return answer.status === 200;
    } catch {
      signal.throwIfAborted();
      return false; // nobody there: Chapa tries again
    }
  }

  #proof(body: string, fault: WebhookFault): Record<string, string> {
    const { webhookSecret } = this.credentials;
    if (fault === 'unsigned') return constantHeader(webhookSecret);
    if (fault !== 'bad_signature') return signatureHeaders(body, webhookSecret);
    const { 'x-chapa-signature': foreign = '' } = signatureHeaders(body, FOREIGN_SECRET);
    return { 'x-chapa-signature': foreign, ...constantHeader(webhookSecret) };
  }

  /** The address that came with the order is called by a GET, once, with a query and no signature. */
  async #callBack(
    { order, reference }: Payment,
    status: string,
    signal: AbortSignal,
  ): Promise<void> {
    if (order.callbackUrl === null) return;
    const url = new URL(order.callbackUrl);
    if (!isLoopback(url.hostname)) return;
    await wait(this.core.settings.timings.callbackDelayMs, signal);
    url.searchParams.set('trx_ref', order.txRef);
    url.searchParams.set('ref_id', reference ?? '');
    url.searchParams.set('status', status);
    const timeout = AbortSignal.timeout(this.core.settings.timings.callbackTimeoutMs);
    try {
      const answer = await fetch(url, {
        redirect: 'manual',
        headers: { connection: 'close' },
        signal: AbortSignal.any([signal, timeout]),
      });
      await answer.arrayBuffer();
    } catch {
      signal.throwIfAborted(); // nobody there: it is a courtesy and not repeated
    }
  }
}
