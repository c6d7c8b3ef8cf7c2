import { Body, Controller, Get, HttpCode, Param, Patch, Post, Query, Req } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
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
import { CreateDrawerDto, DrawersQuery, UpdateDrawerDto } from './drawer-requests.dto.js';
import { CashDrawerDto, presentDrawer } from './drawer.dto.js';
import { DrawerReader, drawersOf } from './drawer.reader.js';
import { Drawers } from './drawers.service.js';

@ApiTags('cash drawers')
@Controller('api/v1/cash-drawers')
export class CashDrawersController {
  constructor(
    private readonly drawers: Drawers,
    private readonly reader: DrawerReader,
    private readonly lists: Lists,
  ) {}

  @Get()
  @Access('cashier', 'staff', 'admin')
  @ApiOperation({ summary: 'List the cash drawers of your account' })
  @ApiList(CashDrawerDto)
  @ApiErrors(400, 404)
  list(
    @Req() request: ListRequest,
    @Caller() caller: Principal,
    @Query() query: DrawersQuery,
  ): Promise<ListEnvelope<CashDrawerDto>> {
    return this.lists.list(request, query, drawersOf(caller, query), presentDrawer);
  }

  @Post()
  @Access('staff', 'admin')
  @Idempotent()
  @ApiOperation({ summary: 'Create a cash drawer' })
  @ApiCreatedResponse({ type: CashDrawerDto })
  @ApiErrors(400, 409, 422)
  async create(
    @Caller() caller: Principal,
    @Body() body: CreateDrawerDto,
    @ClaimId() claimId: string | null,
  ): Promise<CashDrawerDto> {
    return presentDrawer(await this.drawers.create(caller, body, claimId));
  }

  @Get(':id')
  @Access('cashier', 'staff', 'admin')
  @ApiOperation({ summary: 'Read a cash drawer' })
  @ApiOkResponse({ type: CashDrawerDto })
  @ApiErrors(404)
  async read(
    @Caller() caller: Principal,
    @Param('id', PathId) id: ObjectId,
  ): Promise<CashDrawerDto> {
    return presentDrawer(await this.reader.read(caller, id));
  }

  @Patch(':id')
  @Access('staff', 'admin')
  @ApiOperation({ summary: 'Change name, place, currencies and limits, or blind counting' })
  @ApiOkResponse({ type: CashDrawerDto })
  @ApiErrors(400, 404, 409)
  async update(
    @Caller() caller: Principal,
    @Param('id', PathId) id: ObjectId,
    @Body() body: UpdateDrawerDto,
  ): Promise<CashDrawerDto> {
    return presentDrawer(await this.drawers.update(caller, id, body));
  }

  @Post(':id/archive')
  @HttpCode(200)
  @Access('staff', 'admin')
  @ApiOperation({
    summary: 'Put a cash drawer out of use',
    description: 'It must be closed and empty. Its sessions and reports stay readable.',
  })
  @ApiOkResponse({ type: CashDrawerDto })
  @ApiErrors(404, 409)
  async archive(
    @Caller() caller: Principal,
    @Param('id', PathId) id: ObjectId,
  ): Promise<CashDrawerDto> {
    return presentDrawer(await this.drawers.archive(caller, id));
  }
}
