import { Body, Controller, Get, Param, Post, Query, Req } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { DataSource } from 'typeorm';
import type { ObjectId, Principal } from '../../common/index.js';
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
} from '../../http/index.js';
import type { SessionRow } from '../cash.types.js';
import { SessionOpening } from './session-opening.service.js';
import { OpenSessionDto, SessionsQuery } from './session-requests.dto.js';
import { CashSessionDto } from './session.dto.js';
import { presentSession } from './session.presenter.js';
import { readSession, sessionsOf } from './session.query.js';

@ApiTags('cash drawers')
@Controller('api/v1/cash-drawers/sessions')
export class CashSessionsController {
  constructor(
    private readonly dataSource: DataSource,
    private readonly opening: SessionOpening,
    private readonly lists: Lists,
  ) {}

  @Get()
  @Access('cashier', 'staff', 'admin')
  @ApiOperation({ summary: 'List drawer sessions of your account' })
  @ApiList(CashSessionDto)
  @ApiErrors(400, 404)
  list(
    @Req() request: ListRequest,
    @Caller() caller: Principal,
    @Query() query: SessionsQuery,
  ): Promise<ListEnvelope<CashSessionDto>> {
    return this.lists.list(request, query, sessionsOf(caller, query), (row: SessionRow) =>
      presentSession(caller, row),
    );
  }

  @Post()
  @Access('cashier', 'staff', 'admin')
  @Idempotent()
  @ApiOperation({
    summary: 'Open a session at a drawer: you answer for its cash from now on',
    description:
      'One at a time per drawer and per cashier. What was found is compared with what the last close left.',
  })
  @ApiCreatedResponse({ type: CashSessionDto })
  @ApiErrors(400, 404, 409, 422)
  async open(
    @Caller() caller: Principal,
    @Body() body: OpenSessionDto,
    @ClaimId() claimId: string | null,
  ): Promise<CashSessionDto> {
    return presentSession(caller, await this.opening.open(caller, body, claimId));
  }

  @Get(':id')
  @Access('cashier', 'staff', 'admin')
  @ApiOperation({ summary: 'Read a drawer session' })
  @ApiOkResponse({ type: CashSessionDto })
  @ApiErrors(404)
  async read(
    @Caller() caller: Principal,
    @Param('id', PathId) id: ObjectId,
  ): Promise<CashSessionDto> {
    return presentSession(caller, await readSession(this.dataSource, caller, id));
  }
}
