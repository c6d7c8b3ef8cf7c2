import type { MigrationInterface, QueryRunner } from 'typeorm';

/** People name accounts, so a name means one account, in whatever case it is typed. */
export class NameAccountsOnce1795219208000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE UNIQUE INDEX accounts_name_key ON accounts (lower(name))`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX accounts_name_key`);
  }
}
