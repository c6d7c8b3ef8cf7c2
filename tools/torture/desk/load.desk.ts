import { ApiSession, type DemoUser, type Stack } from '../../stack/index.js';
import { DatabaseDesk } from './database.desk.js';
import { SandboxDesk } from './sandbox.desk.js';

export const PAYMENTS = '/api/v1/payments/payments/';
export const SESSIONS = '/api/v1/cash-drawers/sessions/';
const DRAWERS = '/api/v1/cash-drawers/';

/** Bookings of `customer` at the hotel of `owner`, with a phone of its own each: TZS, `$2` minor units. */
const INSERT_BOOKINGS = `
  INSERT INTO bookings (account_id, property_id, customer_id, customer_name, customer_phone, reference,
    check_in, check_out, guests, currency, total_minor)
  SELECT 1, 124, u.id, 'Torture', '2557' || lpad((n % 100000000)::text, 8, '0'), 'HTL-7' || lpad(n::text, 9, '0'),
    '2026-04-01', '2026-04-02', 1, 'TZS', $2
  FROM users u, generate_series($3::bigint, $3::bigint + $1::int - 1) AS n
  WHERE u.username = 'customer@malipo.test' RETURNING id`;

/** What parts that make load begin with: logins, bookings to pay, an open drawer. */
export class LoadDesk {
  readonly sandbox: SandboxDesk;
  readonly database: DatabaseDesk;
  private readonly guest: ApiSession;
  private readonly sessions = new Map<DemoUser, ApiSession>();
  private nextBooking = 1_000;

  constructor(readonly stack: Stack) {
    this.sandbox = new SandboxDesk(stack.sandboxUrl);
    this.database = new DatabaseDesk(stack.database);
    this.guest = new ApiSession(stack.apiUrls);
  }

  async login(...users: DemoUser[]): Promise<void> {
    for (const user of users) this.sessions.set(user, await this.guest.login(user));
  }

  as(user: DemoUser): ApiSession {
    const session = this.sessions.get(user);
    if (!session) throw new Error(`${user} is not logged in`);
    return session;
  }

  /** Ids of new bookings, each with so many minor units to pay (TZS has two decimals). */
  async bookings(count: number, totalMinor = 5_000_000): Promise<number[]> {
    const first = this.nextBooking;
    this.nextBooking += count;
    const values = [count, totalMinor, first];
    const rows = await this.database.rows<{ id: number }>(INSERT_BOOKINGS, values);
    return rows.map(({ id }) => id);
  }

  /** The body of an answer with this status. @throws with the answer otherwise */
  async ask(
    user: DemoUser,
    method: string,
    path: string,
    body?: unknown,
    expected: readonly number[] = [200, 201],
  ): Promise<Record<string, unknown>> {
    const answer = await this.as(user).request(method, path, { body });
    if (!expected.includes(answer.status)) {
      throw new Error(`${method} ${path} of ${user} was answered ${answer.status}: ${answer.text}`);
    }
    return answer.body as Record<string, unknown>;
  }

  /** A drawer session of `user` with a float in TZS; a drawer of its own, which staff sets up. */
  async openDrawer(user: DemoUser, float = '1000000.00'): Promise<number> {
    const currencies = [{ currency: 'TZS' }];
    const name = `Till of ${user} ${this.nextBooking++}`;
    const { id: drawer } = await this.ask('staff', 'POST', DRAWERS, { name, currencies });
    const opening = [{ currency: 'TZS', amount: float }];
    return Number((await this.ask(user, 'POST', SESSIONS, { drawer, opening }))['id']);
  }

  async close(): Promise<void> {
    await this.guest.close();
    await this.database.close();
  }
}
