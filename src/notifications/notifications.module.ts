import { Module } from '@nestjs/common';
import { AuditsModule } from '../audits/index.js';
import { CONFIG } from '../config/index.js';
import { PaymentsModule } from '../payments/index.js';
import { ConfirmationWriter } from './confirmation.writer.js';
import { MailDesk } from './mail.desk.js';
import { MailMetrics } from './mail.metrics.js';
import { openMailTransport } from './mail.transports.js';
import { MAIL_TRANSPORT } from './mail.types.js';
import { PayableReminders } from './payable-reminders.service.js';
import { PaymentConfirmations } from './payment-confirmations.service.js';
import { ReminderNotes } from './reminder-notes.service.js';
import { SentMails } from './sent-mails.repository.js';

/** What people are told when something happened to their money. */
@Module({
  imports: [AuditsModule, PaymentsModule],
  providers: [
    { provide: MAIL_TRANSPORT, inject: [CONFIG], useFactory: openMailTransport },
    MailMetrics,
    SentMails,
    MailDesk,
    ConfirmationWriter,
    PaymentConfirmations,
    ReminderNotes,
    PayableReminders,
  ],
})
export class NotificationsModule {}
