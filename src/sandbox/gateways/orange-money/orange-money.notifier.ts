import { randomBytes } from 'node:crypto';
import { wait } from '../../core/background.js';
import type { WebhookFault } from '../../core/faults.store.js';
import { postJson } from '../../core/http.post.js';
import { isLoopback } from '../../core/loopback.js';
import type { Core } from '../../sandbox.core.js';
import type { Payment } from './orange-money.types.js';

const PROVIDER = 'orange_money';
type Outcome = 'SUCCESS' | 'FAILED';

/** Notifications to the order's own address: unsigned, and sent at most once. */
export class OrangeNotifier {
  constructor(private readonly core: Core) {}

  tellLater(payment: Payment, outcome: Outcome): void {
    const { faults, background, settings } = this.core;
    const fault = faults.takeWebhook(PROVIDER);
    if (fault === 'none') return;
    const body = bodyOf(payment, outcome, fault);
    const { callbackDelayMs, lateDelayMs } = settings.timings;
    background.run(async (signal) => {
      await wait(fault === 'late' ? lateDelayMs : callbackDelayMs, signal);
      const copies = fault === 'duplicate' ? 3 : 1;
      await Promise.all(Array.from({ length: copies }, () => this.#post(payment, body, signal)));
      if (fault === 'out_of_order') {
        await this.#post(payment, bodyOf(payment, 'FAILED', fault), signal);
      }
    });
  }

  /** Tells it at once, and waits until the product has taken it. */
  async tellBeforeReply(payment: Payment): Promise<void> {
    const body = bodyOf(payment, 'SUCCESS', 'normal');
    await this.#post(payment, body, this.core.background.signal);
  }

  /** Rejects only when the signal aborts. */
  async #post({ order }: Payment, body: string, signal: AbortSignal): Promise<void> {
    // The sandbox calls nobody but programs on this machine.
    if (!isLoopback(new URL(order.notif_url).hostname)) return;
    const timeoutMs = this.core.settings.timings.callbackTimeoutMs;
    try {
      await postJson(order.notif_url, body, { timeoutMs, signal });
    } catch {
      signal.throwIfAborted(); // nobody there: Orange does not try again
    }
  }
}

/** Nothing is signed, so a forged one is one whose token is somebody else's. */
function bodyOf({ notifToken, txnid }: Payment, status: Outcome, fault: WebhookFault): string {
  const token = fault === 'bad_signature' ? randomBytes(16).toString('hex') : notifToken;
  return JSON.stringify({ status, notif_token: token, ...(status === 'SUCCESS' && { txnid }) });
}
