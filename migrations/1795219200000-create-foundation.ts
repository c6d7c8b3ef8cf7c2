import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The clock that due times are compared with, the guard of append-only tables, and the outbox. */
export class CreateFoundation1795219200000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE app_clock (
        only_row boolean CONSTRAINT app_clock_pkey PRIMARY KEY DEFAULT true,
        offset_s double precision NOT NULL DEFAULT 0,
        CONSTRAINT app_clock_one_row CHECK (only_row)
      );
      INSERT INTO app_clock DEFAULT VALUES;
      COMMENT ON TABLE app_clock IS 'read-only';

      -- Time for everything that falls due. The offset is zero but for tests and the sandbox.
      CREATE FUNCTION app_now() RETURNS timestamptz LANGUAGE sql STABLE AS
        $$ SELECT now() + make_interval(secs => (SELECT offset_s FROM app_clock)) $$;

      CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP
          USING ERRCODE = 'insufficient_privilege';
      END $$;

      CREATE TABLE outbox (
        id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT outbox_pkey PRIMARY KEY,
        topic text NOT NULL,
        key text NOT NULL,
        payload jsonb NOT NULL,
        -- How often it was taken up; and how often in a row that failed, which is what parks it.
        attempts integer NOT NULL DEFAULT 0,
        failures integer NOT NULL DEFAULT 0,
        next_at timestamptz NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        done_at timestamptz,
        parked_at timestamptz,
        last_error text,
        CONSTRAINT outbox_topic_key UNIQUE (topic, key),
        CONSTRAINT outbox_done_or_parked CHECK (done_at IS NULL OR parked_at IS NULL)
      );
      CREATE INDEX outbox_due ON outbox (topic, next_at)
        WHERE done_at IS NULL AND parked_at IS NULL;
      CREATE INDEX outbox_done ON outbox (done_at) WHERE done_at IS NOT NULL;
      CREATE INDEX outbox_parked ON outbox (topic) WHERE parked_at IS NOT NULL;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE outbox;
      DROP FUNCTION refuse_change();
      DROP FUNCTION app_now();
      DROP TABLE app_clock;
    `);
  }
}
