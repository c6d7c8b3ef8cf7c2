import { AsyncLocalStorage } from 'node:async_hooks';

/** Inputs that share one statement at most. */
const MAX_TOGETHER = 64;

export interface GatheringOptions<In, Out> {
  /** One statement for all `inputs`, which commits by itself; answers in their order. */
  run: (inputs: In[]) => Promise<Out[]>;
  /** Inputs for which this answers the same text never share a statement. */
  apart?: (input: In) => string;
  /** Statements that may run at the same time; 1 by default. */
  lanes?: number;
}

interface Waiting<In, Out> {
  input: In;
  resolve: (answer: Out) => void;
  reject: (error: unknown) => void;
}

/**
 * Lets callers who ask the same at the same time share one statement: while one runs (or as many as there
 * are lanes), further callers wait and go together with the next. Whoever is alone waits for nobody. Each
 * answer comes after the commit, so a caller sees no difference but the time. Only for statements that stand
 * alone, never inside a transaction.
 */
export class Gathering<In, Out> {
  private waiting: Waiting<In, Out>[] = [];
  private readonly lanes: number;
  private running = 0;
  private woken = false;
  /** A shared statement belongs to no request: what it logs carries nobody's request id. */
  private readonly outside = AsyncLocalStorage.snapshot();

  constructor(private readonly options: GatheringOptions<In, Out>) {
    this.lanes = options.lanes ?? 1;
  }

  /** @throws what the statement throws for this input; another's bad input does no harm. */
  ask(input: In): Promise<Out> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ input, resolve, reject });
      this.wake();
    });
  }

  private wake(): void {
    if (this.woken || this.running >= this.lanes || this.waiting.length === 0) return;
    this.woken = true;
    // Whatever else has arrived by now is read before, and comes along.
    this.outside(() => setImmediate(() => void this.runNext()));
  }

  private async runNext(): Promise<void> {
    this.woken = false;
    this.running += 1;
    const next = this.takeNext();
    this.wake();
    await this.answer(next);
    this.running -= 1;
    this.wake();
  }

  private takeNext(): Waiting<In, Out>[] {
    const { apart } = this.options;
    const seen = new Set<string>();
    const next: Waiting<In, Out>[] = [];
    const left: Waiting<In, Out>[] = [];
    for (const one of this.waiting) {
      const name = apart?.(one.input);
      const fits = next.length < MAX_TOGETHER && (name === undefined || !seen.has(name));
      if (fits && name !== undefined) seen.add(name);
      (fits ? next : left).push(one);
    }
    this.waiting = left;
    return next;
  }

  private async answer(callers: Waiting<In, Out>[]): Promise<void> {
    try {
      const answers = await this.options.run(callers.map(({ input }) => input));
      callers.forEach(({ resolve }, index) => resolve(answers[index] as Out));
    } catch (error) {
      if (callers.length > 1 && mayBeOneCallers(error)) {
        for (const caller of callers) await this.answer([caller]);
      } else for (const { reject } of callers) reject(error);
    }
  }
}

/** PostgreSQL refused a value or a conflict: nothing was done, and the others alone may well succeed. */
function mayBeOneCallers(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' && /^(22|23|40)[0-9A-Z]{3}$/.test(code);
}
