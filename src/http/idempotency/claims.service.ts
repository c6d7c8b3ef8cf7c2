import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { DomainError } from '../../common/index.js';
import { CONFIG, type Config } from '../../config/index.js';
import { change, Gathering, Statements } from '../../database/index.js';
import type { HeldClaim } from '../server/request.types.js';
import { ReplayedAnswer } from './replayed.answer.js';

/** What is claimed: the key, within the caller and route it belongs to. */
export interface ClaimSubject {
  scope: string;
  key: string;
  fingerprint: Buffer;
}

/** What is there for a key; `id` and `fence` only for who holds it now. */
interface Row {
  id: string | null;
  fence: number;
  same: boolean | null;
  status: number | null;
  body: Buffer | null;
  /** Its answer expired, or its holder let go or outlived its lock: it may be taken over. */
  lapsed: boolean | null;
}

type Keyed<Answered> = Answered & Pick<ClaimSubject, 'scope' | 'key'>;

interface Answer {
  claim: HeldClaim;
  status: number;
  body: Buffer;
}

/**
 * Takes the keys that nobody used before. The lock follows the real clock, retention the business clock; it
 * begins with the request, so the lock's time is added for the answer to be kept long enough.
 *
 * Its commit waits for the disk, once for all who share the statement. The work under a claim may be done on
 * another connection after the server came back from a crash: a claim that had been forgotten by then would
 * let a repeat do the work a second time.
 *
 * Keys go in in one order, so that two processes with the same keys wait for each other one way only. No
 * table is read, so one plan is good for ever.
 */
const TAKE_NEW = `
  INSERT INTO idempotency_claims (scope, key, fingerprint, locked_until, expires_at)
  SELECT scope, key, fingerprint, now() + make_interval(secs => $4),
    due.now + make_interval(hours => $5, secs => $4)
  FROM unnest($1::text[], $2::text[], $3::bytea[]) AS asked (scope, key, fingerprint)
    CROSS JOIN (SELECT app_now() AS now) AS due
  ORDER BY scope, key
  ON CONFLICT ON CONSTRAINT idempotency_claims_scope_key_key DO NOTHING
  RETURNING scope, key, id, fence`;

/** What is there for keys that were used before. */
const LOOK_UP = `
  SELECT c.scope, c.key, c.fingerprint = asked.fingerprint AS same, c.status, c.body,
    c.expires_at <= app_now() OR (c.status IS NULL AND c.locked_until <= now()) AS lapsed
  FROM unnest($1::text[], $2::text[], $3::bytea[]) AS asked (scope, key, fingerprint)
    JOIN idempotency_claims c USING (scope, key)`;

/**
 * Takes the key over if it is new, its last answer expired, or its holder let go or outlived its lock. A
 * take-over keeps the claim's id, so that facts already written under it are found; only after its
 * expiry does a key get a new one.
 */
const TAKE_OVER = `
  WITH taken AS (
    INSERT INTO idempotency_claims AS c (scope, key, fingerprint, locked_until, expires_at)
    VALUES ($1, $2, $3, now() + make_interval(secs => $4),
      app_now() + make_interval(hours => $5, secs => $4))
    ON CONFLICT ON CONSTRAINT idempotency_claims_scope_key_key DO UPDATE SET
      id = CASE WHEN c.expires_at <= app_now() THEN excluded.id ELSE c.id END,
      fingerprint = excluded.fingerprint,
      fence = c.fence + 1,
      locked_until = excluded.locked_until,
      expires_at = excluded.expires_at,
      status = NULL,
      body = NULL
    WHERE c.expires_at <= app_now()
       OR (c.status IS NULL AND c.locked_until <= now()
           AND (c.fingerprint IS NULL OR c.fingerprint = excluded.fingerprint))
    RETURNING id, fence
  )
  SELECT id, fence, NULL::boolean AS same, NULL::smallint AS status, NULL::bytea AS body,
    NULL::boolean AS lapsed
    FROM taken
  UNION ALL
  SELECT NULL, NULL, fingerprint = $3, status, body, NULL
    FROM idempotency_claims
   WHERE scope = $1 AND key = $2 AND NOT EXISTS (SELECT FROM taken)`;

/** Leaves `expires_at` alone: with no indexed column changed, and room on its page, no index is written. */
const KEEP = `
  UPDATE idempotency_claims c SET status = kept.status, body = kept.body
  FROM unnest($1::uuid[], $2::integer[], $3::smallint[], $4::bytea[]) AS kept (id, fence, status, body)
  WHERE c.id = kept.id AND c.fence = kept.fence AND c.status IS NULL
  RETURNING c.id, c.fence`;

/**
 * Idempotency keys: each claim and each end of one is committed by itself, before the work begins and
 * before the answer leaves. Requests that do so at the same time share the statement.
 */
@Injectable()
export class Claims {
  private readonly newcomers: Gathering<ClaimSubject, HeldClaim | null>;
  private readonly known: Gathering<ClaimSubject, Row | null>;
  private readonly answers: Gathering<Answer, boolean>;

  constructor(
    private readonly dataSource: DataSource,
    private readonly statements: Statements,
    @Inject(CONFIG) private readonly config: Pick<Config, 'idempotency'>,
  ) {
    this.newcomers = new Gathering<ClaimSubject, HeldClaim | null>({
      run: (subjects) => this.takeNew(subjects),
      apart: nameOf,
    });
    this.known = new Gathering<ClaimSubject, Row | null>({
      run: (subjects) => this.lookUp(subjects),
      apart: nameOf,
    });
    this.answers = new Gathering({
      run: (answers) => this.keepAll(answers),
      apart: ({ claim }) => claim.id,
    });
  }

  /**
   * Claims the key, or throws: the stored answer to replay, `idempotency_in_progress` (409) while another
   * request holds it, `idempotency_key_reused` (422) for another body.
   */
  async take(subject: ClaimSubject): Promise<HeldClaim> {
    const taken = await this.newcomers.ask(subject);
    if (taken) return { id: taken.id, fence: taken.fence };
    const row = await this.known.ask(subject);
    // A key that is not there any more was swept away in between.
    return row?.lapsed === false ? refuse(row) : this.takeOver(subject);
  }

  /** Stores the final answer; false when another request took the claim over meanwhile. */
  keep(claim: HeldClaim, status: number, body: Buffer): Promise<boolean> {
    return this.answers.ask({ claim, status, body });
  }

  /** Lets go without an answer: the same key and body continue at once, under the same claim id. */
  async reopen(claim: HeldClaim): Promise<boolean> {
    return this.letGo(claim, 'locked_until = now()');
  }

  /** Lets go of a key whose request was malformed: it may come back with another body. */
  async free(claim: HeldClaim): Promise<boolean> {
    return this.letGo(claim, 'locked_until = now(), fingerprint = NULL');
  }

  /** Whether another request holds the claim, or has ended it; false for one that expired meanwhile. */
  async isTakenOver({ id, fence }: HeldClaim): Promise<boolean> {
    const rows: unknown[] = await this.dataSource.query(
      'SELECT FROM idempotency_claims WHERE id = $1 AND fence > $2',
      [id, fence],
    );
    return rows.length === 1;
  }

  private async takeNew(subjects: ClaimSubject[]): Promise<(HeldClaim | null)[]> {
    const { lockS, retentionHours } = this.config.idempotency;
    const columns = [...columnsOf(subjects), lockS, retentionHours];
    const taken = await this.statements.query<Keyed<HeldClaim>>(TAKE_NEW, columns);
    return inTheirOrder(subjects, taken);
  }

  private async lookUp(subjects: ClaimSubject[]): Promise<(Row | null)[]> {
    const rows = await this.statements.planned<Keyed<Row>>(LOOK_UP, columnsOf(subjects));
    return inTheirOrder(subjects, rows);
  }

  private async takeOver({ scope, key, fingerprint }: ClaimSubject): Promise<HeldClaim> {
    const { lockS, retentionHours } = this.config.idempotency;
    // A row that another request inserted while this statement ran is in neither half of its answer.
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      const [row]: Row[] = await this.dataSource.query(TAKE_OVER, [
        scope,
        key,
        fingerprint,
        lockS,
        retentionHours,
      ]);
      if (row?.id) return { id: row.id, fence: row.fence };
      if (row) return refuse(row);
    }
    throw inProgress();
  }

  private async keepAll(answers: Answer[]): Promise<boolean[]> {
    const rows = await this.statements.planned<{ id: string; fence: number }>(KEEP, [
      answers.map(({ claim }) => claim.id),
      answers.map(({ claim }) => claim.fence),
      answers.map(({ status }) => status),
      answers.map(({ body }) => body),
    ]);
    const kept = new Set(rows.map(({ id }) => id));
    return answers.map(({ claim }) => kept.has(claim.id));
  }

  private async letGo(claim: HeldClaim, assignments: string): Promise<boolean> {
    const rows = await change(
      this.dataSource,
      `UPDATE idempotency_claims SET ${assignments}
       WHERE id = $1 AND fence = $2 AND status IS NULL RETURNING id`,
      [claim.id, claim.fence],
    );
    return rows.length === 1;
  }
}

/** Neither part holds NUL: PostgreSQL's text cannot. */
function nameOf({ scope, key }: Pick<ClaimSubject, 'scope' | 'key'>): string {
  return `${scope}\0${key}`;
}

function inTheirOrder<Answered extends object>(
  subjects: ClaimSubject[],
  rows: Keyed<Answered>[],
): (Answered | null)[] {
  const byName = new Map(rows.map((row) => [nameOf(row), row]));
  return subjects.map((subject) => byName.get(nameOf(subject)) ?? null);
}

function columnsOf(subjects: ClaimSubject[]): unknown[] {
  return [
    subjects.map(({ scope }) => scope),
    subjects.map(({ key }) => key),
    subjects.map(({ fingerprint }) => fingerprint),
  ];
}

/** @throws always: the stored answer, or why there is none. */
function refuse(row: Row): never {
  if (row.same === false) {
    throw new DomainError(
      'mismatch',
      'idempotency_key_reused',
      'This Idempotency-Key was used with another request; send a new key',
    );
  }
  if (row.status !== null && row.body !== null) throw new ReplayedAnswer(row.status, row.body);
  throw inProgress();
}

/** What whoever does not hold the claim is told. */
export function inProgress(): DomainError {
  return new DomainError(
    'conflict',
    'idempotency_in_progress',
    'The first request with this Idempotency-Key is still running; ask again in a moment',
    { retryAfterS: 1 },
  );
}
