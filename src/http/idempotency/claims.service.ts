import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { DomainError } from '../../common/index.js';
import { CONFIG, type Config } from '../../config/index.js';
import { change } from '../../database/index.js';
import type { HeldClaim } from '../server/request.types.js';
import { ReplayedAnswer } from './replayed.answer.js';

/** What is claimed: the key, within the caller and route it belongs to. */
export interface ClaimSubject {
  scope: string;
  key: string;
  fingerprint: Buffer;
}

type Row =
  | { outcome: 'held'; id: string; fence: number }
  | { outcome: 'found'; same: boolean | null; status: number | null; body: Buffer | null };

/**
 * Takes the key if it is new, its last answer expired, or its holder let go or outlived its lock. A
 * take-over keeps the claim's id, so that facts already written under it are found; only after its
 * expiry does a key get a new one. The lock follows the real clock, retention the business clock.
 */
const TAKE = `
  WITH taken AS (
    INSERT INTO idempotency_claims AS c (scope, key, fingerprint, locked_until, expires_at)
    VALUES ($1, $2, $3, now() + make_interval(secs => $4), app_now() + make_interval(hours => $5))
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
  SELECT 'held' AS outcome, id, fence, NULL::boolean AS same, NULL::smallint AS status, NULL::bytea AS body
    FROM taken
  UNION ALL
  SELECT 'found', NULL, NULL, fingerprint = $3, status, body
    FROM idempotency_claims
   WHERE scope = $1 AND key = $2 AND NOT EXISTS (SELECT FROM taken)`;

/** Idempotency keys: each claim and each end of one is a single short statement of its own. */
@Injectable()
export class Claims {
  constructor(
    private readonly dataSource: DataSource,
    @Inject(CONFIG) private readonly config: Pick<Config, 'idempotency'>,
  ) {}

  /**
   * Claims the key, or throws: the stored answer to replay, `idempotency_in_progress` (409) while another
   * request holds it, `idempotency_key_reused` (422) for another body.
   */
  async take({ scope, key, fingerprint }: ClaimSubject): Promise<HeldClaim> {
    const { lockS, retentionHours } = this.config.idempotency;
    // A row that another request inserted while this statement ran is in neither half of its answer.
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      const [row]: Row[] = await this.dataSource.query(TAKE, [
        scope,
        key,
        fingerprint,
        lockS,
        retentionHours,
      ]);
      if (row?.outcome === 'held') return { id: row.id, fence: row.fence };
      if (row) throw refusal(row);
    }
    throw inProgress();
  }

  /** Stores the final answer; false when another request took the claim over meanwhile. */
  async keep(claim: HeldClaim, status: number, body: Buffer): Promise<boolean> {
    return this.end(
      claim,
      `status = $3, body = $4, expires_at = app_now() + make_interval(hours => $5)`,
      [status, body, this.config.idempotency.retentionHours],
    );
  }

  /** Lets go without an answer: the same key and body continue at once, under the same claim id. */
  async reopen(claim: HeldClaim): Promise<boolean> {
    return this.end(claim, 'locked_until = now()', []);
  }

  /** Lets go of a key whose request was malformed: it may come back with another body. */
  async free(claim: HeldClaim): Promise<boolean> {
    return this.end(claim, 'locked_until = now(), fingerprint = NULL', []);
  }

  private async end(claim: HeldClaim, assignments: string, params: unknown[]): Promise<boolean> {
    const rows = await change(
      this.dataSource,
      `UPDATE idempotency_claims SET ${assignments}
       WHERE id = $1 AND fence = $2 AND status IS NULL RETURNING id`,
      [claim.id, claim.fence, ...params],
    );
    return rows.length === 1;
  }
}

function refusal(row: Extract<Row, { outcome: 'found' }>): Error {
  if (row.same === false) {
    return new DomainError(
      'mismatch',
      'idempotency_key_reused',
      'This Idempotency-Key was used with another request; send a new key',
    );
  }
  if (row.status !== null && row.body !== null) return new ReplayedAnswer(row.status, row.body);
  return inProgress();
}

function inProgress(): DomainError {
  return new DomainError(
    'conflict',
    'idempotency_in_progress',
    'The first request with this Idempotency-Key is still running; ask again in a moment',
    { retryAfterS: 1 },
  );
}
