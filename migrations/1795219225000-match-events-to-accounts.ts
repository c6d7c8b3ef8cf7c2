import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A confirmation may name an order of ours and fit no attempt: its account is known all the same. */
export class MatchEventsToAccounts1795219225000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE webhook_events DROP CONSTRAINT webhook_events_matched_whole;
      ALTER TABLE webhook_events ADD CONSTRAINT webhook_events_matched_whole CHECK (
        (transaction_id IS NULL) = (payment_id IS NULL)
        AND (transaction_id IS NULL OR account_id IS NOT NULL));
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      UPDATE webhook_events SET account_id = NULL WHERE transaction_id IS NULL;
      ALTER TABLE webhook_events DROP CONSTRAINT webhook_events_matched_whole;
      ALTER TABLE webhook_events ADD CONSTRAINT webhook_events_matched_whole CHECK (
        (transaction_id IS NULL) = (payment_id IS NULL)
        AND (transaction_id IS NULL) = (account_id IS NULL));
    `);
  }
}
