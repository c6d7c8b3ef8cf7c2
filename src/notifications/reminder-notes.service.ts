import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Audits } from '../audits/index.js';
import { formatMinor, SYSTEM } from '../common/index.js';
import { CONFIG, type Config } from '../config/index.js';
import type { Payable, ReminderStep } from '../payments/index.js';
import { domainOf, isAddress, type Mail } from './mail.types.js';
import { renderReminder } from './reminder.template.js';
import type { MailKind } from './sent-mails.repository.js';

/** Writes reminders, and tells the audit trail of those that could not go out. */
@Injectable()
export class ReminderNotes {
  constructor(
    private readonly audits: Audits,
    @Inject(CONFIG) private readonly config: Pick<Config, 'mailFrom'>,
  ) {}

  /** Null when nobody gave an address to write to. */
  write(payable: Payable, step: ReminderStep, dueDate: string): Mail | null {
    const to = payable.customerEmail?.trim() ?? '';
    if (!isAddress(to)) return null;
    const { mailFrom: from } = this.config;
    const { currency } = payable;
    const rendered = renderReminder({
      name: payable.customerName,
      step,
      number: payable.reference,
      total: formatMinor(payable.totalMinor, currency),
      due: formatMinor(payable.owedMinor, currency),
      currency,
      dueDate,
    });
    const messageId = `<invoice-reminder-${step}.${payable.uuid}@${domainOf(from)}>`;
    return { messageId, from, to, ...rendered };
  }

  tell(manager: EntityManager, payable: Payable, kind: MailKind, error: string): Promise<void> {
    return this.audits.append(manager, [
      {
        accountId: payable.accountId,
        actor: SYSTEM,
        action: 'notification.failed',
        objectType: 'invoice',
        objectId: payable.id,
        changes: { notification: kind, error },
      },
    ]);
  }
}
