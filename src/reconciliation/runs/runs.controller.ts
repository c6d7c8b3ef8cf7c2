import { Body, Controller, Get, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { invalidField, type ObjectId, type Principal } from '../../common/index.js';
import {
  Access,
  ApiErrors,
  ApiList,
  ApiUpload,
  Caller,
  ClaimId,
  Idempotent,
  type ListEnvelope,
  type ListRequest,
  parseMoment,
  PathId,
  Upload,
  type UploadedFile,
} from '../../http/index.js';
import { readMappingText } from '../statements/mapping.dto.js';
import { MAX_STATEMENT_BYTES } from '../statements/statement.parser.js';
import { GatewayRuns } from './gateway-runs.service.js';
import { Imports, type Statement } from './imports.service.js';
import { AskGatewayDto, ImportStatementDto, presentRun, RunDto, RunsQuery } from './run.dto.js';
import { RunReader } from './run.reader.js';

const MAX_NAME = 150;

@ApiTags('reconciliation')
@Controller('api/v1/reconciliation/runs')
export class RunsController {
  constructor(
    private readonly reader: RunReader,
    private readonly imports: Imports,
    private readonly gateways: GatewayRuns,
  ) {}

  @Post()
  @Access('staff', 'admin')
  @ApiUpload({
    fields: ImportStatementDto,
    maxBytes: MAX_STATEMENT_BYTES,
    description: 'CSV, at most 32 MB',
    example: 'statement.csv',
  })
  @ApiOperation({
    summary: 'Reconcile a statement of a gateway or a bank',
    description:
      'The file is read whole or not at all; what it means is worked out after the answer. The same file again answers its run with 200 and changes nothing, and a line that an earlier statement brought is left there.',
  })
  @ApiCreatedResponse({ type: RunDto })
  @ApiErrors(400, 403, 409)
  async import(
    @Caller() caller: Principal,
    @Upload() upload: UploadedFile,
    @Body() body: ImportStatementDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RunDto> {
    const { run, known } = await this.imports.take(caller, statementOf(body, upload));
    void reply.status(known ? 200 : 201);
    return presentRun(run);
  }

  @Post('gateway')
  @Access('staff', 'admin')
  @Idempotent()
  @ApiOperation({
    summary: 'Ask a gateway about all that is open or was decided lately',
    description: 'The same happens every day by itself, unless that is switched off.',
  })
  @ApiCreatedResponse({ type: RunDto })
  @ApiErrors(400, 403, 409, 422)
  async ask(
    @Caller() caller: Principal,
    @Body() { provider }: AskGatewayDto,
    @ClaimId() claimId: string | null,
  ): Promise<RunDto> {
    return presentRun(await this.gateways.start(caller, provider, claimId));
  }

  @Get()
  @Access('staff', 'admin')
  @ApiOperation({ summary: 'List reconciliation runs' })
  @ApiList(RunDto)
  @ApiErrors(400, 403)
  list(
    @Req() request: ListRequest,
    @Caller() caller: Principal,
    @Query() query: RunsQuery,
  ): Promise<ListEnvelope<RunDto>> {
    return this.reader.list(request, caller, query);
  }

  @Get(':id')
  @Access('staff', 'admin')
  @ApiOperation({ summary: 'Read a reconciliation run' })
  @ApiOkResponse({ type: RunDto })
  @ApiErrors(403, 404)
  async read(@Caller() caller: Principal, @Param('id', PathId) id: ObjectId): Promise<RunDto> {
    return presentRun(await this.reader.read(caller, id));
  }
}

function statementOf(body: ImportStatementDto, { filename, bytes }: UploadedFile): Statement {
  const mapping = body.mapping === undefined ? {} : readMappingText(body.mapping);
  return {
    provider: body.provider,
    filename: plainName(filename),
    bytes,
    period: periodOf(body),
    mapping: body.currency === undefined ? mapping : { ...mapping, currency: body.currency },
  };
}

function periodOf({ period_from: start, period_to: end }: ImportStatementDto): Statement['period'] {
  if (start === undefined && end === undefined) return null;
  const from = parseMoment(start ?? '');
  const to = parseMoment(end ?? '');
  if (!from) throw invalidField('period_from', 'goes with period_to');
  if (!to) throw invalidField('period_to', 'goes with period_from');
  if (to < from) throw invalidField('period_to', 'must not be before period_from');
  return { from, to };
}

/** The last part of a path, without what a screen would not show. */
function plainName(sent: string): string {
  const last = sent.split(/[/\\]/).at(-1) ?? '';
  const name = last.replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, '').trim();
  return name.slice(0, MAX_NAME) || 'statement.csv';
}
