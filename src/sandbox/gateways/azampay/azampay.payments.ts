import { randomBytes } from 'node:crypto';
import { Money, normalisePhone, randomToken } from '../../../common/index.js';
import { wait } from '../../core/background.js';
import type { WebhookFault } from '../../core/faults.store.js';
import type { Delivery, Prompt } from '../../core/prompts.store.js';
import { RecentMap } from '../../core/recent.map.js';
import { SandboxError } from '../../core/sandbox.error.js';
import type { Core } from '../../sandbox.core.js';
import { callbackBody, shortened } from './azampay.callback.js';
import type { SigningKeys } from './azampay.keys.js';
import { forcedAnswer } from './azampay.numbers.js';
import {
  type CheckoutBody,
  type Credentials,
  NETWORKS,
  type OutcomeWord,
  type Payment,
} from './azampay.types.js';

const PROVIDER = 'azampay';
/** Where the product takes AzamPay's notifications: one address per app, typed in at registration. */
const CALLBACK_PATH = '/api/v1/payments/webhook/azam-pay/';

const MESSAGES = {
  approved: 'Transaction completed successfully',
  declined: 'Transaction failed: the payer declined the request',
  insufficient_funds: 'Transaction failed: insufficient funds in the payer account',
} as const;

/** What AzamPay does between an accepted checkout and its notification. */
export class AzamPayPayments {
  readonly #byTransactionId = new RecentMap<Payment>();

  constructor(
    private readonly core: Core,
    private readonly credentials: Credentials,
    private readonly keys: SigningKeys,
  ) {}

  /**
   * Pushes a prompt. A repeated externalId pushes another one: what the real gateway does is not
   * documented, so the sandbox does the worst.
   */
  accept(checkout: CheckoutBody, wrongAmount: boolean): { payment: Payment; prompt: Prompt } {
    const transactionId = randomBytes(16).toString('hex');
    const prompt = this.core.prompts.push({
      provider: PROVIDER,
      phone: phoneOf(checkout),
      network: NETWORKS[checkout.provider],
      merchant: this.credentials.appName,
      amount: Money.ofMinor(BigInt(checkout.amount) * 100n, 'TZS').toString(),
      currency: 'TZS',
      reference: checkout.externalId,
      gateway_reference: transactionId,
    });
    const payment: Payment = {
      checkout,
      promptId: prompt.id,
      transactionId,
      externalReference: `AZ${randomToken(8).toUpperCase()}`,
      transId: randomBytes(16).toString('hex'),
      mnoReference: `MNO${randomToken(6).toUpperCase()}`,
      wrongAmount,
    };
    this.#byTransactionId.set(transactionId, payment);
    return { payment, prompt };
  }

  find(transactionId: string): Payment | null {
    return this.#byTransactionId.get(transactionId) ?? null;
  }

  /** Lets the numbers that answer by themselves do so, after a while. */
  answerByNumber(prompt: Prompt): void {
    const forced = forcedAnswer(prompt.phone);
    const answer = forced?.answer;
    if (!answer) return;
    this.core.background.run(async (signal) => {
      await wait(this.core.settings.timings.autoAnswerDelayMs, signal);
      // A person may have been faster.
      if (prompt.status !== 'pending') return;
      this.notifyLater(this.core.prompts.answer(prompt.id, answer, forced.reason));
    });
  }

  /** Answers the prompt at once and waits until the product has taken the notification. */
  async answerBeforeReply(prompt: Prompt): Promise<void> {
    const forced = forcedAnswer(prompt.phone);
    const answer = forced ? forced.answer : 'approved';
    if (!answer) return;
    this.core.prompts.answer(prompt.id, answer, forced?.reason ?? null);
    await this.#send(prompt, 'normal', this.core.background.signal);
  }

  /** The notification of an answered prompt, spoiled as the faults say. */
  notifyLater(prompt: Prompt): void {
    if (prompt.status !== 'approved' && prompt.status !== 'declined') return;
    const { faults, background, settings } = this.core;
    const fault = faults.takeWebhook(PROVIDER);
    if (fault === 'none') return;
    const { callbackDelayMs, lateDelayMs } = settings.timings;
    background.run(async (signal) => {
      await wait(fault === 'late' ? lateDelayMs : callbackDelayMs, signal);
      await this.#send(prompt, fault, signal);
    });
  }

  /** @throws SandboxError 409 for a prompt that has no outcome to tell. */
  async notifyAgain(prompt: Prompt): Promise<Delivery> {
    if (prompt.status !== 'approved' && prompt.status !== 'declined') {
      throw new SandboxError(
        409,
        `Prompt ${prompt.id} is ${prompt.status}: there is nothing to tell`,
      );
    }
    return this.#notify(prompt, this.#body(prompt, 'normal'), this.core.background.signal);
  }

  reset(): void {
    this.#byTransactionId.clear();
  }

  async #send(prompt: Prompt, fault: WebhookFault, signal: AbortSignal): Promise<void> {
    const body = this.#body(prompt, fault);
    const copies = fault === 'duplicate' ? 3 : 1;
    await Promise.all(Array.from({ length: copies }, () => this.#notify(prompt, body, signal)));
    if (fault !== 'out_of_order') return;
    // An event of the past: after success an earlier failure, after failure an earlier "pending".
    const earlier = prompt.status === 'approved' ? 'failure' : 'pending';
    await this.#notify(prompt, this.#body(prompt, 'normal', earlier), signal);
  }

  #body(prompt: Prompt, fault: WebhookFault, word: OutcomeWord = wordOf(prompt)): string {
    const payment = this.#byTransactionId.get(prompt.gateway_reference);
    if (!payment) throw new SandboxError(404, `Prompt ${prompt.id} is forgotten`);
    const signer = {
      unsigned: null,
      bad_signature: (text: string) => this.keys.signWrongly(text),
    };
    const body = callbackBody(
      payment,
      prompt.phone,
      // The older notifications were told apart by "failed", the newer ones by "failure".
      {
        word: fault === 'short' && word === 'failure' ? 'failed' : word,
        message: messageOf(prompt, word),
      },
      this.credentials,
      fault === 'unsigned' || fault === 'bad_signature'
        ? signer[fault]
        : (text: string) => this.keys.sign(text),
    );
    return JSON.stringify(fault === 'short' ? shortened(body) : body);
  }

  #notify(prompt: Prompt, body: string, signal: AbortSignal): Promise<Delivery> {
    return this.core.notifier.notify(prompt, CALLBACK_PATH, body, signal);
  }
}

/** The number as apps ask for it; as it came where it fits no numbering plan. */
function phoneOf({ accountNumber }: CheckoutBody): string {
  try {
    return normalisePhone(accountNumber, 'TZS');
  } catch {
    return accountNumber.replace(/^\+/, '');
  }
}

function wordOf({ status }: Prompt): OutcomeWord {
  return status === 'approved' ? 'success' : 'failure';
}

function messageOf({ reason }: Prompt, word: OutcomeWord): string {
  if (word === 'success') return MESSAGES.approved;
  if (word === 'pending') return 'Transaction is being processed';
  return MESSAGES[reason ?? 'declined'];
}
