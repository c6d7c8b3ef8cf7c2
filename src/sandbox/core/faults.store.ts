import type { EventBus } from './event.bus.js';
import type { Provider } from './providers.js';
import { SandboxError } from './sandbox.error.js';

/** What can go wrong with a call to a gateway. */
export const CALL_FAULTS = [
  'ok',
  'decline',
  'insufficient_funds',
  'error_500',
  'timeout',
  'timeout_after_accept',
  'malformed',
  'rate_limited',
  'wrong_amount',
] as const;
export type CallFault = (typeof CALL_FAULTS)[number];

/** What can go wrong with a notification. */
export const WEBHOOK_FAULTS = [
  'normal',
  'none',
  'late',
  'duplicate',
  'before_reply',
  'out_of_order',
  'bad_signature',
  'unsigned',
  'short',
] as const;
export type WebhookFault = (typeof WEBHOOK_FAULTS)[number];

/** Every gateway has the first three; `auth` is its token call, `key` its public key. */
export const OPERATIONS = ['initiate', 'status', 'refund', 'auth', 'key'] as const;
export type Operation = (typeof OPERATIONS)[number];
const COMMON: readonly Operation[] = ['initiate', 'status', 'refund'];

/** One provider's faults as the JSON API shows them; words used up read `ok`/`normal` again. */
export interface Faults extends Partial<Record<Operation, CallFault>> {
  initiate: CallFault;
  status: CallFault;
  refund: CallFault;
  webhook: WebhookFault;
  /** Requests left, the most of any word; null means until replaced. */
  count: number | null;
}

interface Fault<Word> {
  word: Word;
  /** Null: stays. */
  left: number | null;
}
interface Board {
  calls: Map<Operation, Fault<CallFault>>;
  webhook: Fault<WebhookFault>;
}

/**
 * What goes wrong next, per gateway. `count` holds for each word by itself: `{initiate, webhook, count: 1}`
 * spoils the next initiation and the next notification, not whichever of the two comes first.
 */
export class FaultBoard {
  readonly #boards = new Map<Provider, Board>();

  constructor(private readonly bus: EventBus) {}

  /** Makes a gateway known, with the calls it has beyond initiate, status and refund. */
  add(provider: Provider, further: readonly Operation[]): void {
    this.#boards.set(provider, clean([...COMMON, ...further]));
  }

  get providers(): Provider[] {
    return [...this.#boards.keys()];
  }

  /** @throws SandboxError 404 for a provider that is not simulated. */
  get(provider: string): Faults {
    const { calls, webhook } = this.#board(provider);
    const words: Faults = {
      initiate: 'ok',
      status: 'ok',
      refund: 'ok',
      webhook: webhook.word,
      count: null,
    };
    for (const [operation, { word }] of calls) words[operation] = word;
    const left = [...calls.values(), webhook].map((fault) => fault.left ?? 0);
    return { ...words, count: Math.max(...left) || null };
  }

  /** Replaces all words; what is omitted becomes `ok`/`normal`. @throws SandboxError 400, 404. */
  put(provider: string, input: Readonly<Record<string, unknown>>): Faults {
    const board = this.#board(provider);
    const allowed = [...board.calls.keys(), 'webhook', 'count'];
    const stray = Object.keys(input).find((name) => !allowed.includes(name));
    if (stray !== undefined) {
      throw new SandboxError(400, `${stray}: unknown field; use ${allowed.join(', ')}`);
    }
    const left = readCount(input['count']);
    const fresh = clean([...board.calls.keys()]);
    for (const operation of fresh.calls.keys()) {
      const word = readWord(operation, input[operation], CALL_FAULTS);
      fresh.calls.set(operation, { word, left: word === 'ok' ? null : left });
    }
    const word = readWord('webhook', input['webhook'], WEBHOOK_FAULTS);
    fresh.webhook = { word, left: word === 'normal' ? null : left };
    this.#boards.set(provider as Provider, fresh);
    const faults = this.get(provider);
    this.bus.publish('fault', { provider, ...faults });
    return faults;
  }

  /** The word for the call that is being answered; counts it. */
  take(provider: Provider, operation: Operation): CallFault {
    const fault = this.#boards.get(provider)?.calls.get(operation);
    return fault ? this.#use(provider, fault, 'ok') : 'ok';
  }

  /** The word for the notification that is about to be sent; counts it. */
  takeWebhook(provider: Provider): WebhookFault {
    const fault = this.#boards.get(provider)?.webhook;
    return fault ? this.#use(provider, fault, 'normal') : 'normal';
  }

  peekWebhook(provider: Provider): WebhookFault {
    return this.#boards.get(provider)?.webhook.word ?? 'normal';
  }

  clear(): void {
    for (const [provider, { calls }] of this.#boards)
      this.#boards.set(provider, clean([...calls.keys()]));
  }

  #board(provider: string): Board {
    const board = this.#boards.get(provider as Provider);
    if (board) return board;
    const known = this.providers.join(', ') || 'none';
    throw new SandboxError(404, `No gateway ${provider} is simulated here; there is ${known}`);
  }

  #use<Word extends string>(provider: Provider, fault: Fault<Word>, none: Word): Word {
    const { word } = fault;
    if (fault.left !== null) {
      fault.left -= 1;
      if (fault.left === 0) Object.assign(fault, { word: none, left: null });
      this.bus.publish('fault', { provider, ...this.get(provider) });
    }
    return word;
  }
}

function clean(operations: readonly Operation[]): Board {
  return {
    calls: new Map(operations.map((operation) => [operation, { word: 'ok', left: null }])),
    webhook: { word: 'normal', left: null },
  };
}

function readWord<Word extends string>(name: string, value: unknown, words: readonly Word[]): Word {
  const [none] = words;
  if (value === undefined && none !== undefined) return none;
  const word = words.find((candidate) => candidate === value);
  if (word !== undefined) return word;
  throw new SandboxError(400, `${name}: unknown word; use one of ${words.join(', ')}`);
}

function readCount(value: unknown): number | null {
  if (value === undefined || value === null) return null;
  if (typeof value === 'number' && Number.isSafeInteger(value) && value > 0) return value;
  throw new SandboxError(400, 'count: must be a whole number of at least 1; leave it out to stay');
}
