import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';

export type MailKind = 'payment_confirmation';

/** Which mails went out: what keeps a payer from getting the same one again. */
@Injectable()
export class SentMails {
  constructor(private readonly dataSource: DataSource) {}

  async has(kind: MailKind, paymentId: number): Promise<boolean> {
    const rows: unknown[] = await this.dataSource.query(
      'SELECT 1 FROM sent_mails WHERE kind = $1 AND payment_id = $2',
      [kind, paymentId],
    );
    return rows.length > 0;
  }

  async record(
    kind: MailKind,
    paymentId: number,
    { messageId, to }: { messageId: string; to: string },
  ): Promise<void> {
    await this.dataSource.query(
      `INSERT INTO sent_mails (kind, payment_id, message_id, recipient) VALUES ($1, $2, $3, $4)
       ON CONFLICT ON CONSTRAINT sent_mails_once DO NOTHING`,
      [kind, paymentId, messageId, to],
    );
  }
}
