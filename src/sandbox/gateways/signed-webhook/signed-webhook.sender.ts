import { randomToken } from '../../../common/index.js';
import { wait } from '../../core/background.js';
import type { WebhookFault } from '../../core/faults.store.js';
import { postJson } from '../../core/http.post.js';
import { RecentList } from '../../core/recent.list.js';
import type { Core } from '../../sandbox.core.js';
import { hexSignature, standardSignature } from './signed-webhook.signature.js';
import type { Credentials, Order, Sent } from './signed-webhook.types.js';

const CALLBACK_PATH = '/orders/api/payment-webhook/';
/** Never the product's: what it signs must not pass. */
const FOREIGN_SECRET = 'of-somebody-else-altogether';
const REMEMBERED = 50;

/** Some gateway that shares a secret with the product and tells it of payments. */
export class SignedWebhookSender {
  readonly #sent = new RecentList<Sent>(REMEMBERED);

  constructor(
    private readonly core: Core,
    private readonly credentials: Credentials,
  ) {}

  /** Newest first. */
  list(): Sent[] {
    return this.#sent.list();
  }

  reset(): void {
    this.#sent.clear();
  }

  /**
   * Notifies as the faults say, once per copy, and answers what went out: nothing under the fault `none`.
   * Rejects only when the sandbox forgets everything meanwhile.
   */
  async send(order: Order): Promise<Sent[]> {
    const { faults, background, settings } = this.core;
    const fault = faults.takeWebhook('signed_webhook');
    const { signal } = background;
    if (fault === 'none') return [];
    if (fault === 'late') await wait(settings.timings.lateDelayMs, signal);
    const id = `msg_${randomToken(12)}`;
    const copies = Array.from({ length: fault === 'duplicate' ? 3 : 1 }, (_, i) => i);
    const sent = await Promise.all(
      copies.map((copy) => this.#post(order, id, copy, fault, signal)),
    );
    if (fault !== 'out_of_order') return sent;
    const body = { ...order.body, event_type: 'payment.pending', status: 'pending' };
    const older = { ...order, body };
    return [...sent, await this.#post(older, `msg_${randomToken(12)}`, 0, 'normal', signal)];
  }

  async #post(
    order: Order,
    id: string,
    copy: number,
    fault: WebhookFault,
    signal: AbortSignal,
  ): Promise<Sent> {
    // With a space after each colon and comma: who writes it anew breaks its signature.
    const body = JSON.stringify({ ...order.body, timestamp: secondsNow() }, null, 1).replaceAll(
      /\n\s*/g,
      ' ',
    );
    const url = this.core.target.at(CALLBACK_PATH);
    const headers = fault === 'unsigned' ? {} : this.#proof(order, id, copy, fault, body);
    const out = { at: new Date().toISOString(), url, headers, body };
    const timeoutMs = this.core.settings.timings.callbackTimeoutMs;
    const sent = await postJson(url, body, { timeoutMs, signal, headers }).then(
      ({ status, body: answer }): Sent => ({ ...out, status, answer, error: null }),
      (error: unknown): Sent => {
        signal.throwIfAborted();
        const why = error instanceof Error ? error.message : String(error);
        return { ...out, status: null, answer: null, error: why };
      },
    );
    this.#sent.add(sent);
    return sent;
  }

  /** Copies carry more than one signature, as while a secret is replaced: the product's stands last. */
  #proof(
    { scheme }: Order,
    id: string,
    copy: number,
    fault: WebhookFault,
    body: string,
  ): Record<string, string> {
    const { header, standardPrefix } = this.credentials;
    const secret = fault === 'bad_signature' ? FOREIGN_SECRET : this.credentials.secret;
    if (scheme === 'hex') {
      return { [header]: `${copy === 0 ? '' : 'sha256='}${hexSignature(secret, body)}` };
    }
    const t = Math.floor(Date.now() / 1000);
    const others = Array.from({ length: copy }, () => [
      'v1a,c2lnbmF0dXJl',
      standardSignature(FOREIGN_SECRET, id, t, body),
    ]);
    return {
      [`${standardPrefix}-id`]: id,
      [`${standardPrefix}-timestamp`]: String(t),
      [`${standardPrefix}-signature`]: [
        ...others.flat(),
        standardSignature(secret, id, t, body),
      ].join(' '),
    };
  }
}

/** As the document prints times. */
function secondsNow(): string {
  return new Date().toISOString().replace(/\.\d+Z$/, 'Z');
}
