import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { type ForMany, together } from './together.js';
import { onCommit } from './transactions.js';

export interface OutboxMessage {
  /** Says which handler does the work, e.g. `webhook.process`. */
  topic: string;
  /** Unique with the topic: the same work is never due twice. */
  key: string;
  /** Ids only: the handler reads the rest when it runs. */
  payload: Record<string, string | number>;
  /** Seconds from now (by `app_now()`) until it is due; 0 by default. */
  delayS?: number;
}

/** Work that must follow a fact, written in the fact's own transaction. */
@Injectable()
export class Outbox {
  private readonly bells: ((topic: string) => void)[] = [];

  /** `ring` is called after a commit that left work due at once; losing a call only costs time. */
  onDue(ring: (topic: string) => void): void {
    this.bells.push(ring);
  }

  /** Tells that work of `topic` was committed by a statement that stands alone. */
  announce(topic: string): void {
    for (const ring of this.bells) ring(topic);
  }

  /** Adds `message` unless the same topic and key exist already. */
  async add(manager: EntityManager, message: OutboxMessage): Promise<void> {
    const { topic, delayS = 0 } = message;
    await together(manager, insertMessages, message);
    if (delayS === 0) onCommit(manager, () => this.announce(topic));
  }

  /** Moves existing work that is not finished to `delayS` seconds from now. */
  async reschedule(
    manager: EntityManager,
    topic: string,
    key: string,
    delayS: number,
  ): Promise<void> {
    await manager.query(
      `UPDATE outbox SET next_at = app_now() + make_interval(secs => $3)
       WHERE topic = $1 AND key = $2 AND done_at IS NULL`,
      [topic, key, delayS],
    );
  }

  /** Makes existing work due now again with a fresh budget of tries, e.g. after a person's replay or a hint. */
  async hasten(manager: EntityManager, topic: string, key: string): Promise<void> {
    await manager.query(
      `UPDATE outbox SET next_at = app_now(), failures = 0, done_at = NULL, parked_at = NULL
       WHERE topic = $1 AND key = $2`,
      [topic, key],
    );
    onCommit(manager, () => this.announce(topic));
  }
}

const insertMessages: ForMany<OutboxMessage, void> = async (manager, messages) => {
  await manager.query(
    `INSERT INTO outbox (topic, key, payload, next_at)
     SELECT topic, key, payload, app_now() + make_interval(secs => delay_s)
     FROM unnest($1::text[], $2::text[], $3::jsonb[], $4::float8[])
       AS message (topic, key, payload, delay_s)
     ON CONFLICT (topic, key) DO NOTHING`,
    [
      messages.map(({ topic }) => topic),
      messages.map(({ key }) => key),
      messages.map(({ payload }) => JSON.stringify(payload)),
      messages.map(({ delayS = 0 }) => delayS),
    ],
  );
  return [];
};

export interface OutboxRow {
  id: string;
  topic: string;
  key: string;
  payload: Record<string, string | number>;
  /** How often it was taken up before this time: of polls as well as of failures. */
  attempts: number;
}

/** What a handler that works outside a transaction answers. */
export type OutboxVerdict = { done: true } | { done: false; againInS: number };

/**
 * The work behind a topic. `transaction` handlers finish their row in the commit of their effect.
 * `lease` handlers talk to the outside: their row is leased, not locked, and they must be safe to repeat.
 */
export type OutboxHandler = {
  topic: string;
  /**
   * Runs in the commit that gives a row up after too many failures in a row, to bring it before a person.
   * `error` is short and free of secrets.
   */
  onParked?(row: OutboxRow, manager: EntityManager, error: string): Promise<void>;
  /** Runs in the commit that notes a failure after which the row is tried again. */
  onFailed?(row: OutboxRow, manager: EntityManager, error: string): Promise<void>;
} & (
  | {
      kind: 'transaction';
      /**
       * Several rows may share a transaction, all or none; when that fails, each gets its own. `handle` then
       * claims what it must have for itself (`claimAlone`).
       */
      together?: true;
      handle(row: OutboxRow, manager: EntityManager): Promise<void>;
    }
  | {
      kind: 'lease';
      /**
       * Seconds a worker may take before another takes the row over. The row of a worker that died is taken
       * over after a quarter of a minute.
       */
      leaseS: number;
      handle(row: OutboxRow): Promise<OutboxVerdict>;
    }
);

/** Handlers register here when their module starts; a topic has exactly one. */
@Injectable()
export class OutboxHandlers {
  private readonly byTopic = new Map<string, OutboxHandler>();

  register(handler: OutboxHandler): void {
    if (this.byTopic.has(handler.topic)) {
      throw new Error(`two handlers for outbox topic ${handler.topic}: keep one`);
    }
    this.byTopic.set(handler.topic, handler);
  }

  get(topic: string): OutboxHandler | undefined {
    return this.byTopic.get(topic);
  }

  get topics(): string[] {
    return [...this.byTopic.keys()];
  }
}
