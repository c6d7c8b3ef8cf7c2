import type { Mail, MailTransport } from './mail.types.js';

const TIMEOUT_MS = 5_000;

/** The sandbox's inbox, where people find the mail of a deployment without a mail server. */
export class SandboxTransport implements MailTransport {
  constructor(private readonly url: string) {}

  async send({ from, to, subject, text, html }: Mail): Promise<void> {
    const answer = await fetch(`${this.url}/api/mails`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ from, to, subject, text, html }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    await answer.body?.cancel();
    if (!answer.ok) throw new Error(`the sandbox's inbox answered ${answer.status}`);
  }

  close(): void {
    // Nothing is held open.
  }
}
