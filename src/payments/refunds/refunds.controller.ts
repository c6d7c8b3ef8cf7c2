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
  ListQuery,
  type ListRequest,
  Lists,
  PathId,
} from '../../http/index.js';
import { PaymentReader } from '../payment-reader.service.js';
import { RefundApprovals } from './refund-approvals.service.js';
import { RefundRequests } from './refund-requests.service.js';
import { RefundSettling } from './refund-settling.service.js';
import {
  CreateRefundDto,
  presentRefund,
  RefundDto,
  RejectRefundDto,
  SettleRefundDto,
} from './refund.dto.js';

@ApiTags('refunds')
@Controller('api/v1/payments')
export class RefundsController {
  constructor(
    private readonly reader: PaymentReader,
    private readonly lists: Lists,
    private readonly requests: RefundRequests,
    private readonly settling: RefundSettling,
    private readonly approvals: RefundApprovals,
  ) {}

  @Get('payments/:id/refunds')
  @Access()
  @ApiOperation({ summary: 'List the refunds of a payment' })
  @ApiList(RefundDto)
  @ApiErrors(404)
  async list(
    @Req() request: ListRequest,
    @Caller() caller: Principal,
    @Param('id', PathId) id: ObjectId,
    @Query() query: ListQuery,
  ): Promise<ListEnvelope<RefundDto>> {
    const payment = await this.reader.payment(caller, id);
    const source = {
      select: 'r.*',
      from: 'refunds r',
      where: [{ sql: 'r.payment_id = ?', params: [payment.id] }],
      orderings: { amount: 'r.amount_minor' },
      idColumn: 'r.id',
      createdColumn: 'r.created_at',
    };
    return this.lists.list(request, query, source, presentRefund);
  }

  @Post('payments/:id/refunds')
  @Access('staff', 'admin')
  @Idempotent()
  @ApiOperation({
    summary: 'Refund a payment, whole or in part',
    description:
      'Where the gateway refunds by API it is asked at once and followed until it is final; otherwise the refund needs attention and is settled by hand.',
  })
  @ApiCreatedResponse({ type: RefundDto })
  @ApiErrors(400, 401, 403, 404, 409, 422)
  async create(
    @Caller() caller: Principal,
    @Param('id', PathId) id: ObjectId,
    @Body() body: CreateRefundDto,
    @ClaimId() claimId: string | null,
  ): Promise<RefundDto> {
    const wanted = { amount: body.amount ?? null, reason: body.reason };
    return presentRefund(await this.requests.request(caller, id, wanted, claimId));
  }

  @Post('refunds/:id/approve')
  @HttpCode(200)
  @Access('staff', 'admin')
  @Idempotent()
  @ApiOperation({
    summary: 'Approve a refund above the limit',
    description: 'By somebody else than whoever asked for it. Only then does its money move.',
  })
  @ApiOkResponse({ type: RefundDto })
  @ApiErrors(401, 403, 404, 409, 422)
  async approve(
    @Caller() caller: Principal,
    @Param('id', PathId) id: ObjectId,
  ): Promise<RefundDto> {
    return presentRefund(await this.approvals.approve(caller, id));
  }

  @Post('refunds/:id/reject')
  @HttpCode(200)
  @Access('staff', 'admin')
  @Idempotent()
  @ApiOperation({ summary: 'Reject, or take back, a refund that waits for a second person' })
  @ApiOkResponse({ type: RefundDto })
  @ApiErrors(400, 401, 403, 404, 409, 422)
  async reject(
    @Caller() caller: Principal,
    @Param('id', PathId) id: ObjectId,
    @Body() body: RejectRefundDto,
  ): Promise<RefundDto> {
    return presentRefund(await this.approvals.reject(caller, id, body.reason));
  }

  @Post('refunds/:id/settle')
  @HttpCode(200)
  @Access('staff', 'admin')
  @Idempotent()
  @ApiOperation({ summary: 'Record how a refund that needs attention was paid back' })
  @ApiOkResponse({ type: RefundDto })
  @ApiErrors(400, 401, 403, 404, 409, 422)
  async settle(
    @Caller() caller: Principal,
    @Param('id', PathId) id: ObjectId,
    @Body() body: SettleRefundDto,
  ): Promise<RefundDto> {
    return presentRefund(await this.settling.settle(caller, id, body));
  }
}
