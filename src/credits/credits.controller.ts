import { Controller, Get, Param, Query, Req } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { ObjectId, Principal } from '../common/index.js';
import {
  Access,
  ApiErrors,
  ApiList,
  Caller,
  type ListEnvelope,
  type ListRequest,
  PathId,
} from '../http/index.js';
import { CreditDto, CreditEntryDto } from './credit.dto.js';
import { CreditLists } from './credit-lists.service.js';
import { CreditEntriesQuery, CreditsQuery } from './credit.query.dto.js';

@ApiTags('billing')
@Controller('api/v1/billing/credits')
@Access()
export class CreditsController {
  constructor(private readonly lists: CreditLists) {}

  @Get()
  @ApiOperation({
    summary: 'List credit balances: your own, or those of your account',
    description:
      'One balance per customer and currency. A processed invoice payment credits what it paid, a refund or reversal takes it back.',
  })
  @ApiList(CreditDto)
  @ApiErrors(400)
  balances(
    @Req() request: ListRequest,
    @Caller() caller: Principal,
    @Query() query: CreditsQuery,
  ): Promise<ListEnvelope<CreditDto>> {
    return this.lists.balances(request, caller, query);
  }

  @Get(':id/entries')
  @ApiOperation({ summary: 'List what changed a credit balance' })
  @ApiList(CreditEntryDto)
  @ApiErrors(400, 404)
  entries(
    @Req() request: ListRequest,
    @Caller() caller: Principal,
    @Param('id', PathId) id: ObjectId,
    @Query() query: CreditEntriesQuery,
  ): Promise<ListEnvelope<CreditEntryDto>> {
    return this.lists.entries(request, caller, id, query);
  }
}
