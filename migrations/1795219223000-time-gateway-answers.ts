import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What it takes to tell how well each gateway has done lately. */
export class TimeGatewayAnswers1795219223000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE payment_transactions
        -- When the gateway acknowledged the order; null while it has not, and where it refused.
        ADD COLUMN answered_at timestamptz;
      CREATE INDEX payment_transactions_by_provider
        ON payment_transactions (provider, created_at DESC) WHERE sent_at IS NOT NULL;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP INDEX payment_transactions_by_provider;
      ALTER TABLE payment_transactions DROP COLUMN answered_at;
    `);
  }
}
