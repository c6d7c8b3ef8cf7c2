import { Body, Controller, Get, Injectable, Module, Post, Res } from '@nestjs/common';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { ApiOkResponse, ApiProperty } from '@nestjs/swagger';
import { IsString, MaxLength } from 'class-validator';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { DataSource } from 'typeorm';
import { DomainError } from '../../src/common/index.js';
import { ConfigModule, loadConfig } from '../../src/config/index.js';
import { DatabaseModule, Transactions } from '../../src/database/index.js';
import {
  ApiDownload,
  ApiUpload,
  Files,
  FilesModule,
  sendAttachment,
  Upload,
  type UploadedFile,
} from '../../src/files/index.js';
import { Access, ClaimId, createHttpApp, HttpModule, Idempotent } from '../../src/http/index.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { BOUNDARY, type FormPart, multipart, PDF } from './forms.js';
import { aUser } from './fixtures.js';

/** The limit that the room is set to. */
export const MAX_BYTES = 200_000;

/** What the handlers did, and for whom. */
const desk = { userId: 0, works: 0 };

class NoteBody {
  @ApiProperty({ example: 'paid at the counter' })
  @IsString()
  @MaxLength(100)
  note!: string;
}

@Controller('api/v1/slips')
class SlipsController {
  constructor(
    private readonly files: Files,
    private readonly transactions: Transactions,
    private readonly dataSource: DataSource,
  ) {}

  @Post()
  @Access()
  @ApiUpload()
  @Idempotent()
  @ApiOkResponse({ type: NoteBody })
  async create(@Upload() upload: UploadedFile, @ClaimId() claimId: string | null) {
    desk.works += 1;
    const file = await this.transactions.run((manager) =>
      this.files.store(manager, {
        accountId: 1,
        uploadedBy: desk.userId,
        purpose: 'slip',
        ...upload,
      }),
    );
    return { ...file, claimed: claimId !== null };
  }

  @Post('noted')
  @Access()
  @ApiUpload({ fields: NoteBody })
  @Idempotent()
  noted(@Upload() { filename, bytes }: UploadedFile, @Body() body: NoteBody) {
    return { filename, size: bytes.length, note: body.note };
  }

  @Post('plain')
  @Access()
  plain(@Body() body: NoteBody) {
    return body;
  }

  @Get('last')
  @Access()
  @ApiDownload('The last slip', 'application/pdf', 'image/png')
  async last(@Res() reply: FastifyReply): Promise<void> {
    const [row]: { id: number }[] = await this.dataSource.query('SELECT max(id) AS id FROM files');
    const found = await this.files.read(this.dataSource, 1, row?.id ?? 0);
    if (!found) throw new DomainError('not_found', 'not_found', 'Not found');
    sendAttachment(reply, found.file, found.bytes);
  }
}

@Injectable()
class TokenGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    if (request.headers['x-user'] === undefined) {
      throw new DomainError('unauthenticated', 'unauthenticated', 'Log in first');
    }
    const uuid = '00000000-0000-4000-8000-000000000000';
    request.principal = { userId: desk.userId, uuid, accountId: 1, role: 'staff', username: 'x' };
    return true;
  }
}

export interface Got {
  status: number;
  body: Record<string, unknown>;
  headers: Headers;
}

export interface UploadRoom {
  url: string;
  database: TestDatabase;
  /** How often the creating handler ran. */
  works(): number;
  /** Sends a body to a path under `/api/v1/slips`, logged in. */
  send(
    path: string,
    body: FormData | Buffer | string,
    headers?: Record<string, string>,
  ): Promise<Got>;
  post(parts: FormPart[], headers?: Record<string, string>, path?: string): Promise<Got>;
  /** Number of files kept. */
  stored(): Promise<number>;
  close(): Promise<void>;
}

/** The real HTTP application around routes that take and give files. */
export async function openUploadRoom(): Promise<UploadRoom> {
  const database = await createTestDatabase();
  desk.userId = (await aUser(database.dataSource, 'staff')).userId;
  const config = loadConfig(
    {
      NODE_ENV: 'test',
      LOG_LEVEL: 'silent',
      DATABASE_URL: database.url,
      SANDBOX: 'off',
      UPLOAD_MAX_BYTES: String(MAX_BYTES),
    },
    [],
  );
  @Module({
    imports: [ConfigModule.forRoot(config), DatabaseModule, HttpModule, FilesModule],
    controllers: [SlipsController],
    providers: [{ provide: APP_GUARD, useClass: TokenGuard }],
  })
  class RoomModule {}
  const app = await createHttpApp(RoomModule, config);
  await app.listen(0, '127.0.0.1');
  const url = await app.getUrl();
  const send: UploadRoom['send'] = async (path, body, headers = {}) => {
    const form = { 'content-type': `multipart/form-data; boundary=${BOUNDARY}` };
    const response = await fetch(`${url}/api/v1/slips${path}`, {
      method: 'POST',
      headers: { 'x-user': '1', ...(Buffer.isBuffer(body) ? form : {}), ...headers },
      body: Buffer.isBuffer(body) ? new Uint8Array(body) : body,
    });
    const json = (await response.json()) as Record<string, unknown>;
    return { status: response.status, body: json, headers: response.headers };
  };
  return {
    url,
    database,
    works: () => desk.works,
    send,
    post: (parts, headers = {}, path = '') => send(path, multipart(parts), headers),
    stored: async () => {
      const [row]: { n: number }[] = await database.dataSource.query(
        'SELECT count(*)::int AS n FROM files',
      );
      return row?.n ?? 0;
    },
    close: async () => {
      await app.close();
      await database.drop();
    },
  };
}

/** The part of a form that holds the file. */
export function slip(filename = 'slip.pdf', content: Buffer | string = PDF): FormPart {
  return { name: 'file', filename, type: 'application/octet-stream', content };
}
