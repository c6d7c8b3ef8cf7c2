import type { FastifyRequest } from 'fastify';
import { RecentMap } from '../../core/recent.map.js';
import type { StripeProblem } from './stripe.reader.js';

/** What was answered first under a key. */
export interface Kept {
  readonly status: number;
  readonly body: unknown;
}

interface Entry {
  readonly fingerprint: string;
  answer: Kept | null;
}

export type Claim =
  | { kind: 'new'; keep: (answer: Kept) => void; release: () => void }
  | { kind: 'replay'; answer: Kept }
  | { kind: 'refused'; status: 400 | 409; problem: StripeProblem };

/** `Idempotency-Key` of POSTs: first answers are kept and replayed. */
export class StripeKeys {
  readonly #entries = new RecentMap<Entry>();

  claim(request: FastifyRequest, body: Buffer): Claim {
    const key = keyOf(request);
    if (key === null) return { kind: 'new', keep: () => undefined, release: () => undefined };
    const fingerprint = `${request.url}\n${body.toString('utf8')}`;
    const known = this.#entries.get(key);
    if (!known || (known.answer === null && known.fingerprint === '')) {
      const entry: Entry = { fingerprint, answer: null };
      this.#entries.set(key, entry);
      return {
        kind: 'new',
        keep: (answer) => (entry.answer = answer),
        release: () => this.#entries.set(key, { fingerprint: '', answer: null }),
      };
    }
    if (known.fingerprint !== fingerprint) {
      const message = 'Keys for idempotent requests can only be used with the same parameters';
      return { kind: 'refused', status: 400, problem: { type: 'idempotency_error', message } };
    }
    if (known.answer) return { kind: 'replay', answer: known.answer };
    return {
      kind: 'refused',
      status: 409,
      problem: {
        type: 'idempotency_error',
        code: 'idempotency_key_in_use',
        message: 'There is currently another in-progress request using this key',
      },
    };
  }

  reset(): void {
    this.#entries.clear();
  }
}

export function keyOf(request: FastifyRequest): string | null {
  const key = request.headers['idempotency-key'];
  return typeof key === 'string' && key !== '' ? key : null;
}
