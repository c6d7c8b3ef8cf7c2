import { Inject, Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { maskText } from '../http/index.js';
import { MailMetrics } from './mail.metrics.js';
import { MAIL_TRANSPORT, type Mail, type MailTransport } from './mail.types.js';
import { type MailKind, type MailSubject, SentMails } from './sent-mails.repository.js';

/** Sends a mail of a kind once per payment or invoice. */
@Injectable()
export class MailDesk implements OnApplicationShutdown {
  private readonly logger = new Logger('Mail');
  private warned = false;

  constructor(
    @Inject(MAIL_TRANSPORT) private readonly transport: MailTransport | null,
    private readonly sent: SentMails,
    private readonly metrics: MailMetrics,
  ) {}

  /** Whether there is anything to send mails with. */
  get sends(): boolean {
    return this.transport !== null;
  }

  /**
   * Does nothing when the mail went out before. `write` answers null when there is nobody to send it to.
   * Only a crash between the sending and its record repeats a mail, with the same Message-ID.
   * @throws Error when it is not certain that the mail was taken over.
   */
  async deliver(
    kind: MailKind,
    subject: MailSubject,
    write: () => Promise<Mail | null>,
  ): Promise<void> {
    if (!this.transport) return this.leave(kind);
    if (await this.sent.has(kind, subject)) return this.metrics.count(kind, 'repeated');
    const mail = await write();
    if (!mail) return this.metrics.count(kind, 'no_address');
    try {
      await this.transport.send(mail);
    } catch (error) {
      this.metrics.count(kind, 'failed');
      throw error;
    }
    await this.sent.record(kind, subject, mail);
    this.metrics.count(kind, 'sent');
    this.logger.log(`${kind} of ${named(subject)} went to ${maskText(mail.to)}`);
  }

  /** Its sender gave up. */
  gaveUp(kind: MailKind): void {
    this.metrics.count(kind, 'given_up');
  }

  onApplicationShutdown(): void {
    this.transport?.close();
  }

  /** Counts a mail that nothing can send. */
  leave(kind: MailKind): void {
    this.metrics.count(kind, 'not_configured');
    if (this.warned) return;
    this.warned = true;
    this.logger.warn(`no ${kind} is sent: set SMTP_URL (and MAIL_FROM) to send mail`);
  }
}

function named(subject: MailSubject): string {
  return 'paymentId' in subject ? `payment ${subject.paymentId}` : `invoice ${subject.invoiceId}`;
}
