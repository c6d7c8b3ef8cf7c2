import { Body, Controller, Get, HttpCode, Param, Post, Query, Req } from '@nestjs/common';
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
  PathId,
} from '../../http/index.js';
import { payableNamedBy } from '../payable.naming.js';
import { ReceiptDesk } from './receipt-desk.service.js';
import { UnallocatedActs } from './unallocated-acts.service.js';
import type { WantedAct } from './unallocated.entity.js';
import {
  AllocateDto,
  KeepAsCreditDto,
  PayBackDto,
  presentAct,
  RecordReceiptDto,
  UnallocatedActDto,
  UnallocatedQuery,
  UnallocatedReceiptDetailDto,
  UnallocatedReceiptDto,
} from './unallocated.dto.js';

const SECOND_PERSON = 'Above the limit it waits until somebody else confirms it.';

@ApiTags('unallocated')
@Controller('api/v1/payments/unallocated')
export class UnallocatedController {
  constructor(
    private readonly desk: ReceiptDesk,
    private readonly acts: UnallocatedActs,
  ) {}

  @Get()
  @Access('staff', 'admin')
  @ApiOperation({
    summary: 'List money that nobody owed: overpayments, excess, unmatched receipts',
  })
  @ApiList(UnallocatedReceiptDto)
  @ApiErrors(403)
  list(
    @Req() request: ListRequest,
    @Caller() caller: Principal,
    @Query() query: UnallocatedQuery,
  ): Promise<ListEnvelope<UnallocatedReceiptDto>> {
    return this.desk.list(request, caller, query);
  }

  @Post()
  @Access('staff', 'admin')
  @Idempotent()
  @ApiOperation({ summary: 'Record money on a statement that no payment explains' })
  @ApiCreatedResponse({ type: UnallocatedReceiptDto })
  @ApiErrors(400, 401, 403, 409, 422)
  record(
    @Caller() caller: Principal,
    @Body() body: RecordReceiptDto,
    @ClaimId() claimId: string | null,
  ): Promise<UnallocatedReceiptDto> {
    return this.desk.record(caller, body, claimId);
  }

  @Get(':id')
  @Access('staff', 'admin')
  @ApiOperation({ summary: 'Read a receipt and what was done with it' })
  @ApiOkResponse({ type: UnallocatedReceiptDetailDto })
  @ApiErrors(401, 403, 404)
  read(
    @Caller() caller: Principal,
    @Param('id', PathId) id: ObjectId,
  ): Promise<UnallocatedReceiptDetailDto> {
    return this.desk.read(caller, id);
  }

  @Post(':id/allocate')
  @Access('staff', 'admin')
  @Idempotent()
  @ApiOperation({
    summary: 'Pay a booking, an invoice or an order with it',
    description: SECOND_PERSON,
  })
  @ApiCreatedResponse({ type: UnallocatedActDto })
  @ApiErrors(400, 401, 403, 404, 409, 422)
  allocate(
    @Caller() caller: Principal,
    @Param('id', PathId) id: ObjectId,
    @Body() body: AllocateDto,
    @ClaimId() claimId: string | null,
  ): Promise<UnallocatedActDto> {
    return this.propose(caller, id, claimId, {
      ...wantedOf('allocate', body),
      payable: payableNamedBy(body),
    });
  }

  @Post(':id/credit')
  @Access('staff', 'admin')
  @Idempotent()
  @ApiOperation({ summary: 'Keep it as credit of a customer', description: SECOND_PERSON })
  @ApiCreatedResponse({ type: UnallocatedActDto })
  @ApiErrors(400, 401, 403, 404, 409, 422)
  credit(
    @Caller() caller: Principal,
    @Param('id', PathId) id: ObjectId,
    @Body() body: KeepAsCreditDto,
    @ClaimId() claimId: string | null,
  ): Promise<UnallocatedActDto> {
    const customer = body.customer ?? null;
    return this.propose(caller, id, claimId, { ...wantedOf('credit', body), customer });
  }

  @Post(':id/refund')
  @Access('staff', 'admin')
  @Idempotent()
  @ApiOperation({ summary: 'Record how it was paid back', description: SECOND_PERSON })
  @ApiCreatedResponse({ type: UnallocatedActDto })
  @ApiErrors(400, 401, 403, 404, 409, 422)
  refund(
    @Caller() caller: Principal,
    @Param('id', PathId) id: ObjectId,
    @Body() body: PayBackDto,
    @ClaimId() claimId: string | null,
  ): Promise<UnallocatedActDto> {
    const settlement = { method: body.method, evidence: body.evidence };
    return this.propose(caller, id, claimId, { ...wantedOf('refund', body), settlement });
  }

  @Post('acts/:id/confirm')
  @HttpCode(200)
  @Access('staff', 'admin')
  @Idempotent()
  @ApiOperation({ summary: 'Confirm what a colleague proposed' })
  @ApiOkResponse({ type: UnallocatedActDto })
  @ApiErrors(401, 403, 404, 409, 422)
  async confirm(
    @Caller() caller: Principal,
    @Param('id', PathId) id: ObjectId,
  ): Promise<UnallocatedActDto> {
    return presentAct(await this.acts.confirm(caller, id));
  }

  @Post('acts/:id/reject')
  @HttpCode(200)
  @Access('staff', 'admin')
  @Idempotent()
  @ApiOperation({ summary: 'Reject, or take back, what was proposed' })
  @ApiOkResponse({ type: UnallocatedActDto })
  @ApiErrors(401, 403, 404, 409, 422)
  async reject(
    @Caller() caller: Principal,
    @Param('id', PathId) id: ObjectId,
  ): Promise<UnallocatedActDto> {
    return presentAct(await this.acts.reject(caller, id));
  }

  private async propose(
    caller: Principal,
    id: ObjectId,
    claimId: string | null,
    wanted: WantedAct,
  ): Promise<UnallocatedActDto> {
    return presentAct(await this.acts.propose(caller, id, wanted, claimId));
  }
}

function wantedOf(
  kind: WantedAct['kind'],
  { amount, reason }: { amount?: string | number; reason: string },
): WantedAct {
  return { kind, amount: amount ?? null, reason, payable: null, customer: null, settlement: null };
}
