import { type Answer, ApiSession, DEMO_PASSWORD, type Stack, waitFor } from '../../stack/index.js';
import { DatabaseDesk } from '../desk/database.desk.js';
import { FORM_TYPE } from '../desk/form.js';
import { SandboxDesk } from '../desk/sandbox.desk.js';

/** In the order of a row's statuses; all of account 1 but the last, who is administrator of account 2. */
export const CALLERS = [
  'nobody', // not logged in
  'customer', // whose objects they are
  'customer2', // another customer
  'owner', // of the property they are about
  'cashier',
  'staff',
  'admin',
  'outsider',
] as const;
export type Caller = (typeof CALLERS)[number];

/** Everybody else of account 2: made for this, as the demo data has only its administrator. */
export const FOREIGNERS = [
  'foreign customer',
  'foreign owner',
  'foreign cashier',
  'foreign staff',
] as const;
export type Foreigner = (typeof FOREIGNERS)[number];

const LOGINS: Record<Exclude<Caller, 'nobody'>, string> = {
  customer: 'customer@malipo.test',
  customer2: 'customer2@malipo.test',
  owner: 'owner@malipo.test',
  cashier: 'cashier@malipo.test',
  staff: 'staff@malipo.test',
  admin: 'admin@malipo.test',
  outsider: 'outsider@malipo.test',
};
const ID = /"id":(\d+)/;

/** The same login names in account 2, with the demo's password. */
const FOREIGN_USERS = `
  INSERT INTO users (account_id, username, email, name, phone, role, password_hash)
  SELECT 2, 'foreign-' || role || '@malipo.test', 'foreign-' || role || '@malipo.test', 'Foreign ' || role,
    '25575400' || (1000 + id), role, password_hash
  FROM users WHERE username IN ('customer@malipo.test', 'owner@malipo.test', 'cashier@malipo.test',
    'staff@malipo.test')`;

/** What the matrix's requests are made with. */
export class AccessDesk {
  readonly sandbox: SandboxDesk;
  readonly database: DatabaseDesk;
  private readonly guest: ApiSession;
  private readonly sessions = new Map<Caller | Foreigner, ApiSession>();
  private counter = 0;

  constructor(stack: Stack) {
    this.sandbox = new SandboxDesk(stack.sandboxUrl);
    this.database = new DatabaseDesk(stack.database);
    this.guest = new ApiSession(stack.apiUrls);
    this.sessions.set('nobody', this.guest);
  }

  async login(): Promise<void> {
    await this.database.rows(FOREIGN_USERS);
    for (const [caller, name] of Object.entries(LOGINS) as [Caller, string][]) {
      this.sessions.set(caller, await this.guest.loginAs(name, DEMO_PASSWORD));
    }
    for (const foreigner of FOREIGNERS) {
      const name = `${foreigner.replace(' ', '-')}@malipo.test`;
      this.sessions.set(foreigner, await this.guest.loginAs(name, DEMO_PASSWORD));
    }
  }

  /** Differs each time. */
  get number(): number {
    this.counter += 1;
    return this.counter;
  }

  send(caller: Caller | Foreigner, method: string, path: string, body?: unknown): Promise<Answer> {
    const session = this.sessions.get(caller);
    if (!session) throw new Error(`${caller} is not logged in`);
    const form = Buffer.isBuffer(body) ? { 'content-type': FORM_TYPE } : undefined;
    return session.request(method, path, { body, ...(form ? { headers: form } : {}) });
  }

  get(caller: Caller, path: string): Promise<Answer> {
    return this.send(caller, 'GET', path);
  }

  /** The answer's body. @throws unless it answers one of 200 and 201 */
  async post(caller: Caller, path: string, body?: unknown): Promise<Record<string, unknown>> {
    const answer = await this.send(caller, 'POST', path, body);
    if (answer.status !== 200 && answer.status !== 201) {
      throw new Error(`POST ${path} of ${caller} was answered ${answer.status}: ${answer.text}`);
    }
    return answer.body as Record<string, unknown>;
  }

  /** The id of what a POST made. */
  async make(caller: Caller, path: string, body?: unknown): Promise<number> {
    return Number((await this.post(caller, path, body))['id']);
  }

  /** The id of the first row of a list. @throws for an empty one */
  async first(caller: Caller, path: string): Promise<number> {
    const { text } = await this.get(caller, path);
    const id = ID.exec(text.slice(text.indexOf('"results"')))?.[1];
    if (id === undefined) throw new Error(`${path} lists nothing`);
    return Number(id);
  }

  /** Waits until reading `path` shows an administrator this value. */
  until(path: string, field: string, value: unknown): Promise<void> {
    return this.untilSeen('admin', path, field, value);
  }

  async untilSeen(caller: Caller, path: string, field: string, value: unknown): Promise<void> {
    await waitFor(`${path} to have ${field} ${String(value)}`, async () => {
      const { body } = await this.get(caller, path);
      return (body as Record<string, unknown>)[field] === value;
    });
  }

  async close(): Promise<void> {
    await this.guest.close();
    await this.database.close();
  }
}
