import type { Config } from '../config/index.js';
import type { MailTransport } from './mail.types.js';
import { SandboxTransport } from './sandbox.transport.js';
import { SmtpTransport } from './smtp.transport.js';

/** A mail server where one is set, else the sandbox's inbox where that is on, else nothing. */
export function openMailTransport({
  smtpUrl,
  sandbox,
}: Pick<Config, 'smtpUrl' | 'sandbox'>): MailTransport | null {
  if (smtpUrl !== null) return new SmtpTransport(smtpUrl);
  return sandbox.enabled ? new SandboxTransport(sandbox.url) : null;
}
