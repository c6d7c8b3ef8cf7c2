import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import type { Answer } from '../../stack/index.js';

/** Who asks: the name tells them apart, account and user are those of the login. */
export interface Actor {
  name: string;
  account?: number;
  user?: number;
}

export interface Asked {
  op: string;
  key?: string;
  request?: Record<string, unknown>;
}

/** Marks the end of one invocation. */
export interface Invocation {
  /** 2xx is `ok`, anything else `fail`. `known` is what the client learnt besides, such as a numeric id. */
  answered(answer: Answer, known?: Record<string, unknown>): void;
  /** Nobody knows what became of it. */
  lost(why: unknown): void;
}

/**
 * What clients did and saw, one JSON object a line, in the order in which it happened: an invocation before its
 * first byte left, its end after the last byte came.
 */
export class History {
  private readonly file: WriteStream;
  private next = 1;
  /** Invocations by how they ended. */
  readonly ends = { ok: 0, fail: 0, info: 0 };
  /** Answers that were neither 2xx nor a refusal, by status. */
  readonly serverErrors = new Map<number, number>();

  constructor(path: string) {
    this.file = createWriteStream(path, { flags: 'a', highWaterMark: 1 << 20 });
  }

  invoke({ name, account, user }: Actor, { op, key, request }: Asked): Invocation {
    const id = this.next++;
    const line = { actor: name, account, user, op, id };
    this.write({ ...line, phase: 'invoke', key, request });
    return {
      answered: (answer, known) => {
        const phase = answer.status >= 200 && answer.status < 300 ? 'ok' : 'fail';
        this.ends[phase] += 1;
        if (answer.status >= 500) {
          this.serverErrors.set(answer.status, (this.serverErrors.get(answer.status) ?? 0) + 1);
        }
        const bytes = key === undefined ? undefined : digest(answer.text);
        const said = objectOf(answer.body);
        this.write({
          ...line,
          phase,
          status: answer.status,
          answer: known ? { ...said, ...known } : said,
          bytes,
        });
      },
      lost: (why) => {
        this.ends.info += 1;
        this.write({
          ...line,
          phase: 'info',
          why: why instanceof Error ? why.message : String(why),
        });
      },
    };
  }

  /** Everything is in the file when it answers. */
  async close(): Promise<void> {
    this.file.end();
    await once(this.file, 'close');
  }

  private write(line: Record<string, unknown>): void {
    this.file.write(`${JSON.stringify({ t: Date.now(), ...line })}\n`);
  }
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function objectOf(body: unknown): Record<string, unknown> | undefined {
  return typeof body === 'object' && body !== null && !Array.isArray(body)
    ? (body as Record<string, unknown>)
    : undefined;
}
