import type Nodemailer from 'nodemailer';
import type { SMTPSentMessageInfo, Transporter } from 'nodemailer';
import { onDemand } from '../common/index.js';
import type { Mail, MailTransport } from './mail.types.js';

const loadNodemailer = onDemand((require) => require('nodemailer') as typeof Nodemailer);
const CONNECT_MS = 10_000;
const IDLE_MS = 20_000;
/** All of one mail, well inside the lease of the job that sends it. */
export const SMTP_TOTAL_MS = 60_000;

/** A mail server. Options of the connection may stand in the URL, e.g. `?requireTLS=true`. */
export class SmtpTransport implements MailTransport {
  private readonly transporter: Transporter<SMTPSentMessageInfo>;

  constructor(url: string) {
    this.transporter = loadNodemailer().createTransport({
      url,
      connectionTimeout: CONNECT_MS,
      dnsTimeout: CONNECT_MS,
      greetingTimeout: CONNECT_MS,
      socketTimeout: IDLE_MS,
      disableFileAccess: true,
      disableUrlAccess: true,
    });
  }

  async send({ to, ...mail }: Mail): Promise<void> {
    await this.transporter.sendMail({
      ...mail,
      // As an object it is taken as it is, not read as a list of addresses.
      to: { name: '', address: to },
      headers: { 'Auto-Submitted': 'auto-generated' },
      signal: AbortSignal.timeout(SMTP_TOTAL_MS),
    });
  }

  close(): void {
    this.transporter.close();
  }
}
