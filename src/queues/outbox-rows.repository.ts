import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { change, Gathering, type OutboxRow } from '../database/index.js';

/** A row in work, with what decides whether its next failure parks it. */
export interface ClaimedRow extends OutboxRow {
  /** Failures in a row before this time; a lease that ended without a word counts as one. */
  failures: number;
}

export interface LeasedRow extends ClaimedRow {
  /** Moved with every lease and by every hastening, so it tells whether the row is still ours. */
  leasedUntil: string;
}

export interface Failure {
  error: string;
  /** Seconds until the next try; null parks the row. */
  againInS: number | null;
}

export interface TopicCensus {
  topic: string;
  /** Seconds since its longest waiting row fell due; 0 when none is due. */
  oldestDueS: number;
  parked: number;
}

const DUE = 'done_at IS NULL AND parked_at IS NULL AND next_at <= app_now()';
/** For rows named by id: says `open` so that no index of open rows is read, of which there may be many. */
const OPEN = 'coalesce(done_at, parked_at) IS NULL';
const OURS = `id = $1 AND attempts = $2 AND next_at = $3::timestamptz
  AND done_at IS NULL AND parked_at IS NULL`;

/** Every topic with open rows, by one probe of the index each, however long the table is. */
const OPEN_TOPICS = `topics AS (
  SELECT min(topic) AS topic FROM outbox WHERE done_at IS NULL AND parked_at IS NULL
  UNION ALL
  SELECT (SELECT min(o.topic) FROM outbox o
          WHERE o.topic > topics.topic AND o.done_at IS NULL AND o.parked_at IS NULL)
  FROM topics WHERE topics.topic IS NOT NULL)`;

/** The statements that move outbox rows. Every one of them holds when another process runs the same. */
@Injectable()
export class OutboxRows {
  private readonly finished = new Gathering<LeasedRow, boolean>({
    run: (rows) => this.finishAll(rows),
    apart: ({ id }) => id,
  });

  constructor(private readonly dataSource: DataSource) {}

  /** Topics that have a due row. */
  async dueTopics(): Promise<string[]> {
    const rows: { topic: string }[] = await this.dataSource.query(
      `WITH RECURSIVE ${OPEN_TOPICS}
       SELECT topic FROM topics WHERE topic IS NOT NULL
         AND EXISTS (SELECT 1 FROM outbox o WHERE o.topic = topics.topic AND ${DUE})`,
    );
    return rows.map(({ topic }) => topic);
  }

  /** The state of `known` topics and of all others that have open or parked rows. */
  async census(known: string[]): Promise<TopicCensus[]> {
    return this.dataSource.query(
      `WITH RECURSIVE ${OPEN_TOPICS},
       parked AS (SELECT topic, count(*) AS rows FROM outbox WHERE parked_at IS NOT NULL GROUP BY topic),
       names AS (SELECT topic FROM topics WHERE topic IS NOT NULL
                 UNION SELECT topic FROM parked UNION SELECT unnest($1::text[]))
       SELECT names.topic, coalesce(parked.rows, 0)::int AS parked,
         coalesce((SELECT extract(epoch FROM app_now() - o.next_at)::float8 FROM outbox o
           WHERE o.topic = names.topic AND ${DUE} ORDER BY o.next_at LIMIT 1), 0) AS "oldestDueS"
       FROM names LEFT JOIN parked USING (topic)`,
      [known],
    );
  }

  /**
   * Ids of due rows, longest due first. Rows locked by anybody are left out: they are in work; so are
   * those `inHand`, which will be.
   */
  async listDue(topic: string, limit: number, inHand: string[] = []): Promise<string[]> {
    const rows: { id: string }[] = await this.dataSource.query(
      `SELECT id FROM outbox WHERE topic = $1 AND ${DUE} AND id <> ALL ($3::bigint[])
       ORDER BY next_at LIMIT $2 FOR UPDATE SKIP LOCKED`,
      [topic, limit, inHand],
    );
    return rows.map(({ id }) => id);
  }

  /** Without those that are not due any more or that somebody works on. */
  async lock(manager: EntityManager, ids: string[]): Promise<ClaimedRow[]> {
    return manager.query(
      `SELECT id, topic, key, payload, attempts, failures FROM outbox
       WHERE id = ANY ($1::bigint[]) AND ${OPEN} AND next_at <= app_now()
       ORDER BY id FOR UPDATE SKIP LOCKED`,
      [ids],
    );
  }

  /** Ends the work on locked rows; takes effect with the commit. */
  async finish(manager: EntityManager, rows: ClaimedRow[]): Promise<void> {
    await manager.query(
      `UPDATE outbox SET done_at = now(), failures = 0, last_error = NULL
       WHERE id = ANY ($1::bigint[])`,
      [rows.map(({ id }) => id)],
    );
  }

  /** Makes due rows ours for `leaseS` seconds. */
  async lease(topic: string, leaseS: number, limit: number): Promise<LeasedRow[]> {
    return change<LeasedRow>(
      this.dataSource,
      `WITH due AS MATERIALIZED (
         SELECT id FROM outbox WHERE topic = $1 AND ${DUE}
         ORDER BY next_at LIMIT $3 FOR UPDATE SKIP LOCKED)
       UPDATE outbox o SET next_at = app_now() + make_interval(secs => $2),
         attempts = o.attempts + 1, failures = o.failures + 1
       FROM due WHERE o.id = due.id
       RETURNING o.id, o.topic, o.key, o.payload, o.attempts - 1 AS attempts,
         o.failures - 1 AS failures, o.next_at::text AS "leasedUntil"`,
      [topic, leaseS, limit],
    );
  }

  /** Makes a leased row ours for `leaseS` seconds from now, and notes that in it; false when it is not ours. */
  async renew(row: LeasedRow, leaseS: number): Promise<boolean> {
    const [renewed] = await change<{ leasedUntil: string }>(
      this.dataSource,
      `UPDATE outbox SET next_at = app_now() + make_interval(secs => $4)
       WHERE ${OURS} RETURNING next_at::text AS "leasedUntil"`,
      [...fence(row), leaseS],
    );
    if (!renewed) return false;
    row.leasedUntil = renewed.leasedUntil;
    return true;
  }

  /** False when the row is not ours any more: the lease ran out, or somebody hastened it. */
  finishLeased(row: LeasedRow): Promise<boolean> {
    return this.finished.ask(row);
  }

  private async finishAll(rows: LeasedRow[]): Promise<boolean[]> {
    const changed = await change<{ id: string }>(
      this.dataSource,
      `UPDATE outbox o SET done_at = now(), failures = 0, last_error = NULL
       FROM unnest($1::bigint[], $2::int[], $3::timestamptz[]) AS ours (id, attempts, next_at)
       WHERE o.id = ours.id AND o.attempts = ours.attempts AND o.next_at = ours.next_at AND ${OPEN}
       RETURNING o.id`,
      [
        rows.map(({ id }) => id),
        rows.map(({ attempts }) => attempts + 1),
        rows.map(({ leasedUntil }) => leasedUntil),
      ],
    );
    const ended = new Set(changed.map(({ id }) => id));
    return rows.map(({ id }) => ended.has(id));
  }

  /** Puts a leased row off without calling that a failure. False when it is not ours any more. */
  async putOff(row: LeasedRow, againInS: number): Promise<boolean> {
    const changed = await change<{ id: string }>(
      this.dataSource,
      `UPDATE outbox SET next_at = app_now() + make_interval(secs => $4), failures = 0, last_error = NULL
       WHERE ${OURS} RETURNING id`,
      [...fence(row), againInS],
    );
    return changed.length > 0;
  }

  /** Notes the failure of a row whose transaction was rolled back. */
  async fail(manager: EntityManager, row: ClaimedRow, failure: Failure): Promise<boolean> {
    const changed = await change<{ id: string }>(
      manager,
      `UPDATE outbox SET attempts = attempts + 1, failures = failures + 1, last_error = $3,
         next_at = app_now() + make_interval(secs => coalesce($4::float8, 0)),
         parked_at = CASE WHEN $4::float8 IS NULL THEN now() END
       WHERE id = $1 AND attempts = $2 AND done_at IS NULL AND parked_at IS NULL RETURNING id`,
      [row.id, row.attempts, failure.error, failure.againInS],
    );
    return changed.length > 0;
  }

  /** Notes the failure of a leased row; the lease has counted it already. */
  async failLeased(manager: EntityManager, row: LeasedRow, failure: Failure): Promise<boolean> {
    const changed = await change<{ id: string }>(
      manager,
      `UPDATE outbox SET last_error = $4,
         next_at = app_now() + make_interval(secs => coalesce($5::float8, 0)),
         parked_at = CASE WHEN $5::float8 IS NULL THEN now() END
       WHERE ${OURS} RETURNING id`,
      [...fence(row), failure.error, failure.againInS],
    );
    return changed.length > 0;
  }

  /** The database's clock, which no test moves, in ms since 1970. */
  async clockMs(): Promise<number> {
    const [row]: [{ ms: number }] = await this.dataSource.query(
      'SELECT extract(epoch FROM clock_timestamp())::float8 * 1000 AS ms',
    );
    return row.ms;
  }

  /** Deletes rows that were done more than `days` ago, at most `limit`. Answers how many. */
  async deleteDone(days: number, limit: number): Promise<number> {
    const deleted = await change<{ id: string }>(
      this.dataSource,
      `WITH old AS MATERIALIZED (
         SELECT id FROM outbox WHERE done_at < app_now() - make_interval(days => $1)
         ORDER BY done_at LIMIT $2 FOR UPDATE SKIP LOCKED)
       DELETE FROM outbox o USING old WHERE o.id = old.id RETURNING o.id`,
      [days, limit],
    );
    return deleted.length;
  }
}

function fence(row: LeasedRow): unknown[] {
  return [row.id, row.attempts + 1, row.leasedUntil];
}
