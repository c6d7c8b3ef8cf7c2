import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { OutboxHandlers, type OutboxRow, type OutboxVerdict } from '../database/index.js';
import {
  PAYABLE_REMINDER,
  Payables,
  type ReminderPayload,
  type ReminderStep,
} from '../payments/index.js';
import { MailDesk } from './mail.desk.js';
import { ReminderNotes } from './reminder-notes.service.js';
import type { MailKind } from './sent-mails.repository.js';

/** Twice what sending may take at most. */
const LEASE_S = 120;

/** Reminds of invoices: before they are due, on the day, and after it; each step once. */
@Injectable()
export class PayableReminders implements OnModuleInit {
  constructor(
    private readonly dataSource: DataSource,
    private readonly handlers: OutboxHandlers,
    private readonly payables: Payables,
    private readonly desk: MailDesk,
    private readonly notes: ReminderNotes,
  ) {}

  onModuleInit(): void {
    this.handlers.register({
      kind: 'lease',
      topic: PAYABLE_REMINDER,
      leaseS: LEASE_S,
      handle: (row) => this.remind(readPayload(row)),
      onParked: (row, manager, error) => this.giveUp(readPayload(row), manager, error),
    });
  }

  /** What is paid, void, or late for its own step needs no mail. */
  private async remind({ step, payableId, dueDate }: ReminderPayload): Promise<OutboxVerdict> {
    if (await this.isLate(step, dueDate)) return { done: true };
    const kind = kindOf(step);
    await this.desk.deliver(kind, { invoiceId: payableId }, async () => {
      const payable = await this.payables.get('invoice').find({ id: payableId });
      return payable && payable.owedMinor > 0n ? this.notes.write(payable, step, dueDate) : null;
    });
    return { done: true };
  }

  /** After a long standstill only the newest step is worth a mail. */
  private async isLate(step: ReminderStep, dueDate: string): Promise<boolean> {
    const [row]: { days: number }[] = await this.dataSource.query(
      `SELECT (app_now() AT TIME ZONE 'UTC')::date - $1::date AS days`,
      [dueDate],
    );
    if (!row) throw new Error('the database knows no day');
    return (step === 'before' && row.days >= 0) || (step === 'due' && row.days > 0);
  }

  private async giveUp(
    { step, payableId }: ReminderPayload,
    manager: EntityManager,
    error: string,
  ): Promise<void> {
    this.desk.gaveUp(kindOf(step));
    const payable = await this.payables.get('invoice').find({ id: payableId });
    if (payable) await this.notes.tell(manager, payable, kindOf(step), error);
  }
}

function kindOf(step: ReminderStep): MailKind {
  return `invoice_reminder_${step}`;
}

function readPayload(row: OutboxRow): ReminderPayload {
  return row.payload as ReminderPayload;
}
