import { Body, Controller, Get, Param, Post, Query, Req, Res } from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiExtraModels,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
  getSchemaPath,
} from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { DataSource } from 'typeorm';
import type { ObjectId, Principal } from '../common/index.js';
import { sendPdf } from '../documents/index.js';
import {
  Access,
  ApiErrors,
  ApiList,
  Caller,
  ClaimId,
  Idempotent,
  type ListEnvelope,
  type ListRequest,
  Lists,
  PathId,
} from '../http/index.js';
import { closesOf, readClose } from './close.query.js';
import {
  CloseDayDto,
  DayCloseDto,
  DayClosesQuery,
  DayCloseFormatQuery,
  DayCloseSummaryDto,
} from './day-close.dto.js';
import { dayClosePdf } from './day-close.pdf.js';
import { presentClose, presentSummary } from './day-close.presenter.js';
import { DayClosing } from './day-closing.service.js';

@ApiTags('day closes')
@Controller('api/v1/day-closes')
export class DayClosesController {
  constructor(
    private readonly dataSource: DataSource,
    private readonly closing: DayClosing,
    private readonly lists: Lists,
  ) {}

  @Get()
  @Access('staff', 'admin')
  @ApiOperation({ summary: 'List the closed days of your account' })
  @ApiList(DayCloseSummaryDto)
  @ApiErrors(400, 404)
  list(
    @Req() request: ListRequest,
    @Caller() caller: Principal,
    @Query() query: DayClosesQuery,
  ): Promise<ListEnvelope<DayCloseSummaryDto>> {
    return this.lists.list(request, query, closesOf(caller, query), presentSummary);
  }

  @Post()
  @Access('staff', 'admin')
  @Idempotent()
  @ApiOperation({
    summary: 'Close a day that is over',
    description:
      'Each day once and in order; the first may be any since the account was made, and reaches back to its beginning. What is closed is never changed. Days close by themselves after midnight UTC, unless that is switched off.',
  })
  @ApiCreatedResponse({ type: DayCloseDto })
  @ApiErrors(400, 409, 422)
  async close(
    @Caller() caller: Principal,
    @Body() { date }: CloseDayDto,
    @ClaimId() claimId: string | null,
  ): Promise<DayCloseDto> {
    return presentClose(await this.closing.close(caller, date, claimId));
  }

  @Get(':id')
  @Access('staff', 'admin')
  @ApiOperation({
    summary: 'Read a closed day: drawers, manual payments, gateways, ledger and audit head',
  })
  @ApiExtraModels(DayCloseDto)
  @ApiOkResponse({
    description: 'The close; with `?format=pdf` as a file to be saved',
    content: {
      'application/json': { schema: { $ref: getSchemaPath(DayCloseDto) } },
      'application/pdf': {
        schema: { type: 'string', format: 'binary' },
        example: 'the bytes of the file',
      },
    },
  })
  @ApiErrors(400, 404)
  async read(
    @Caller() caller: Principal,
    @Param('id', PathId) id: ObjectId,
    @Query() { format }: DayCloseFormatQuery,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const close = presentClose(await readClose(this.dataSource, caller, id));
    if (format !== 'pdf') return void reply.send(close);
    sendPdf(reply, `day-close-${close.account.id}-${close.date}.pdf`, await dayClosePdf(close));
  }
}
