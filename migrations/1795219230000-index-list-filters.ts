import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Filters that had to read every row of their table. Payments and bookings leave the column empty when
 * they are written in the ordinary course, so that the index costs nothing then.
 */
export class IndexListFilters1795219230000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE INDEX payments_by_transaction_ref ON payments (transaction_ref)
        WHERE transaction_ref IS NOT NULL;
      CREATE INDEX manual_payments_by_shown_reference ON manual_payments (reference);
      CREATE INDEX bookings_by_customer_email ON bookings (lower(customer_email))
        WHERE customer_email IS NOT NULL;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      `DROP INDEX payments_by_transaction_ref, manual_payments_by_shown_reference,
         bookings_by_customer_email;`,
    );
  }
}
