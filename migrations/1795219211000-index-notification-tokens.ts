import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Some gateways name an attempt in a notification only by a token they gave for it. */
export class IndexNotificationTokens1795219211000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE INDEX payment_transactions_by_notification_token
        ON payment_transactions (provider, (gateway_data ->> 'notif_token'))
        WHERE gateway_data ->> 'notif_token' IS NOT NULL;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX payment_transactions_by_notification_token;');
  }
}
