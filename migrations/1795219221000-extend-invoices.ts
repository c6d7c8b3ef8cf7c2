import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Mails that remind of invoices, and the picture that stands on an account's papers. */
export class ExtendInvoices1795219221000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE sent_mails
        ALTER COLUMN payment_id DROP NOT NULL,
        ADD COLUMN invoice_id integer CONSTRAINT sent_mails_invoice_fkey REFERENCES invoices (id),
        DROP CONSTRAINT sent_mails_kind,
        ADD CONSTRAINT sent_mails_kind CHECK (kind IN ('payment_confirmation',
          'invoice_reminder_before', 'invoice_reminder_due', 'invoice_reminder_after')),
        ADD CONSTRAINT sent_mails_about_one CHECK (CASE WHEN kind = 'payment_confirmation'
          THEN payment_id IS NOT NULL AND invoice_id IS NULL
          ELSE invoice_id IS NOT NULL AND payment_id IS NULL END),
        ADD CONSTRAINT sent_mails_once_per_invoice UNIQUE (kind, invoice_id);

      ALTER TABLE accounts
        ADD COLUMN logo_file_id integer
          CONSTRAINT accounts_logo_fkey REFERENCES files (id);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE accounts DROP COLUMN logo_file_id;
      DELETE FROM sent_mails WHERE payment_id IS NULL;
      ALTER TABLE sent_mails
        DROP COLUMN invoice_id,
        DROP CONSTRAINT sent_mails_kind,
        ADD CONSTRAINT sent_mails_kind CHECK (kind IN ('payment_confirmation')),
        ALTER COLUMN payment_id SET NOT NULL;
    `);
  }
}
