import { setTimeout as delay } from 'node:timers/promises';
import type { Answer, ApiSession } from '../../stack/index.js';
import type { SeededRandom } from '../desk/seeded.random.js';
import type { Actor, Asked, History } from '../history/index.js';

export interface Call extends Asked {
  method: string;
  path: string;
  body?: unknown;
  headers?: Record<string, string>;
  /** What else is known after a 2xx answer; asked before the end is written down. */
  learn?: (answer: Answer) => Promise<Record<string, unknown>>;
}

/** Longer than a gateway call and a database's recovery together. */
const TIMEOUT_MS = 8_000;
/** A repeat goes on until then: by the end of a run everything works again. */
const GIVE_UP_MS = 120_000;

/** Somebody at the API whose every question and answer is written down. */
export class Caller {
  /** Questions that never got a definite answer. */
  static givenUp: string[] = [];

  constructor(
    private readonly session: ApiSession,
    readonly actor: Actor,
    private readonly history: History,
    readonly random: SeededRandom,
  ) {}

  /** One invocation; null when its outcome is unknown. */
  async once(call: Call): Promise<Answer | null> {
    const invocation = this.history.invoke(this.actor, call);
    let answer: Answer;
    try {
      answer = await this.session.request(call.method, call.path, {
        ...(call.body === undefined ? {} : { body: call.body }),
        headers: {
          ...(call.key === undefined ? {} : { 'idempotency-key': call.key }),
          ...call.headers,
        },
        timeoutMs: TIMEOUT_MS,
      });
    } catch (error) {
      invocation.lost(error);
      return null;
    }
    const good = answer.status >= 200 && answer.status < 300;
    invocation.answered(answer, good ? await call.learn?.(answer) : undefined);
    return answer;
  }

  /** Repeats, with the same key, until the answer says what became of it; null when it never did. */
  async untilDefinite(call: Call): Promise<Answer | null> {
    const deadline = Date.now() + GIVE_UP_MS;
    for (;;) {
      const answer = await this.once(call);
      if (answer && isDefinite(answer)) return answer;
      if (Date.now() > deadline) {
        Caller.givenUp.push(`${call.op} ${call.path} (${call.key ?? 'no key'}): ${told(answer)}`);
        return null;
      }
      await delay(100 + this.random.int(500));
    }
  }

  /** Reads until it is answered, outside of the history. @throws when it never is. */
  async lookUp(path: string): Promise<Record<string, unknown>> {
    const deadline = Date.now() + GIVE_UP_MS;
    for (;;) {
      const answer = await this.session
        .request('GET', path, { timeoutMs: TIMEOUT_MS })
        .catch(() => null);
      if (answer?.status === 200) return Object(answer.body) as Record<string, unknown>;
      if (Date.now() > deadline) throw new Error(`GET ${path} was never answered: ${told(answer)}`);
      await delay(100 + this.random.int(400));
    }
  }

  key(what: string): string {
    return `${what}-${this.actor.name}-${this.random.int(2 ** 31)}-${this.random.int(2 ** 31)}`;
  }
}

function isDefinite({ status, body }: Answer): boolean {
  if (status >= 500 || status === 429 || status === 408) return false;
  return !(status === 409 && codeOf(body) === 'idempotency_in_progress');
}

export function codeOf(body: unknown): string | null {
  const code = (Object(body) as { code?: unknown }).code;
  return typeof code === 'string' ? code : null;
}

function told(answer: Answer | null): string {
  return answer ? `${answer.status} ${answer.text.slice(0, 200)}` : 'no answer';
}
