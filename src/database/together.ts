import type { EntityManager } from 'typeorm';

/** A statement that does the same for many inputs at once, and answers in their order. */
export type ForMany<In, Out> = (manager: EntityManager, inputs: In[]) => Promise<Out[]>;

interface Asked {
  input: unknown;
  resolve: (answer: unknown) => void;
  reject: (error: unknown) => void;
}

/** Two pieces of work of one transaction meet on the same rows: each needs a transaction of its own. */
export class NotTogether extends Error {}

/**
 * A transaction that several pieces of work share. They run side by side; what they ask for at the same
 * time goes to the database as one statement. A row lock keeps other transactions out, not the partners of
 * the same one, so whatever must be alone claims its rows first.
 */
class SharedTransaction {
  private readonly asked = new Map<unknown, Asked[]>();
  private readonly claims = new Map<string, EntityManager>();
  private last: Promise<unknown> = Promise.resolve();
  private partners = 0;

  constructor(readonly manager: EntityManager) {}

  /** The transaction as one piece of work sees it. */
  open(): EntityManager {
    const own = Object.create(this.manager) as EntityManager;
    own.query = (sql: string, parameters?: unknown) =>
      this.inTurn(() => this.manager.query(sql, parameters as unknown[] | undefined));
    shared.set(own, this);
    this.partners += 1;
    return own;
  }

  ask<In, Out>(statement: ForMany<In, Out>, input: In): Promise<Out> {
    return new Promise<Out>((resolve, reject) => {
      const one = { input, resolve: resolve as Asked['resolve'], reject };
      const waiting = this.asked.get(statement);
      if (waiting) {
        waiting.push(one);
        return;
      }
      this.asked.set(statement, [one]);
      // The partners that got the same answer come as far as their next question before that.
      setImmediate(() => void this.inTurn(() => this.answer(statement)));
    });
  }

  claim(key: string, manager: EntityManager): void {
    const owner = this.claims.get(key) ?? manager;
    if (owner !== manager) throw new NotTogether(`two pieces of work at once on ${key}`);
    this.claims.set(key, manager);
  }

  refuseCompany(): void {
    if (this.partners > 1) throw new NotTogether('this work cannot share a transaction');
  }

  private async answer<In, Out>(statement: ForMany<In, Out>): Promise<void> {
    const waiting = this.asked.get(statement) ?? [];
    this.asked.delete(statement);
    try {
      const answers = await statement(
        this.manager,
        waiting.map(({ input }) => input as In),
      );
      waiting.forEach(({ resolve }, place) => resolve(answers[place]));
    } catch (error) {
      for (const { reject } of waiting) reject(error);
    }
  }

  /** A connection answers one statement at a time. */
  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.last.then(work, work);
    this.last = turn.catch(() => undefined);
    return turn;
  }
}

const shared = new WeakMap<EntityManager, SharedTransaction>();

/** The manager of the transaction itself, where `manager` is that of one of several pieces of work in it. */
export function managerOf(manager: EntityManager): EntityManager {
  return shared.get(manager)?.manager ?? manager;
}

/**
 * Does `work` for each of `items` in the transaction of `manager`, side by side. Resolves when all are done.
 * @throws the first failure, once every piece of work has ended; nothing of any of them may be committed then.
 */
export async function eachTogether<Item>(
  manager: EntityManager,
  items: readonly Item[],
  work: (item: Item, manager: EntityManager) => Promise<void>,
): Promise<void> {
  const transaction = new SharedTransaction(manager);
  const works = items.map((item) => ({ item, own: transaction.open() }));
  const ends = await Promise.allSettled(works.map(({ item, own }) => work(item, own)));
  const failed = ends.find((end) => end.status === 'rejected');
  if (failed) throw failed.reason;
}

/** Runs `statement` for `input`; where `manager` is shared, together with the partners that ask for it too. */
export async function together<In, Out>(
  manager: EntityManager,
  statement: ForMany<In, Out>,
  input: In,
): Promise<Out> {
  const transaction = shared.get(manager);
  if (transaction) return transaction.ask(statement, input);
  const [answer] = await statement(manager, [input]);
  return answer as Out;
}

/** Before rows are read that are decided on: makes sure that no partner is at them in the same transaction. */
export function claimAlone(manager: EntityManager, key: string): void {
  shared.get(manager)?.claim(key, manager);
}

/** For work that finds out on its way which rows it needs: it goes on in a transaction of its own. */
export function refuseCompany(manager: EntityManager): void {
  shared.get(manager)?.refuseCompany();
}
