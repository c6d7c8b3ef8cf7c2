import type { Role } from '../../src/common/index.js';

export interface Answer<Body = Record<string, unknown>> {
  status: number;
  headers: Headers;
  body: Body;
}

/** The password of all demo users. */
export const DEMO_PASSWORD = 'malipo-demo';

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
} as const satisfies Partial<Record<Role, string>> & Record<string, string>;

/** A client as an app would write one: JSON in, JSON out, a token once logged in. */
export class Api {
  constructor(
    readonly url: string,
    private readonly token?: string,
  ) {}

  async login(user: keyof typeof DEMO_USERS): Promise<Api> {
    const { status, body } = await this.post<{ access: string }>('/api/v1/auth/token/', {
      username: DEMO_USERS[user],
      password: DEMO_PASSWORD,
    });
    if (status !== 200) throw new Error(`login of ${user} answered ${status}`);
    return new Api(this.url, body.access);
  }

  get<Body = Record<string, unknown>>(path: string): Promise<Answer<Body>> {
    return this.send<Body>('GET', path);
  }

  post<Body = Record<string, unknown>>(
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer<Body>> {
    return this.send<Body>('POST', path, body, headers);
  }

  async send<Body = Record<string, unknown>>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer<Body>> {
    const response = await fetch(new URL(path, this.url), {
      method,
      headers: {
        ...(body === undefined || body instanceof FormData
          ? {}
          : { 'content-type': 'application/json' }),
        ...(this.token ? { authorization: `Bearer ${this.token}` } : {}),
        ...headers,
      },
      ...(body === undefined
        ? {}
        : {
            body:
              typeof body === 'string' || body instanceof FormData ? body : JSON.stringify(body),
          }),
    });
    const text = await response.text();
    const json = response.headers.get('content-type')?.includes('json') && text !== '';
    return {
      status: response.status,
      headers: response.headers,
      body: (json ? JSON.parse(text) : { text }) as Body,
    };
  }
}
