import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Lists of entries and balances at a date walk the journals of an account by time. */
export class IndexJournals1795219227000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      'CREATE INDEX ledger_journals_newest ON ledger_journals (account_id, created_at DESC, id DESC);',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX ledger_journals_newest;');
  }
}
