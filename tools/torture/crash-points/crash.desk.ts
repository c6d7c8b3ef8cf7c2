import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import {
  ApiSession,
  DEMO_PASSWORD,
  DEMO_USERS,
  waitFor,
  type Answer,
  type Stack,
} from '../../stack/index.js';
import type { DatabaseDesk } from '../desk/database.desk.js';
import type { History } from '../history/history.js';

export interface Person {
  username: string;
  user: number;
}

export interface Ask {
  /** What the history calls it. */
  op: string;
  method?: 'POST' | 'GET' | 'DELETE';
  path: string;
  body?: unknown;
  headers?: Record<string, string>;
  /** Sent again with every repeat. */
  key?: string;
  /** For the history. */
  request?: Record<string, unknown>;
  /** Other answers that only mean "not yet". */
  again?: (answer: Answer) => boolean;
}

const ANSWER_MS = 12_000;
const PAUSE_MS = 150;
const WATCH_MS = 150;
/** One of so many answers is asked for again. */
const REPEATED = 4;

export const PEOPLE = {
  customer: { username: DEMO_USERS.customer, user: 1 },
  staff: { username: DEMO_USERS.staff, user: 6 },
  staff2: { username: DEMO_USERS.staff2, user: 7 },
} as const satisfies Record<string, Person>;

/**
 * Customers, staff and payers who do not give up: whoever gets no answer asks the next API the same again, under
 * the same key. All of it is in the history.
 */
export class CrashDesk {
  /** How long people ask and wait for what must come in the end (ms). */
  patienceMs = 240_000;
  /** Which API is asked first. */
  firstApi = 0;
  private readonly tokens = new Map<string, string>();
  private readonly sessions: ApiSession[];
  private readonly cashiers: Person[] = [];
  private readonly seen = new Map<string, { at: number; orders: Promise<GatewayOrder[]> }>();
  private asked = 0;

  constructor(
    private readonly stack: Stack,
    readonly database: DatabaseDesk,
    readonly history: History,
  ) {
    this.sessions = stack.apiUrls.map((url) => new ApiSession(url));
  }

  /** Asks until there is an answer that says what became of it. @throws when there is none in time. */
  async ask(person: Person | null, ask: Ask): Promise<Answer> {
    const answer = await this.persevere(person, ask);
    this.asked += 1;
    // Somebody who did not notice the answer: the judge compares it with the first.
    const again = ask.key !== undefined && this.asked % REPEATED === 0;
    if (again && answer.status < 300) await this.persevere(person, ask);
    return answer;
  }

  private async persevere(person: Person | null, ask: Ask): Promise<Answer> {
    const deadline = Date.now() + this.patienceMs;
    const token = person ? await this.logIn(person) : null;
    let last = 'nothing';
    for (let turn = 0; Date.now() < deadline; turn += 1) {
      const session = this.sessions[(this.firstApi + turn) % this.sessions.length];
      if (!session) throw new Error('there is no API');
      const actor = person ? { name: person.username, account: 1, user: person.user } : GATEWAY;
      const { op, key, request } = ask;
      const invocation = this.history.invoke(actor, {
        op,
        ...(key === undefined ? {} : { key }),
        ...(request === undefined ? {} : { request }),
      });
      try {
        const answer = await session
          .withToken(token ?? '')
          .request(ask.method ?? 'POST', ask.path, {
            ...(ask.body === undefined ? {} : { body: ask.body }),
            headers: { ...ask.headers, ...(key === undefined ? {} : { 'idempotency-key': key }) },
            timeoutMs: ANSWER_MS,
          });
        invocation.answered(answer);
        if (!undecided(answer) && !ask.again?.(answer)) return answer;
        last = `${answer.status} ${answer.text}`;
      } catch (error) {
        invocation.lost(error);
        last = String(error);
      }
      await delay(PAUSE_MS);
    }
    throw new Error(`${ask.op} ${ask.path} got no answer: at last ${last.slice(0, 300)}`);
  }

  /** The same, and the answer must be a success. */
  async done(person: Person | null, ask: Ask): Promise<Record<string, unknown>> {
    const { status, body, text } = await this.ask(person, ask);
    if (status >= 300) throw new Error(`${ask.op} was answered ${status}: ${text.slice(0, 400)}`);
    return body as Record<string, unknown>;
  }

  /** @throws naming `what` when patience ends. */
  until<T>(what: string, ask: () => Promise<T>): Promise<NonNullable<T>> {
    return waitFor(what, ask, this.patienceMs, WATCH_MS);
  }

  async untilPayment(id: number, status: string): Promise<void> {
    let seen = '';
    await this.until(`payment ${id} to be ${status}`, async () => {
      seen = await this.paymentStatus(id);
      return seen === status;
    }).catch((error: unknown) => {
      throw new Error(`${String(error)}: it is ${seen}`, { cause: error });
    });
  }

  async paymentStatus(id: number): Promise<string> {
    const row = await this.database.one('SELECT status FROM payments WHERE id = $1', [id]);
    return String(row['status']);
  }

  /** A booking of the demo customer that nobody has paid for. */
  async aBooking(currency: string, totalMinor: number): Promise<{ id: number; uuid: string }> {
    const row = await this.database.one(
      `INSERT INTO bookings (account_id, property_id, customer_id, customer_name, customer_email,
         customer_phone, reference, check_in, check_out, guests, currency, total_minor)
       SELECT account_id, property_id, customer_id, customer_name, customer_email, customer_phone,
         'HTL-9' || lpad(currval(pg_get_serial_sequence('bookings', 'id'))::text, 7, '0'),
         check_in, check_out, guests, $1, $2
       FROM bookings, (SELECT nextval(pg_get_serial_sequence('bookings', 'id'))) AS next
       WHERE bookings.id = 123 RETURNING id, uuid`,
      [currency, totalMinor],
    );
    return { id: Number(row['id']), uuid: String(row['uuid']) };
  }

  /** Our references of a payment's attempts. */
  async referencesOf(payment: number): Promise<string[]> {
    const rows = await this.database.rows(
      'SELECT reference FROM payment_transactions WHERE payment_id = $1 ORDER BY id',
      [payment],
    );
    return rows.map(({ reference }) => String(reference));
  }

  /** What rings on phones, or stands on pages; read at most so often, for everybody who looks. */
  async atGateways(list: '/api/prompts' | '/api/checkouts'): Promise<GatewayOrder[]> {
    const known = this.seen.get(list);
    if (known && Date.now() - known.at < WATCH_MS) return known.orders;
    const orders = this.sandbox<GatewayOrder[]>('GET', list);
    this.seen.set(list, { at: Date.now(), orders });
    return orders;
  }

  async sandbox<T>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await fetch(new URL(path, this.stack.sandboxUrl), {
      method,
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`sandbox ${method} ${path}: ${answer.status} ${text}`);
    return JSON.parse(text) as T;
  }

  /** A cashier at whose drawer nobody else works; to be given back. */
  async takeCashier(): Promise<Person> {
    const free = this.cashiers.pop();
    if (free) return free;
    const username = `till-${randomUUID().slice(0, 8)}@malipo.test`;
    const row = await this.database.one(
      `INSERT INTO users (account_id, username, email, name, role, password_hash)
       SELECT account_id, $1, $1, 'Till', role, password_hash FROM users WHERE id = 5
       RETURNING id`,
      [username],
    );
    return { username, user: Number(row['id']) };
  }

  giveBack(cashier: Person): void {
    this.cashiers.push(cashier);
  }

  async close(): Promise<void> {
    await Promise.all(this.sessions.map((session) => session.close()));
  }

  /** Once per person. */
  async logIn({ username }: Person): Promise<string> {
    const known = this.tokens.get(username);
    if (known) return known;
    const token = await waitFor(`the login of ${username}`, async () => {
      for (const session of this.sessions) {
        const login = await session.loginAs(username, DEMO_PASSWORD).catch(() => null);
        if (login?.token) return login.token;
      }
      return null;
    });
    this.tokens.set(username, token);
    return token;
  }
}

/** A prompt or a page, as the sandbox shows it. */
export interface GatewayOrder {
  id: string;
  reference: string;
  status: string;
  /** What was answered to its notifications; null: nothing. */
  callbacks?: { status: number | null }[];
}

const GATEWAY = { name: 'a-gateway' };

/** Answers that leave open whether it was done. */
function undecided({ status, body }: Answer): boolean {
  if (status >= 500 || status === 429) return true;
  const { code } = (body ?? {}) as { code?: unknown };
  return status === 409 && code === 'idempotency_in_progress';
}
