import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Large refunds need a second person; nobody approves their own. */
export class AddRefundPolicy1795219224000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE refunds
        ADD COLUMN approval text NOT NULL DEFAULT 'not_needed',
        ADD COLUMN decided_by integer CONSTRAINT refunds_decider_fkey REFERENCES users (id),
        ADD COLUMN decided_at timestamptz,
        ADD CONSTRAINT refunds_approval
          CHECK (approval IN ('not_needed', 'waiting', 'approved', 'rejected')),
        ADD CONSTRAINT refunds_decided
          CHECK ((approval IN ('approved', 'rejected')) = (decided_by IS NOT NULL)
            AND (decided_by IS NULL) = (decided_at IS NULL)),
        ADD CONSTRAINT refunds_second_person
          CHECK (approval <> 'approved' OR decided_by IS DISTINCT FROM requested_by),
        ADD CONSTRAINT refunds_nothing_moves_unapproved
          CHECK (approval <> 'waiting' OR (status = 'pending' AND sent_at IS NULL)),
        ADD CONSTRAINT refunds_rejected_is_over CHECK (approval <> 'rejected' OR status = 'failed');
      CREATE INDEX refunds_waiting ON refunds (account_id, id) WHERE approval = 'waiting';
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE refunds DROP COLUMN approval, DROP COLUMN decided_by, DROP COLUMN decided_at;
    `);
  }
}
