import type { MigrationInterface, QueryRunner } from 'typeorm';
import { appendOnly } from './support/append-only.js';

/** The audit trail, the hash chain that seals it, and the list of what is still to be sealed. */
export class CreateAudits1795219202000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- No foreign keys: the trail outlives what it tells about.
      CREATE TABLE audit_entries (
        id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT audit_entries_pkey PRIMARY KEY,
        account_id integer NOT NULL,
        -- Not now(): a transaction that waited for a lock acts after the one it waited for.
        at timestamptz NOT NULL DEFAULT clock_timestamp(),
        actor_id integer,
        actor_label text NOT NULL,
        actor_role text NOT NULL,
        action text NOT NULL,
        object_type text NOT NULL,
        object_id bigint NOT NULL,
        payment_id integer,
        changes jsonb NOT NULL DEFAULT '{}',
        request_id text,
        CONSTRAINT audit_entries_role CHECK (actor_role IN ('customer', 'owner', 'cashier', 'staff',
          'admin', 'system', 'gateway', 'guest')),
        CONSTRAINT audit_entries_action CHECK (action ~ '^[a-z0-9_]+(\\.[a-z0-9_]+)+$'),
        CONSTRAINT audit_entries_object_type CHECK (object_type ~ '^[a-z0-9_]+$'),
        CONSTRAINT audit_entries_changes CHECK (jsonb_typeof(changes) = 'object')
      );
      CREATE INDEX audit_entries_newest ON audit_entries (account_id, at DESC, id DESC);
      CREATE INDEX audit_entries_by_payment ON audit_entries (payment_id, at DESC, id DESC)
        WHERE payment_id IS NOT NULL;
      CREATE INDEX audit_entries_by_object ON audit_entries (object_type, object_id);
      CREATE INDEX audit_entries_by_request ON audit_entries (request_id)
        WHERE request_id IS NOT NULL;

      -- One chain over all accounts. Each seal is followed by at most one other: it cannot fork.
      CREATE TABLE audit_seals (
        seq bigint CONSTRAINT audit_seals_pkey PRIMARY KEY,
        entry_id bigint NOT NULL CONSTRAINT audit_seals_entry_key UNIQUE
          CONSTRAINT audit_seals_entry_fkey REFERENCES audit_entries (id),
        prev_hash bytea NOT NULL CONSTRAINT audit_seals_prev_hash_key UNIQUE,
        hash bytea NOT NULL,
        sealed_at timestamptz NOT NULL,
        CONSTRAINT audit_seals_seq_positive CHECK (seq > 0),
        CONSTRAINT audit_seals_sha256 CHECK (octet_length(prev_hash) = 32 AND octet_length(hash) = 32)
      );

      -- Filled with every entry in its own transaction, emptied by the sealer. Entries become visible
      -- in the order of their commits, not of their ids: "everything above the last id" would lose some.
      -- No foreign key, so that a vanished entry leaves its mark here.
      CREATE TABLE audit_unsealed (
        entry_id bigint CONSTRAINT audit_unsealed_pkey PRIMARY KEY
      );
      CREATE FUNCTION audit_remember_unsealed() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        INSERT INTO audit_unsealed (entry_id) SELECT id FROM inserted;
        RETURN NULL;
      END $$;
      CREATE TRIGGER audit_entries_unsealed AFTER INSERT ON audit_entries
        REFERENCING NEW TABLE AS inserted
        FOR EACH STATEMENT EXECUTE FUNCTION audit_remember_unsealed();
      ALTER TABLE audit_entries ENABLE ALWAYS TRIGGER audit_entries_unsealed;
    `);
    await appendOnly(runner, 'audit_entries');
    await appendOnly(runner, 'audit_seals');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE audit_unsealed, audit_seals, audit_entries;
      DROP FUNCTION audit_remember_unsealed();
    `);
  }
}
