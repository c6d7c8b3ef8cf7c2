import { connect } from 'node:net';
import {
  Body,
  Controller,
  Get,
  Injectable,
  Module,
  Param,
  Post,
  Put,
  Query,
  Req,
  Res,
  type CanActivate,
  type ExecutionContext,
} from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { ApiOkResponse, ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'class-transformer';
import {
  IsArray,
  IsInt,
  IsOptional,
  IsString,
  IsUUID,
  MaxLength,
  ValidateNested,
} from 'class-validator';
import { Client } from 'pg';
import { DataSource } from 'typeorm';
import { notePayment, type ObjectId } from '../../src/common/index.js';
import { ConfigModule, loadConfig, type Config } from '../../src/config/index.js';
import { DatabaseModule } from '../../src/database/index.js';
import {
  Access,
  ApiCsv,
  ApiErrors,
  ApiList,
  CaseInsensitiveEnum,
  ClaimId,
  createHttpApp,
  type CsvExport,
  Exports,
  HttpModule,
  Idempotent,
  IsAmount,
  ListQuery,
  type ListSource,
  Lists,
  PathId,
  Public,
  RawWebhook,
  WebhookBody,
} from '../../src/http/index.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { PATIENT_DATABASE } from './patience.js';

/** What the handlers do next; a test sets it. */
export const behaviour: {
  /** Called by the creating handlers, after validation, with the claim. */
  work: (claimId: string | null) => unknown;
  /** Thrown by `GET /api/v1/trouble/` and `GET /api/payments/trouble/`. */
  trouble: unknown;
} = { work: () => ({}), trouble: null };

/** A promise and what settles it. */
export function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

/** Status and body of an error, whose request id must be the header's. */
export async function problemOf(
  response: Response | Promise<Response>,
): Promise<Record<string, unknown> & { status: number }> {
  const answer = await response;
  const body = (await answer.json()) as Record<string, unknown>;
  if (body.request_id !== answer.headers.get('x-request-id')) {
    throw new Error(`request ids differ: ${JSON.stringify(body)}`);
  }
  return { ...body, status: answer.status };
}

export const WIDGET_STATUSES = ['pending', 'completed', 'HALOPESA'] as const;

class PartBody {
  @ApiProperty({ example: 2 })
  @IsInt()
  quantity!: number;
}

class WidgetBody {
  @ApiProperty({ example: '50000.00' })
  @IsAmount()
  amount!: string | number;

  @ApiPropertyOptional({ example: 'blue' })
  @IsOptional()
  @IsString()
  @MaxLength(1000)
  notes?: string;

  @ApiPropertyOptional({ enum: WIDGET_STATUSES, example: 'pending' })
  @IsOptional()
  @CaseInsensitiveEnum(WIDGET_STATUSES, { success: 'completed' })
  status?: string;

  @ApiPropertyOptional({ type: [PartBody] })
  @IsOptional()
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => PartBody)
  parts?: PartBody[];
}

class WidgetQuery extends ListQuery {
  @ApiPropertyOptional({ enum: WIDGET_STATUSES, example: 'pending' })
  @IsOptional()
  @CaseInsensitiveEnum(WIDGET_STATUSES, { success: 'completed' })
  status?: string;
}

class WidgetDto {
  @ApiProperty({ example: 1 })
  id!: number;

  @ApiProperty({ example: 'pending' })
  status!: string;
}

function widgetsOf(query: WidgetQuery): ListSource {
  return {
    select: 'w.id, w.status',
    from: 'widgets w',
    where: [
      { sql: 'w.account_id = ?', params: [1] },
      query.status ? { sql: 'w.status = ?', params: [query.status] } : null,
    ],
    orderings: { amount: 'w.amount_minor' },
    idColumn: 'w.id',
    createdColumn: 'w.created_at',
  };
}

/** The widgets with `filler` as a third column; throws at the row whose status is `broken`. */
export function widgetsFile(query: WidgetQuery, filler = ''): CsvExport<WidgetDto> {
  return {
    filename: 'widgets.csv',
    columns: [
      { title: 'id', value: ({ id }) => id },
      {
        title: 'status',
        value: ({ status }) => {
          if (status === 'broken') throw new Error('a row that cannot be told');
          return status;
        },
      },
      { title: 'filler', value: () => filler },
    ],
    source: widgetsOf(query),
    query,
  };
}

@Controller('api/v1/widgets')
export class WidgetsController {
  constructor(
    private readonly lists: Lists,
    private readonly exports: Exports,
  ) {}

  @Get()
  @Access()
  @ApiList(WidgetDto)
  list(@Req() request: FastifyRequest, @Query() query: WidgetQuery) {
    return this.lists.list(request, query, widgetsOf(query), (row: WidgetDto) => row);
  }

  @Get('export')
  @Access()
  @ApiCsv('id,status,filler\r\n1,pending,\r\n')
  export(@Res() reply: FastifyReply, @Query() query: WidgetQuery): Promise<void> {
    return this.exports.streamCsv(reply, widgetsFile(query));
  }

  @Get(':id')
  @Access('staff', 'admin')
  @ApiOkResponse({ type: WidgetDto })
  @ApiErrors(404)
  show(@Param('id', PathId) id: ObjectId): object {
    notePayment(77);
    return id;
  }

  @Post()
  @Access()
  @Idempotent()
  @ApiErrors(
    400,
    { status: 409, code: 'widget_busy', message: 'The widget is busy' },
    { status: 409, code: 'widget_gone', message: 'The widget is gone' },
  )
  async create(@Body() body: WidgetBody, @ClaimId() claimId: string | null): Promise<unknown> {
    return (await behaviour.work(claimId)) ?? body;
  }

  @Post(':id/poke')
  @Access()
  poke(@Body() body: WidgetBody): unknown {
    return body;
  }
}

class CheckoutBody {
  @ApiProperty({ example: 'f367ddf9-f2ff-4de2-b929-0e0942ace93b' })
  @IsUUID()
  booking_id!: string;

  @ApiPropertyOptional({ example: 'key-1' })
  @IsOptional()
  @IsString()
  idempotency_key?: string;
}

@Controller('api/payments')
export class CheckoutController {
  @Post('initiate')
  @Public()
  @Idempotent({
    bodyField: 'idempotency_key',
    guestScope: ({ booking_id: id }) => (typeof id === 'string' ? `booking:${id}` : null),
  })
  async initiate(@Body() body: CheckoutBody, @ClaimId() claimId: string | null): Promise<unknown> {
    return (await behaviour.work(claimId)) ?? body;
  }

  @Get('trouble')
  @Public()
  trouble(): never {
    throw behaviour.trouble;
  }
}

@Controller('api/v1')
export class TroubleController {
  constructor(private readonly dataSource: DataSource) {}

  @Get('trouble')
  @Public()
  trouble(): never {
    throw behaviour.trouble;
  }

  @Get('sql')
  @Public()
  async sql(@Query('text') text: string): Promise<unknown> {
    return this.dataSource.query(text);
  }

  @Post('hook')
  @RawWebhook()
  hook(@WebhookBody() body: Buffer, @Req() request: FastifyRequest): object {
    return { hex: body.toString('hex'), type: request.headers['content-type'] ?? null };
  }

  @Put('hook')
  @RawWebhook()
  putHook(@WebhookBody() body: Buffer): object {
    return { hex: body.toString('hex') };
  }
}

/** Stands in for the guard that reads tokens: `x-user` is the caller's id. */
@Injectable()
class HeaderGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const user = request.headers['x-user'];
    if (typeof user === 'string') {
      request.principal = {
        userId: Number(user),
        uuid: '00000000-0000-4000-8000-000000000000',
        accountId: 1,
        role: 'customer',
        username: `user${user}`,
      };
    }
    return true;
  }
}

export interface HttpRoom {
  app: NestFastifyApplication;
  config: Config;
  database: TestDatabase;
  url: string;
  port: number;
  /** `fetch` of a path, with `x-user: 7` unless headers say otherwise. */
  call(
    path: string,
    init?: Omit<RequestInit, 'headers'> & { json?: unknown; headers?: Record<string, string> },
  ): Promise<Response>;
  /** Sends bytes as they are and answers all that comes back until the server closes. */
  raw(bytes: string | Buffer): Promise<string>;
  close(): Promise<void>;
}

/** The real HTTP application on a real port, around controllers made up for its tests. */
export async function openHttpRoom(
  env: Record<string, string> = {},
  shared?: TestDatabase,
): Promise<HttpRoom> {
  const database = shared ?? (await createTestDatabase());
  if (!shared) await createWidgets(database);
  const config = loadConfig(
    {
      NODE_ENV: 'test',
      LOG_LEVEL: 'silent',
      DATABASE_URL: database.url,
      SANDBOX: 'off',
      ...PATIENT_DATABASE,
      LIMIT_REQUESTS_PER_MINUTE: '100000',
      ...env,
    },
    [],
  );
  @Module({
    imports: [ConfigModule.forRoot(config), DatabaseModule, HttpModule],
    controllers: [WidgetsController, CheckoutController, TroubleController],
    providers: [{ provide: APP_GUARD, useClass: HeaderGuard }],
  })
  class RoomModule {}
  const app = await createHttpApp(RoomModule, config);
  await app.listen(0, '127.0.0.1');
  const address = app.getHttpServer().address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const url = `http://127.0.0.1:${port}`;
  return {
    app,
    config,
    database,
    url,
    port,
    call: (path, { json, ...init } = {}) =>
      fetch(`${url}${path}`, {
        ...init,
        headers: {
          'x-user': '7',
          ...(json === undefined ? {} : { 'content-type': 'application/json' }),
          ...init.headers,
        },
        ...(json === undefined
          ? {}
          : { method: init.method ?? 'POST', body: JSON.stringify(json) }),
      }),
    raw: (bytes) => sendRaw(port, bytes),
    close: async () => {
      await app.close();
      if (!shared) await database.drop();
    },
  };
}

async function createWidgets(database: TestDatabase): Promise<void> {
  const owner = new Client({ connectionString: database.ownerUrl });
  await owner.connect();
  await owner.query(`
    CREATE TABLE widgets (
      id integer GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
      account_id integer NOT NULL DEFAULT 1,
      status text NOT NULL DEFAULT 'pending',
      amount_minor bigint NOT NULL DEFAULT 1 CONSTRAINT widgets_amount_positive CHECK (amount_minor > 0),
      claim_id uuid CONSTRAINT widgets_claim_id_key UNIQUE,
      created_at timestamptz NOT NULL DEFAULT now()
    )`);
  await owner.query('GRANT SELECT, INSERT, UPDATE, DELETE ON widgets TO PUBLIC');
  await owner.query('GRANT USAGE ON SEQUENCE widgets_id_seq TO PUBLIC');
  await owner.end();
}

function sendRaw(port: number, bytes: string | Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect({ port, host: '127.0.0.1' }, () => socket.write(bytes));
    socket.setTimeout(10_000, () => socket.destroy(new Error('no answer on the raw socket')));
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.once('error', reject);
    socket.once('close', () => resolve(Buffer.concat(chunks).toString('utf8')));
  });
}
