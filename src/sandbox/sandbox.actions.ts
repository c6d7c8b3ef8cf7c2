import type { Checkout, CheckoutAnswer } from './core/checkouts.store.js';
import { postJson, type PostAnswer } from './core/http.post.js';
import type { Delivery, Prompt, PromptAnswer } from './core/prompts.store.js';
import { SandboxError } from './core/sandbox.error.js';
import type { SandboxGateway } from './gateways/gateway.types.js';
import type { Core } from './sandbox.core.js';

/** The product's test clock, offered by it only while a sandbox stands beside it. */
const CLOCK_PATH = '/api/v1/sandbox/clock/';
const TEN_YEARS_S = 315_360_000;

/** What a person on a page and a test over JSON can do; both call these. */
export class Actions {
  constructor(
    private readonly core: Core,
    readonly gateways: readonly SandboxGateway[],
  ) {}

  /** @throws SandboxError 404, or 409 when the prompt was answered or has lapsed. */
  answerPrompt(id: string, answer: PromptAnswer): Prompt {
    const prompt = this.core.prompts.answer(id, answer);
    this.#gatewayOf(prompt)?.promptAnswered?.(prompt);
    return prompt;
  }

  /** @throws SandboxError 404, or 409 when there is nothing to tell. */
  async notifyAgain(id: string): Promise<Delivery> {
    const prompt = this.core.prompts.get(id);
    const sent = await this.#gatewayOf(prompt)?.notifyAgain?.(prompt);
    if (sent) return sent;
    throw new SandboxError(409, `${prompt.provider} sends no notification for this prompt`);
  }

  /** @throws SandboxError 404, or 409 when the page has ended. */
  answerCheckout(id: string, answer: CheckoutAnswer): Checkout {
    const checkout = this.core.checkouts.close(id, answer);
    this.#gatewayOf(checkout)?.checkoutAnswered?.(checkout, answer);
    return checkout;
  }

  /**
   * Moves the product's clock and, once that has moved, the sandbox's own; answers what the product did.
   * @throws SandboxError 400, or 502 when the product does not answer.
   */
  async moveClock(offsetS: unknown): Promise<PostAnswer> {
    const whole = typeof offsetS === 'number' && Number.isSafeInteger(offsetS);
    if (!whole || Math.abs(offsetS) > TEN_YEARS_S) {
      throw new SandboxError(400, 'offset_s: must be whole seconds from now, at most ten years');
    }
    const { background, target, settings, clock, prompts, bus } = this.core;
    const url = target.at(CLOCK_PATH);
    const options = { timeoutMs: settings.timings.callbackTimeoutMs, signal: background.signal };
    const answer = await postJson(url, JSON.stringify({ offset_s: offsetS }), options).catch(
      (error: unknown) => {
        const why = error instanceof Error ? error.message : String(error);
        throw new SandboxError(502, `The product does not answer at ${url}: ${why}`);
      },
    );
    if (answer.status >= 200 && answer.status < 300) {
      clock.moveTo(offsetS);
      prompts.clockMoved();
      bus.publish('clock', { offset_s: offsetS });
    }
    return answer;
  }

  /**
   * Forgets everything, and drops what was still to be sent. Not the clock, which mirrors the product's,
   * nor the tokens and keys that the product holds.
   */
  async reset(): Promise<void> {
    const { background, prompts, checkouts, mails, faults, requests, bus } = this.core;
    await background.stopAll();
    prompts.clear();
    checkouts.clear();
    mails.remove();
    faults.clear();
    requests.remove();
    for (const gateway of this.gateways) gateway.reset();
    bus.publish('reset', null);
  }

  #gatewayOf({ provider }: { provider: string }): SandboxGateway | undefined {
    return this.gateways.find((gateway) => gateway.provider === provider);
  }
}
