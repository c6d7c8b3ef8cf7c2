import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * A claim is written small and grows by its answer a moment later. With room for that on its page, the row
 * stays where it is and none of its indexes is written again.
 */
export class LeaveRoomForAnswers1795219240000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE idempotency_claims SET (fillfactor = 20)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE idempotency_claims RESET (fillfactor)');
  }
}
