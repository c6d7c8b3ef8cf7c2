import { Body, Controller, Get, HttpCode, Param, Post, Query, Req } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
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
import type { ItemRow } from '../reconciliation.types.js';
import { RunReader } from '../runs/run.reader.js';
import { ItemDto, ItemsQuery, presentItem, ResolveItemDto } from './item.dto.js';
import { itemsOf } from './item.source.js';
import { ItemResolutions } from './resolutions.service.js';

@ApiTags('reconciliation')
@Controller('api/v1/reconciliation')
export class ItemsController {
  constructor(
    private readonly runs: RunReader,
    private readonly lists: Lists,
    private readonly resolutions: ItemResolutions,
  ) {}

  @Get('runs/:id/items')
  @Access('staff', 'admin')
  @ApiOperation({ summary: 'List the lines of a run and what became of them' })
  @ApiList(ItemDto)
  @ApiErrors(400, 403, 404)
  async list(
    @Req() request: ListRequest,
    @Caller() caller: Principal,
    @Param('id', PathId) id: ObjectId,
    @Query() query: ItemsQuery,
  ): Promise<ListEnvelope<ItemDto>> {
    const run = await this.runs.read(caller, id);
    const source = itemsOf(caller, run.id, query);
    return this.lists.list<ItemRow, ItemDto>(request, query, source, presentItem);
  }

  @Get('items/:id')
  @Access('staff', 'admin')
  @ApiOperation({ summary: 'Read one line and what became of it' })
  @ApiOkResponse({ type: ItemDto })
  @ApiErrors(403, 404)
  async read(@Caller() caller: Principal, @Param('id', PathId) id: ObjectId): Promise<ItemDto> {
    return presentItem(await this.resolutions.read(caller, id));
  }

  @Post('items/:id/resolve')
  @HttpCode(200)
  @Access('staff', 'admin')
  @Idempotent()
  @ApiOperation({ summary: 'Resolve a difference with a reason' })
  @ApiOkResponse({ type: ItemDto })
  @ApiErrors(400, 403, 404, 409, 422)
  async resolve(
    @Caller() caller: Principal,
    @Param('id', PathId) id: ObjectId,
    @Body() body: ResolveItemDto,
    @ClaimId() claimId: string | null,
  ): Promise<ItemDto> {
    return presentItem(await this.resolutions.resolve(caller, id, body, claimId));
  }
}
