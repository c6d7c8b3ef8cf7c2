import { Controller, Get, Module, Req, type Type } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import { AuditsModule } from '../../src/audits/index.js';
import type { Principal } from '../../src/common/index.js';
import { ConfigModule, loadConfig } from '../../src/config/index.js';
import { DatabaseModule, Transactions } from '../../src/database/index.js';
import {
  Access,
  Caller,
  createHttpApp,
  HttpModule,
  Public,
  RateLimit,
} from '../../src/http/index.js';
import { DEMO_PASSWORD, IdentityModule, seedIdentity } from '../../src/identity/index.js';
import { Api, type Answer } from './api.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { PATIENT_DATABASE } from './patience.js';

/** Routes of every kind of policy that ask nothing of the database themselves. */
@Controller('test/policies')
@RateLimit('none')
class PoliciesController {
  @Get('anybody')
  @Public()
  anybody(@Req() request: FastifyRequest): { caller: Principal | null } {
    return { caller: request.principal ?? null };
  }

  @Get('known')
  @Access()
  known(@Caller() caller: Principal): { caller: Principal } {
    return { caller };
  }

  @Get('desk')
  @Access('staff', 'cashier')
  desk(@Caller() caller: Principal): { caller: Principal } {
    return { caller };
  }
}

/** The identity room over HTTP, with what it stands on, `controllers` and nothing else. */
export async function startIdentityApp(
  database: TestDatabase,
  env: Record<string, string> = {},
  controllers: Type[] = [PoliciesController],
): Promise<{ app: NestFastifyApplication; url: string }> {
  const config = loadConfig(
    {
      NODE_ENV: 'test',
      LOG_LEVEL: 'silent',
      ROLE: 'api',
      SANDBOX: 'on',
      ...PATIENT_DATABASE,
      DATABASE_URL: database.url,
      TRUSTED_PROXIES: '1',
      ...env,
    },
    [],
  );
  @Module({
    imports: [
      ConfigModule.forRoot(config),
      DatabaseModule,
      HttpModule,
      AuditsModule,
      IdentityModule,
    ],
    controllers,
  })
  class TestModule {}
  const app = await createHttpApp(TestModule, config);
  await app.listen(0, '127.0.0.1');
  return { app, url: await app.getUrl() };
}

export interface Pair {
  access: string;
  refresh: string;
}

export interface ErrorBody {
  error: string;
  code: string;
  errors?: Record<string, string[]>;
}

export interface TrailEntry {
  action: string;
  changes: Record<string, unknown>;
  role: string;
}

export const PASSWORD = 'karibu-zanzibar';
let addresses = 0;

/**
 * A running identity room with the demo's users. `from` is the address that requests seem to come from: a
 * test that is to be counted apart from others takes a new one.
 */
export class IdentityHouse {
  from = newAddress();

  private constructor(
    readonly database: TestDatabase,
    readonly app: NestFastifyApplication,
    readonly url: string,
  ) {}

  static async open(env: Record<string, string> = {}): Promise<IdentityHouse> {
    const database = await createTestDatabase();
    await new Transactions(database.dataSource).run(seedIdentity);
    const { app, url } = await startIdentityApp(database, env);
    return new IdentityHouse(database, app, url);
  }

  async close(): Promise<void> {
    await this.app.close();
    await this.database.drop();
  }

  rows<Row>(sql: string, parameters: unknown[] = []): Promise<Row[]> {
    return this.database.dataSource.query(sql, parameters);
  }

  api(token?: string): Api {
    return new Api(this.url, token);
  }

  post<Body = ErrorBody>(path: string, body: unknown): Promise<Answer<Body>> {
    const headers = { 'x-forwarded-for': this.from };
    return this.api().post<Body>(`/api/v1/auth/${path}`, body, headers);
  }

  tryLogin(username: string, password = DEMO_PASSWORD): Promise<Answer<Pair & ErrorBody>> {
    return this.post('token/', { username, password });
  }

  async logIn(username: string, password = DEMO_PASSWORD): Promise<Pair> {
    const { status, body } = await this.tryLogin(username, password);
    if (status !== 200) throw new Error(`log-in of ${username} answered ${status} ${body.code}`);
    return body;
  }

  refresh(token: string): Promise<Answer<Pair & ErrorBody>> {
    return this.post('token/refresh/', { refresh: token });
  }

  /** Somebody new with `PASSWORD`, whose user name is the e-mail. */
  async register(name: string): Promise<{ id: number; email: string }> {
    const { status, body } = await this.post<{ id: number; email: string }>('register/', {
      email: `${name}@example.test`,
      password: PASSWORD,
    });
    if (status !== 201) throw new Error(`registration of ${name} answered ${status}`);
    return body;
  }

  trailOf(userId: number): Promise<TrailEntry[]> {
    return this.rows(
      `SELECT action, changes, actor_role AS role FROM audit_entries
       WHERE object_type = 'user' AND object_id = $1 ORDER BY id`,
      [userId],
    );
  }
}

/** Of TEST-NET-2 and -3, which belong to nobody. */
export function newAddress(): string {
  addresses += 1;
  return addresses < 250 ? `198.51.100.${addresses}` : `203.0.113.${addresses - 249}`;
}
