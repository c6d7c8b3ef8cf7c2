import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * `idempotency_claims`: one row per key, within its scope (caller or payable, method, route). No foreign
 * key points here: claims are swept, the facts that carry their ids stay.
 * `rate_limits`: counters in the layout that rate-limiter-flexible expects; unlogged, because a crash may
 * forget them.
 */
export class CreateIdempotencyAndLimits1795219207000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE idempotency_claims (
        id uuid CONSTRAINT idempotency_claims_pkey PRIMARY KEY DEFAULT gen_random_uuid(),
        scope text NOT NULL,
        key text NOT NULL,
        fingerprint bytea,
        fence integer NOT NULL DEFAULT 1,
        locked_until timestamptz NOT NULL,
        status smallint,
        body bytea,
        created_at timestamptz NOT NULL DEFAULT now(),
        expires_at timestamptz NOT NULL,
        CONSTRAINT idempotency_claims_scope_key_key UNIQUE (scope, key),
        CONSTRAINT idempotency_claims_key_length CHECK (length(key) BETWEEN 1 AND 255),
        CONSTRAINT idempotency_claims_fingerprint_sha256
          CHECK (fingerprint IS NULL OR octet_length(fingerprint) = 32),
        CONSTRAINT idempotency_claims_answer_whole CHECK ((status IS NULL) = (body IS NULL)),
        CONSTRAINT idempotency_claims_answer_final
          CHECK (status BETWEEN 200 AND 499 AND status NOT IN (401, 403, 429)),
        CONSTRAINT idempotency_claims_answer_has_fingerprint
          CHECK (status IS NULL OR fingerprint IS NOT NULL)
      )`);
    await queryRunner.query(
      `CREATE INDEX idempotency_claims_expires_at_idx ON idempotency_claims (expires_at)`,
    );
    await queryRunner.query(`
      CREATE UNLOGGED TABLE rate_limits (
        key varchar(255) CONSTRAINT rate_limits_pkey PRIMARY KEY,
        points integer NOT NULL DEFAULT 0,
        expire bigint
      )`);
    await queryRunner.query(`CREATE INDEX rate_limits_expire_idx ON rate_limits (expire)`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP TABLE rate_limits`);
    await queryRunner.query(`DROP TABLE idempotency_claims`);
  }
}
