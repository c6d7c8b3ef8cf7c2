import { randomToken } from '../../common/index.js';
import type { Clock } from './clock.js';
import type { EventBus } from './event.bus.js';
import { RecentList } from './recent.list.js';

export interface Mail {
  readonly id: string;
  readonly at: string;
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string | null;
}

/** Every e-mail the product sent while no SMTP server was configured. */
export class Mails {
  readonly #mails = new RecentList<Mail>();

  constructor(
    private readonly clock: Clock,
    private readonly bus: EventBus,
  ) {}

  receive(mail: Omit<Mail, 'id' | 'at'>): Mail {
    const received: Mail = { id: `mail_${randomToken(6)}`, at: this.clock.iso(), ...mail };
    this.#mails.add(received);
    this.bus.publish('mail', received);
    return received;
  }

  /** Newest first; `to` compares whole addresses in any case, null is everybody's. */
  list(to: string | null = null): Mail[] {
    return this.#mails.list((mail) => to === null || isAddressedTo(mail, to));
  }

  remove(to: string | null = null): void {
    this.#mails.removeWhere((mail) => to === null || isAddressedTo(mail, to));
    this.bus.publish('mail', null);
  }
}

function isAddressedTo(mail: Mail, address: string): boolean {
  const wanted = address.trim().toLowerCase();
  return mail.to
    .toLowerCase()
    .split(',')
    .some((part) => part.replace(/^.*<(.*)>.*$/, '$1').trim() === wanted);
}
