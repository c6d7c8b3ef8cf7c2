import { Body, Controller, Get, HttpCode, Param, Post, Query, Req } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { ObjectId, Principal } from '../../common/index.js';
import {
  Access,
  ApiErrors,
  ApiList,
  Caller,
  Idempotent,
  type ListEnvelope,
  type ListRequest,
  PathId,
} from '../../http/index.js';
import { Resolutions } from '../attempts/resolutions.service.js';
import { PaymentReader } from '../payment-reader.service.js';
import { presentResolved, ResolvedTransactionDto } from './answers.dto.js';
import { PaymentLists } from './payment-lists.service.js';
import { ResolveTransactionDto, TransactionsQuery } from './payment-requests.dto.js';
import { presentTransaction, TransactionDto } from './transaction.dto.js';

@ApiTags('transactions')
@Controller('api/v1/payments/transactions')
export class TransactionsController {
  constructor(
    private readonly reader: PaymentReader,
    private readonly lists: PaymentLists,
    private readonly resolutions: Resolutions,
  ) {}

  @Get()
  @Access()
  @ApiOperation({
    summary: 'List attempts at gateways; `needs_review=true` lists what waits for a person',
  })
  @ApiList(TransactionDto)
  list(
    @Req() request: ListRequest,
    @Caller() caller: Principal,
    @Query() query: TransactionsQuery,
  ): Promise<ListEnvelope<TransactionDto>> {
    return this.lists.transactions(request, caller, query);
  }

  @Get(':id')
  @Access()
  @ApiOperation({ summary: 'Read one attempt' })
  @ApiOkResponse({ type: TransactionDto })
  @ApiErrors(401, 404)
  async read(
    @Caller() caller: Principal,
    @Param('id', PathId) id: ObjectId,
  ): Promise<TransactionDto> {
    return presentTransaction(await this.reader.attempt(caller, id));
  }

  @Post(':id/resolve')
  @HttpCode(200)
  @Access('staff', 'admin')
  @Idempotent()
  @ApiOperation({
    summary: 'Settle an attempt that the gateway cannot answer for',
    description:
      'The first person proposes an outcome with evidence and reason; a second person confirms by posting the same outcome.',
  })
  @ApiOkResponse({ type: ResolvedTransactionDto })
  @ApiErrors(400, 401, 403, 404, 409, 422)
  async resolve(
    @Caller() caller: Principal,
    @Param('id', PathId) id: ObjectId,
    @Body() body: ResolveTransactionDto,
  ): Promise<ResolvedTransactionDto> {
    const resolved = await this.resolutions.resolve(caller, id, {
      outcome: body.outcome,
      evidence: body.evidence,
      reason: body.reason,
      gatewayTransactionId: body.gateway_transaction_id ?? null,
    });
    return presentResolved(resolved);
  }
}
