import { randomInt } from 'node:crypto';
import { wait } from '../../core/background.js';
import type { WebhookFault } from '../../core/faults.store.js';
import { postJson } from '../../core/http.post.js';
import { isLoopback } from '../../core/loopback.js';
import type { Delivery, Prompt, PromptAnswer } from '../../core/prompts.store.js';
import { RecentMap } from '../../core/recent.map.js';
import { SandboxError } from '../../core/sandbox.error.js';
import type { Core } from '../../sandbox.core.js';
import { forcedByPayer } from './mtn-momo.numbers.js';
import { moneyOf } from './mtn-momo.reader.js';
import { callbackObject, type Standing, standingOf } from './mtn-momo.resources.js';
import type { PayBody, Payment } from './mtn-momo.types.js';

const PROVIDER = 'mtn_momo';
/** How long a payment that takes its time does so, as MTN's notes of 2018 say. */
const SLOWLY_MS = 30_000;

/** What MTN does between an accepted request and its callback. */
export class MtnPayments {
  readonly #byId = new RecentMap<Payment>();
  #count = 0;

  constructor(private readonly core: Core) {}

  find(id: string): Payment | null {
    return this.#byId.get(id.toLowerCase()) ?? null;
  }

  standing(payment: Payment): Standing {
    return standingOf(payment, this.core.prompts.get(payment.promptId));
  }

  /** Pushes a prompt. MTN's own sandbox shows none; here a person answers, where no number does. */
  accept(
    id: string,
    body: PayBody,
    callbackUrl: string | null,
    wrongAmount: boolean,
  ): { payment: Payment; prompt: Prompt } {
    const forced = forcedByPayer(body.payer.partyId);
    const prompt = this.core.prompts.push({
      provider: PROVIDER,
      phone: body.payer.partyId,
      network: 'MTN',
      merchant: 'Malipo Sandbox',
      amount: moneyOf(body)?.toString() ?? body.amount,
      currency: body.currency,
      reference: body.externalId ?? id,
      gateway_reference: id.toLowerCase(),
    });
    this.#count += 1;
    const payment: Payment = {
      id,
      number: this.#count,
      body,
      promptId: prompt.id,
      financialTransactionId: randomInt(100_000_000, 999_999_999),
      callbackUrl,
      wrongAmount,
      forcedReason: forced?.reason ?? null,
      endless: forced?.ends === 'never',
    };
    this.#byId.set(id.toLowerCase(), payment);
    return { payment, prompt };
  }

  /** Lets the numbers that answer by themselves do so, after a while. */
  answerByNumber(payment: Payment, prompt: Prompt, poor: boolean): void {
    const forced = forcedByPayer(prompt.phone);
    const { autoAnswerDelayMs } = this.core.settings.timings;
    const answer: PromptAnswer | null =
      payment.forcedReason !== null || poor
        ? 'declined'
        : forced?.ends === 'slowly'
          ? 'approved'
          : null;
    if (!answer) return;
    const delayMs = forced?.ends === 'slowly' ? SLOWLY_MS : autoAnswerDelayMs;
    this.core.background.run(async (signal) => {
      await wait(delayMs, signal);
      // A person may have been faster.
      if (prompt.status !== 'pending') return;
      const reason = poor ? 'insufficient_funds' : null;
      this.notifyLater(this.core.prompts.answer(prompt.id, answer, reason));
    });
  }

  /** Answers the prompt at once and waits until the product has taken the callback. */
  async answerBeforeReply(payment: Payment, prompt: Prompt): Promise<void> {
    const answer = payment.forcedReason === null ? 'approved' : 'declined';
    this.core.prompts.answer(prompt.id, answer);
    await this.#send(payment, prompt, 'normal', this.core.background.signal);
  }

  /** The callback of an answered prompt, spoiled as the faults say; there is no signature to spoil. */
  notifyLater(prompt: Prompt): void {
    const payment = this.find(prompt.gateway_reference);
    if (!payment || (prompt.status !== 'approved' && prompt.status !== 'declined')) return;
    const { faults, background, settings } = this.core;
    const fault = faults.takeWebhook(PROVIDER);
    if (fault === 'none' || payment.callbackUrl === null) return;
    const { callbackDelayMs, lateDelayMs } = settings.timings;
    background.run(async (signal) => {
      await wait(fault === 'late' ? lateDelayMs : callbackDelayMs, signal);
      await this.#send(payment, prompt, fault, signal);
    });
  }

  /** @throws SandboxError 409 for a prompt that has no outcome to tell, or nowhere to tell it. */
  async notifyAgain(prompt: Prompt): Promise<Delivery> {
    const payment = this.find(prompt.gateway_reference);
    const answered = prompt.status === 'approved' || prompt.status === 'declined';
    if (!payment || !answered || payment.callbackUrl === null) {
      throw new SandboxError(409, `Prompt ${prompt.id} has nothing to tell, or nowhere`);
    }
    const body = JSON.stringify(callbackObject(payment, standingOf(payment, prompt)));
    return this.#deliver(payment, prompt, body, this.core.background.signal);
  }

  reset(): void {
    this.#byId.clear();
  }

  async #send(
    payment: Payment,
    prompt: Prompt,
    fault: WebhookFault,
    signal: AbortSignal,
  ): Promise<void> {
    if (payment.callbackUrl === null) return;
    const told = (standing: Standing): string => JSON.stringify(callbackObject(payment, standing));
    const body = told(standingOf(payment, prompt));
    const copies = fault === 'duplicate' ? 3 : 1;
    await Promise.all(
      Array.from({ length: copies }, () => this.#deliver(payment, prompt, body, signal)),
    );
    if (fault !== 'out_of_order') return;
    await this.#deliver(payment, prompt, told({ status: 'PENDING', reason: null }), signal);
  }

  /** By POST or PUT, for sources disagree; never rejects for an unreachable product. */
  async #deliver(
    payment: Payment,
    prompt: Prompt,
    body: string,
    signal: AbortSignal,
  ): Promise<Delivery> {
    const url = this.#addressOf(payment.callbackUrl ?? '');
    const sent = { at: new Date().toISOString(), url, body };
    const { callbackTimeoutMs: timeoutMs } = this.core.settings.timings;
    const method = payment.number % 2 === 0 ? 'POST' : 'PUT';
    const delivery = await postJson(url, body, { timeoutMs, signal, method }).then(
      (answer) => ({ ...sent, status: answer.status, answer: answer.body, error: null }),
      (error: unknown) => {
        signal.throwIfAborted();
        const message = error instanceof Error ? error.message : String(error);
        return { ...sent, status: null, answer: null, error: message };
      },
    );
    this.core.prompts.noteCallback(prompt, delivery);
    return delivery;
  }

  /** The sandbox calls this machine only: an address elsewhere is looked for at the product. */
  #addressOf(callbackUrl: string): string {
    const { hostname, pathname } = new URL(callbackUrl);
    return isLoopback(hostname) ? callbackUrl : this.core.target.at(pathname);
  }
}
