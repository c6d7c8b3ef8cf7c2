import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { ReminderStep } from '../payments/index.js';

export type MailKind = 'payment_confirmation' | `invoice_reminder_${ReminderStep}`;

/** What a mail is about. */
export type MailSubject = { paymentId: number } | { invoiceId: number };

/** Which mails went out: what keeps a payer from getting the same one again. */
@Injectable()
export class SentMails {
  constructor(private readonly dataSource: DataSource) {}

  async has(kind: MailKind, subject: MailSubject): Promise<boolean> {
    const [column, id] = columnOf(subject);
    const rows: unknown[] = await this.dataSource.query(
      `SELECT 1 FROM sent_mails WHERE kind = $1 AND ${column} = $2`,
      [kind, id],
    );
    return rows.length > 0;
  }

  async record(
    kind: MailKind,
    subject: MailSubject,
    { messageId, to }: { messageId: string; to: string },
  ): Promise<void> {
    const [column, id] = columnOf(subject);
    await this.dataSource.query(
      `INSERT INTO sent_mails (kind, ${column}, message_id, recipient) VALUES ($1, $2, $3, $4)
       ON CONFLICT (kind, ${column}) DO NOTHING`,
      [kind, id, messageId, to],
    );
  }
}

function columnOf(subject: MailSubject): ['payment_id' | 'invoice_id', number] {
  return 'paymentId' in subject
    ? ['payment_id', subject.paymentId]
    : ['invoice_id', subject.invoiceId];
}
