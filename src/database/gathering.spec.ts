import { AsyncLocalStorage } from 'node:async_hooks';
import { Gathering } from './gathering.js';

const refusal = (code?: string): Error => Object.assign(new Error('refused'), { code });

/** Doubles numbers; a statement answers when it is released, or at once. */
function doubling(
  options: { apart?: (n: number) => string; bad?: (n: number) => Error | null } = {},
) {
  const statements: number[][] = [];
  const held: (() => void)[] = [];
  let hold = false;
  const gathering = new Gathering<number, number>({
    run: async (inputs) => {
      statements.push(inputs);
      if (hold) await new Promise<void>((done) => held.push(done));
      const error = inputs.map((n) => options.bad?.(n)).find(Boolean);
      if (error) throw error;
      return inputs.map((n) => n * 2);
    },
    apart: options.apart,
  });
  return {
    gathering,
    statements,
    hold: () => (hold = true),
    release: () => {
      hold = false;
      held.splice(0).forEach((done) => done());
    },
  };
}

const turn = () => new Promise((done) => setImmediate(done));

describe('gathering', () => {
  it('gives callers of one moment one statement, each their answer', async () => {
    const { gathering, statements } = doubling();
    expect(await Promise.all([1, 2, 3].map((n) => gathering.ask(n)))).toEqual([2, 4, 6]);
    expect(statements).toEqual([[1, 2, 3]]);
  });

  it('lets those who come meanwhile go together with the next', async () => {
    const { gathering, statements, hold, release } = doubling();
    hold();
    const first = gathering.ask(1);
    await turn();
    const others = [2, 3].map((n) => gathering.ask(n));
    await turn();
    expect(statements).toEqual([[1]]);
    release();
    expect(await Promise.all([first, ...others])).toEqual([2, 4, 6]);
    expect(statements).toEqual([[1], [2, 3]]);
  });

  it('bounds what goes together', async () => {
    const { gathering, statements } = doubling();
    await Promise.all(Array.from({ length: 100 }, (_, n) => gathering.ask(n)));
    expect(statements.map(({ length }) => length)).toEqual([64, 36]);
  });

  it('keeps the same apart', async () => {
    const { gathering, statements } = doubling({ apart: (n) => String(n % 2) });
    expect(await Promise.all([1, 2, 3, 4, 5].map((n) => gathering.ask(n)))).toEqual([
      2, 4, 6, 8, 10,
    ]);
    expect(statements).toEqual([[1, 2], [3, 4], [5]]);
  });

  it('lets a bad input fail alone', async () => {
    const { gathering, statements } = doubling({
      bad: (n) => (n === 2 ? refusal('23514') : null),
    });
    const answers = await Promise.allSettled([1, 2, 3].map((n) => gathering.ask(n)));
    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(statements).toEqual([[1, 2, 3], [1], [2], [3]]);
  });

  it.each([undefined, '57P01', 'ECONNRESET'])(
    'repeats nothing whose outcome is unknown: %p',
    async (code) => {
      const { gathering, statements } = doubling({ bad: () => refusal(code) });
      const answers = await Promise.allSettled([1, 2].map((n) => gathering.ask(n)));
      expect(answers.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
      expect(statements).toEqual([[1, 2]]);
    },
  );

  it('works in nobody’s context and answers everybody in their own', async () => {
    const context = new AsyncLocalStorage<string>();
    let inside: string | undefined = 'unset';
    const gathering = new Gathering<number, number>({
      run: (inputs) => {
        inside = context.getStore();
        return Promise.resolve(inputs);
      },
    });
    await context.run('a request', async () => {
      await gathering.ask(1);
      expect(context.getStore()).toBe('a request');
    });
    expect(inside).toBeUndefined();
  });
});
