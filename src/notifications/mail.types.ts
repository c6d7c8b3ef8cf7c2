/** One e-mail to one person, ready to go out. */
export interface Mail {
  /** With its angle brackets; the same each time this mail is sent, so that a repeat shows as one. */
  messageId: string;
  /** As set in MAIL_FROM: an address, or a name and an address in angle brackets. */
  from: string;
  /** A single bare address that `isAddress` accepts. */
  to: string;
  /** One line. */
  subject: string;
  text: string;
  html: string;
}

export interface MailTransport {
  /** Resolves when somebody else has taken the mail over. @throws Error when that is not certain. */
  send(mail: Mail): Promise<void>;
  /** Lets go of connections. */
  close(): void;
}

/** Injection token of the `MailTransport`, null where a deployment sends no mail. */
export const MAIL_TRANSPORT = Symbol('MAIL_TRANSPORT');

const LONGEST = 254;
const ADDRESS = /^[^\s<>()[\]\\,;:"@\p{Cc}]+@[^\s<>()[\]\\,;:"@\p{Cc}]+$/u;

/** Whether `text` is one bare address: no list, no name, nothing that could open another header. */
export function isAddress(text: string): boolean {
  return text.length <= LONGEST && ADDRESS.test(text);
}

/** What stands behind the `@` of a sender, with or without a name before it. */
export function domainOf(from: string): string {
  return /@([^\s<>@]+)>?\s*$/.exec(from)?.[1] ?? 'localhost';
}
