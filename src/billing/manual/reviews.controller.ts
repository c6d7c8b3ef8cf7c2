import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { ObjectId, Principal } from '../../common/index.js';
import { Access, ApiErrors, Caller, ClaimId, Idempotent, PathId } from '../../http/index.js';
import { BillingReader } from '../billing-reader.service.js';
import { BillingPaymentDetailDto, presentReversal, ReversalDto } from './manual.dto.js';
import {
  ApproveManualPaymentDto,
  DeclineReversalDto,
  RejectManualPaymentDto,
  ReverseManualPaymentDto,
} from './manual-requests.dto.js';
import { Reversals } from './reversals.service.js';
import { Reviews } from './reviews.service.js';

@ApiTags('billing')
@Controller('api/v1/billing')
@Access('staff', 'admin')
export class ReviewsController {
  constructor(
    private readonly reviews: Reviews,
    private readonly reversals: Reversals,
    private readonly reader: BillingReader,
  ) {}

  @Post('payments/:id/approve')
  @HttpCode(200)
  @Idempotent()
  @ApiOperation({
    summary: 'Approve a manual payment: its money arrived',
    description:
      'By somebody without a part in it. What was received settles the invoice, also partly.',
  })
  @ApiOkResponse({ type: BillingPaymentDetailDto })
  @ApiErrors(400, 404, 409)
  async approve(
    @Caller() caller: Principal,
    @Param('id', PathId) id: ObjectId,
    @Body() body: ApproveManualPaymentDto,
    @ClaimId() claimId: string | null,
  ): Promise<BillingPaymentDetailDto> {
    const approval = {
      version: body.version,
      receivedAmount: body.received_amount ?? null,
      confirmDuplicate: body.confirm_duplicate ?? false,
      reason: body.reason?.trim() || null,
    };
    await this.reviews.approve(caller, id, approval, claimId);
    return this.reader.read(caller, id);
  }

  @Post('payments/:id/reject')
  @HttpCode(200)
  @ApiOperation({ summary: 'Reject a manual payment; it may be submitted again as a new one' })
  @ApiOkResponse({ type: BillingPaymentDetailDto })
  @ApiErrors(400, 404, 409)
  async reject(
    @Caller() caller: Principal,
    @Param('id', PathId) id: ObjectId,
    @Body() body: RejectManualPaymentDto,
  ): Promise<BillingPaymentDetailDto> {
    await this.reviews.reject(caller, id, {
      version: body.version,
      code: body.reason_code ?? 'other',
      reason: body.reason.trim(),
    });
    return this.reader.read(caller, id);
  }

  @Post('payments/:id/reverse')
  @HttpCode(200)
  @Idempotent()
  @ApiOperation({
    summary: 'Propose to take an approved payment back: its transfer was recalled',
    description: 'Nothing moves until a second person confirms it.',
  })
  @ApiOkResponse({ type: ReversalDto })
  @ApiErrors(400, 404, 409)
  async reverse(
    @Caller() caller: Principal,
    @Param('id', PathId) id: ObjectId,
    @Body() body: ReverseManualPaymentDto,
    @ClaimId() claimId: string | null,
  ): Promise<ReversalDto> {
    const proposal = {
      reason: body.reason.trim(),
      ...(body.version === undefined ? {} : { version: body.version }),
    };
    return presentReversal(await this.reversals.propose(caller, id, proposal, claimId));
  }

  @Post('reversals/:id/confirm')
  @HttpCode(200)
  @Idempotent()
  @ApiOperation({
    summary: 'Confirm a reversal that somebody else proposed',
    description: 'The invoice is owed again, and the credit of the payment is taken back.',
  })
  @ApiOkResponse({ type: ReversalDto })
  @ApiErrors(404, 409)
  async confirm(
    @Caller() caller: Principal,
    @Param('id', PathId) id: ObjectId,
    @ClaimId() claimId: string | null,
  ): Promise<ReversalDto> {
    return presentReversal(await this.reversals.confirm(caller, id, claimId));
  }

  @Post('reversals/:id/decline')
  @HttpCode(200)
  @ApiOperation({ summary: 'Decline a proposed reversal, your own too; the payment stays' })
  @ApiOkResponse({ type: ReversalDto })
  @ApiErrors(400, 404, 409)
  async decline(
    @Caller() caller: Principal,
    @Param('id', PathId) id: ObjectId,
    @Body() body: DeclineReversalDto,
  ): Promise<ReversalDto> {
    return presentReversal(await this.reversals.decline(caller, id, body.reason?.trim() || null));
  }
}
