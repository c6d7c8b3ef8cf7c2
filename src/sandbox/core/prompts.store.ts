import { randomToken } from '../../common/index.js';
import type { Clock } from './clock.js';
import type { EventBus } from './event.bus.js';
import type { Provider } from './providers.js';
import { RecentList } from './recent.list.js';
import { RecentMap } from './recent.map.js';
import { SandboxError } from './sandbox.error.js';

export const PROMPT_STATUSES = ['pending', 'approved', 'declined', 'ignored', 'expired'] as const;
export type PromptStatus = (typeof PROMPT_STATUSES)[number];
export type PromptAnswer = 'approved' | 'declined' | 'ignored';

/** One notification that was sent to the product, and what came of it. */
export interface Delivery {
  readonly at: string;
  readonly url: string;
  readonly body: string;
  /** Null when nothing answered. */
  readonly status: number | null;
  readonly answer: string | null;
  readonly error: string | null;
}

/** A payment request on somebody's phone, as the JSON API shows it. */
export interface Prompt {
  readonly id: string;
  readonly provider: Provider;
  /** Digits with country code. */
  readonly phone: string;
  /** Mobile network in the product's words (AIRTEL, MPESA, …), null where the gateway names none. */
  readonly network: string | null;
  readonly merchant: string;
  /** Decimal string with the currency's own decimals. */
  readonly amount: string;
  readonly currency: string;
  /** The product's reference. */
  readonly reference: string;
  readonly gateway_reference: string;
  status: PromptStatus;
  /** Why it was declined; null otherwise. */
  reason: 'declined' | 'insufficient_funds' | null;
  readonly created_at: string;
  /** Real time, unmoved by the test clock, so that a countdown needs nothing but a watch. */
  expires_at: string;
  answered_at: string | null;
  readonly callbacks: Delivery[];
}

export type NewPrompt = Pick<
  Prompt,
  | 'provider'
  | 'phone'
  | 'network'
  | 'merchant'
  | 'amount'
  | 'currency'
  | 'reference'
  | 'gateway_reference'
>;

/** Everything that was ever pushed to a phone. */
export class Prompts {
  readonly #prompts = new RecentList<Prompt>();
  readonly #byId = new RecentMap<Prompt>();
  /** When each pending prompt lapses, in the sandbox's own (movable) time. */
  readonly #lapsesAt = new Map<string, number>();

  constructor(
    private readonly clock: Clock,
    private readonly bus: EventBus,
    private readonly lifetimeMs: number,
  ) {}

  push(prompt: NewPrompt): Prompt {
    const now = this.clock.now();
    const pushed: Prompt = {
      id: `prm_${randomToken(6)}`,
      ...prompt,
      status: 'pending',
      reason: null,
      created_at: new Date(now).toISOString(),
      expires_at: new Date(now + this.lifetimeMs - this.clock.offsetMs).toISOString(),
      answered_at: null,
      callbacks: [],
    };
    this.#prompts.add(pushed);
    this.#byId.set(pushed.id, pushed);
    this.#lapsesAt.set(pushed.id, now + this.lifetimeMs);
    this.bus.publish('prompt', pushed);
    return pushed;
  }

  /** Newest first. */
  list(pass?: (prompt: Prompt) => boolean): Prompt[] {
    this.expireDue();
    return this.#prompts.list(pass);
  }

  /** @throws SandboxError 404. */
  get(id: string): Prompt {
    this.expireDue();
    const prompt = this.#byId.get(id);
    if (!prompt) throw new SandboxError(404, `There is no prompt ${id}`);
    return prompt;
  }

  /** The payer answers, once. @throws SandboxError 404, or 409 when it was answered or has lapsed. */
  answer(id: string, answer: PromptAnswer, reason: Prompt['reason'] = null): Prompt {
    const prompt = this.get(id);
    if (prompt.status !== 'pending') {
      throw new SandboxError(409, `Prompt ${id} is ${prompt.status} already`);
    }
    this.#close(prompt, answer);
    prompt.reason = answer === 'declined' ? (reason ?? 'declined') : null;
    this.bus.publish('prompt', prompt);
    return prompt;
  }

  noteCallback(prompt: Prompt, delivery: Delivery): void {
    prompt.callbacks.push(delivery);
    this.bus.publish('prompt', prompt);
  }

  /** Lapses what nobody answered in time; asked on every read, and now and then for the pages' sake. */
  expireDue(): void {
    const now = this.clock.now();
    for (const [id, at] of this.#lapsesAt) {
      if (at > now) continue;
      this.#lapsesAt.delete(id);
      const prompt = this.#byId.get(id);
      if (!prompt) continue;
      this.#close(prompt, 'expired');
      this.bus.publish('prompt', prompt);
    }
  }

  /** The clock moved: the time left of every pending prompt moved with it. */
  clockMoved(): void {
    for (const prompt of this.#prompts.list(({ status }) => status === 'pending')) {
      const at = this.#lapsesAt.get(prompt.id);
      if (at !== undefined) {
        prompt.expires_at = new Date(at - this.clock.offsetMs).toISOString();
      }
    }
    this.expireDue();
  }

  clear(): void {
    this.#prompts.clear();
    this.#byId.clear();
    this.#lapsesAt.clear();
  }

  #close(prompt: Prompt, status: PromptStatus): void {
    prompt.status = status;
    prompt.answered_at = status === 'expired' ? null : this.clock.iso();
    this.#lapsesAt.delete(prompt.id);
  }
}
