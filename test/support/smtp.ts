import { createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';

export interface Delivery {
  from: string;
  to: string[];
  headers: Record<string, string>;
  /** The whole message as it came. */
  raw: string;
}

/**
 * What a mail server does with the next mail. `busy` and `refuse` answer the recipient with 4xx and 5xx,
 * `hang_up` closes when the message is announced, `lose` takes the message over and closes without saying so.
 */
export type Mood = 'accept' | 'busy' | 'refuse' | 'hang_up' | 'lose';

/** A mail server that speaks as much SMTP as it takes to receive, and misbehaves on demand. */
export class SmtpServer {
  readonly taken: Delivery[] = [];
  /** Mails that were begun, whatever became of them. */
  begun = 0;
  /** For the next mails, in order; then it accepts. */
  moods: Mood[] = [];

  private constructor(private readonly server: Server) {}

  static async listen(): Promise<SmtpServer> {
    const server = createServer();
    const smtp = new SmtpServer(server);
    server.on('connection', (socket) => smtp.converse(socket));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return smtp;
  }

  get url(): string {
    return `smtp://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    await new Promise((resolve) => this.server.close(resolve));
  }

  private converse(socket: Socket): void {
    const say = (line: string): void => void socket.write(`${line}\r\n`);
    const mail = { from: '', to: [] as string[], mood: 'accept' as Mood };
    let heard = '';
    let inMessage = false;
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk) => {
      heard += chunk.toString('utf8');
      for (;;) {
        const end = inMessage ? '\r\n.\r\n' : '\r\n';
        const at = heard.indexOf(end);
        if (at < 0) return;
        const piece = heard.slice(0, at);
        heard = heard.slice(at + end.length);
        if (!inMessage) {
          inMessage = this.command(piece, mail, say, socket);
          continue;
        }
        inMessage = false;
        this.taken.push(deliveryOf(mail, piece));
        if (mail.mood === 'lose') socket.destroy();
        else say('250 taken');
      }
    });
    say('220 test');
  }

  /** Whether a message follows. */
  private command(
    line: string,
    mail: { from: string; to: string[]; mood: Mood },
    say: (line: string) => void,
    socket: Socket,
  ): boolean {
    const verb = line.slice(0, 4).toUpperCase();
    const address = /<(.*)>/.exec(line)?.[1] ?? '';
    if (verb === 'MAIL') {
      this.begun += 1;
      Object.assign(mail, { from: address, to: [], mood: this.moods.shift() ?? 'accept' });
    }
    if (verb === 'RCPT') {
      if (mail.mood === 'busy') say('451 come back later');
      if (mail.mood === 'refuse') say(`550 no mailbox <${address}>`);
      if (mail.mood === 'busy' || mail.mood === 'refuse') return false;
      mail.to.push(address);
    }
    if (verb === 'DATA') {
      if (mail.mood === 'hang_up') {
        socket.destroy();
        return false;
      }
      say('354 go on');
      return true;
    }
    if (verb === 'QUIT') socket.end('221 bye\r\n');
    else say('250 fine');
    return false;
  }
}

function deliveryOf(mail: { from: string; to: string[] }, raw: string): Delivery {
  const head = raw.split('\r\n\r\n', 1)[0] ?? '';
  const headers = head
    .replaceAll(/\r\n[ \t]+/g, ' ')
    .split('\r\n')
    .map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    });
  return { from: mail.from, to: [...mail.to], headers: Object.fromEntries(headers), raw };
}
