import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Numbered pages tell how many payments there are. Lists leave hidden ones out, so an index that does so as well counts
 * them alone; before, every row was read to see whether it is hidden.
 */
export class CountListsByIndex1795219251000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await this.rebuild(runner, 'WHERE deleted_at IS NULL');
  }

  async down(runner: QueryRunner): Promise<void> {
    await this.rebuild(runner, '');
  }

  private async rebuild(runner: QueryRunner, which: string): Promise<void> {
    await runner.query(`
      DROP INDEX payments_newest, payments_by_status;
      CREATE INDEX payments_newest ON payments (account_id, created_at DESC, id DESC) ${which};
      CREATE INDEX payments_by_status ON payments (account_id, status, created_at DESC, id DESC) ${which};
    `);
  }
}
