import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { managerOf } from './together.js';

const RETRIED = new Set(['40001', '40P01']); // serialization_failure, deadlock_detected
const ATTEMPTS = 5;
const open = new AsyncLocalStorage<true>();
const afterCommit = new WeakMap<EntityManager, (() => void)[]>();

/** True inside `Transactions.run`: gateways must never be called there. */
export function insideTransaction(): boolean {
  return open.getStore() === true;
}

/** Runs `work` once the manager's transaction has committed; lost with the process, so only a nudge. */
export function onCommit(manager: EntityManager, work: () => void): void {
  const list = afterCommit.get(managerOf(manager));
  if (!list) throw new Error('onCommit needs a manager that Transactions.run handed out');
  list.push(work);
}

function sqlState(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : undefined;
}

/** TypeORM lets go of a connection that ends between two statements; only the next one hears of it. */
const RELEASED = new Set([
  'QueryRunnerAlreadyReleasedError',
  'QueryRunnerProviderAlreadyReleasedError',
]);

function isReleased(error: unknown): boolean {
  return error instanceof Error && RELEASED.has(error.name);
}

/** In the words of `pg` for a connection that ends within a statement: nothing was committed. */
class LostConnection extends Error {
  constructor(cause: unknown) {
    super('Connection terminated between two statements', { cause });
    this.name = 'LostConnection';
  }
}

/** The one way to open a transaction. */
@Injectable()
export class Transactions {
  constructor(private readonly dataSource: DataSource) {}

  /**
   * Runs `work` in a READ COMMITTED transaction and commits, repeating it whole on a deadlock or a
   * serialization failure. `work` gets the only manager that writes inside the transaction.
   */
  async run<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    if (insideTransaction()) {
      throw new Error(
        'a transaction is open already: pass its manager on instead of opening another',
      );
    }
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.once(work);
      } catch (error) {
        const state = sqlState(error);
        if (!state || !RETRIED.has(state) || attempt >= ATTEMPTS) throw error;
        await delay(Math.random() * 20 * 2 ** attempt);
      }
    }
  }

  private async once<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    const followUps: (() => void)[] = [];
    const result = await this.dataSource
      .transaction((manager) => {
        afterCommit.set(manager, followUps);
        return open.run(true, () => work(manager));
      })
      .catch((error: unknown) => {
        throw isReleased(error) ? new LostConnection(error) : error;
      });
    for (const followUp of followUps) followUp();
    return result;
  }
}
