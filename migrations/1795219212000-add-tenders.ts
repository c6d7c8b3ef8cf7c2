import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Money that no gateway brings: cash, collections, approved transfers, signed confirmations. And what an
 * attempt needs to be sent a second time.
 */
export class AddTenders1795219212000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE payment_transactions
        -- As they were sent, so that a repeat is the same request to the letter.
        ADD COLUMN return_url text,
        ADD COLUMN payer_name text,
        ADD COLUMN payer_email text,
        ADD COLUMN description text,
        -- Where the money lies when it is not the provider's clearing account: a cash drawer's.
        ADD COLUMN ledger_account text,
        ADD CONSTRAINT payment_transactions_ledger_account CHECK (ledger_account ~ '^drawer:[0-9]+$');
      ALTER TABLE refunds
        ADD COLUMN ledger_account text,
        ADD CONSTRAINT refunds_ledger_account CHECK (ledger_account ~ '^drawer:[0-9]+$');
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE refunds DROP COLUMN ledger_account;
      ALTER TABLE payment_transactions DROP COLUMN return_url, DROP COLUMN payer_name,
        DROP COLUMN payer_email, DROP COLUMN description, DROP COLUMN ledger_account;
    `);
  }
}
