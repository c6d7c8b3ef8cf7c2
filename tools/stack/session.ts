import { Pool, type Dispatcher } from 'undici';

export const DEMO_PASSWORD = 'malipo-demo';

/** The demo data's users, by what each is there for. */
export const DEMO_USERS = {
  admin: 'admin@malipo.test',
  staff: 'staff@malipo.test',
  staff2: 'staff2@malipo.test',
  cashier: 'cashier@malipo.test',
  owner: 'owner@malipo.test',
  customer: 'customer@malipo.test',
  customer2: 'customer2@malipo.test',
  john: 'john_doe',
  outsider: 'outsider@malipo.test',
} as const;
export type DemoUser = keyof typeof DEMO_USERS;

export interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  /** Parsed where it is JSON, else the text. */
  body: unknown;
  text: string;
}

export interface RequestOptions {
  /** Strings and buffers go as they are, anything else as JSON. */
  body?: unknown;
  headers?: Record<string, string>;
  /** For the whole answer. */
  timeoutMs?: number;
}

const TIMEOUT_MS = 30_000;
const CONNECTIONS = 128;

/** What the sessions that came of one another share. */
interface Shared {
  pools: readonly Pool[];
  next: number;
}

/** A client of the API that knows several addresses of it, as behind a load balancer. */
export class ApiSession {
  private readonly shared: Shared;

  /** Without `shared` it opens connections of its own, which `close` lets go of. */
  constructor(
    urls: string | readonly string[],
    readonly token: string | null = null,
    shared?: Shared,
  ) {
    const list = typeof urls === 'string' ? [urls] : urls;
    this.shared = shared ?? {
      pools: list.map((url) => new Pool(url, { connections: CONNECTIONS, pipelining: 1 })),
      next: 0,
    };
  }

  /** The same connections with the rights of a demo user. @throws when the login is refused. */
  async login(user: DemoUser): Promise<ApiSession> {
    return this.loginAs(DEMO_USERS[user], DEMO_PASSWORD);
  }

  async loginAs(username: string, password: string): Promise<ApiSession> {
    const { status, body } = await this.request('POST', '/api/v1/auth/token/', {
      body: { username, password },
    });
    if (status !== 200) throw new Error(`the login of ${username} was answered ${status}`);
    return this.withToken((body as { access: string }).access);
  }

  withToken(token: string): ApiSession {
    return new ApiSession([], token, this.shared);
  }

  /** @throws only when the connection was lost or nothing answered in time: what came of it is unknown. */
  async request(method: string, path: string, options: RequestOptions = {}): Promise<Answer> {
    const { body, headers = {}, timeoutMs = TIMEOUT_MS } = options;
    const raw = typeof body === 'string' || Buffer.isBuffer(body);
    const answer = await this.dispatch({
      method,
      path,
      headers: {
        ...(body === undefined || raw ? {} : { 'content-type': 'application/json' }),
        ...(this.token ? { authorization: `Bearer ${this.token}` } : {}),
        ...headers,
      },
      body: body === undefined ? null : raw ? body : JSON.stringify(body),
      signal: AbortSignal.timeout(timeoutMs),
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
    });
    const text = await answer.body.text();
    return { status: answer.statusCode, headers: answer.headers, body: parsed(text), text };
  }

  /** An address where nobody listens leaves its turn to the next: surely nothing was sent there. */
  private async dispatch(options: Dispatcher.RequestOptions): Promise<Dispatcher.ResponseData> {
    const { pools } = this.shared;
    for (let tried = 1; ; tried += 1) {
      const pool = pools[this.shared.next++ % pools.length];
      if (!pool) throw new Error('a session needs an address');
      try {
        return await pool.request(options);
      } catch (error) {
        const refused = (error as NodeJS.ErrnoException).code === 'ECONNREFUSED';
        if (!refused || tried >= pools.length) throw error;
      }
    }
  }

  /** Lets go of all connections, also those of sessions that came of this one. */
  async close(): Promise<void> {
    await Promise.all(this.shared.pools.map((pool) => pool.destroy()));
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
