import { Body, Controller, Get, HttpCode, Param, Patch, Post, Query, Req } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { ObjectId, Principal } from '../common/index.js';
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
import { BillingPaymentDto, presentBillingPayment } from './billing-payment.dto.js';
import { billingPaymentsOf, BillingPaymentsQuery } from './billing-payments.query.js';
import { BillingReader } from './billing-reader.service.js';
import { BillingPaymentDetailDto, SubmittedDto } from './manual/manual.dto.js';
import type { BillingPaymentRow } from './manual/manual.types.js';
import {
  ReviseManualPaymentDto,
  SubmitManualPaymentDto,
  WithdrawManualPaymentDto,
} from './manual/manual-requests.dto.js';
import { Revisions } from './manual/revisions.service.js';
import { readRevision, readSubmission } from './manual/submission.reader.js';
import { Submissions } from './manual/submissions.service.js';

@ApiTags('billing')
@Controller('api/v1/billing/payments')
export class BillingPaymentsController {
  constructor(
    private readonly lists: Lists,
    private readonly reader: BillingReader,
    private readonly submissions: Submissions,
    private readonly revisions: Revisions,
  ) {}

  @Get()
  @Access()
  @ApiOperation({ summary: 'List payments: your own, or those of your account' })
  @ApiList(BillingPaymentDto)
  @ApiErrors(400)
  list(
    @Req() request: ListRequest,
    @Caller() caller: Principal,
    @Query() query: BillingPaymentsQuery,
  ): Promise<ListEnvelope<BillingPaymentDto>> {
    return this.lists.list<BillingPaymentRow, BillingPaymentDto>(
      request,
      query,
      billingPaymentsOf(caller, query),
      presentBillingPayment,
    );
  }

  @Post('manual')
  @Access('customer', 'cashier', 'staff', 'admin')
  @Idempotent()
  @ApiOperation({
    summary: 'Report a bank transfer or wallet payment for an invoice',
    description:
      'It waits until somebody else approves it. The reference of another payment needs `confirm_duplicate`.',
  })
  @ApiCreatedResponse({ type: SubmittedDto })
  @ApiErrors(400, 404, 409)
  async submit(
    @Caller() caller: Principal,
    @Body() body: SubmitManualPaymentDto,
    @ClaimId() claimId: string | null,
  ): Promise<SubmittedDto> {
    const payment = await this.submissions.submit(caller, readSubmission(body), claimId);
    return {
      success: true,
      payment_id: payment.id,
      status: payment.status,
      message: 'Payment submitted for approval',
      version: payment.version,
    };
  }

  @Get(':id')
  @Access()
  @ApiOperation({ summary: 'Read a payment with what was said, proved and decided about it' })
  @ApiOkResponse({ type: BillingPaymentDetailDto })
  @ApiErrors(404)
  read(
    @Caller() caller: Principal,
    @Param('id', PathId) id: ObjectId,
  ): Promise<BillingPaymentDetailDto> {
    return this.reader.read(caller, id);
  }

  @Patch(':id')
  @Access('customer', 'cashier', 'staff', 'admin')
  @ApiOperation({
    summary: 'Correct a manual payment that waits for approval',
    description: 'By whoever submitted it. Its version grows, and decisions on the old one fail.',
  })
  @ApiOkResponse({ type: BillingPaymentDetailDto })
  @ApiErrors(400, 404, 409)
  async revise(
    @Caller() caller: Principal,
    @Param('id', PathId) id: ObjectId,
    @Body() body: ReviseManualPaymentDto,
  ): Promise<BillingPaymentDetailDto> {
    await this.revisions.revise(caller, id, readRevision(body));
    return this.reader.read(caller, id);
  }

  @Post(':id/withdraw')
  @HttpCode(200)
  @Access('customer', 'cashier', 'staff', 'admin')
  @ApiOperation({ summary: 'Take back a manual payment that waits for approval' })
  @ApiOkResponse({ type: BillingPaymentDetailDto })
  @ApiErrors(400, 404, 409)
  async withdraw(
    @Caller() caller: Principal,
    @Param('id', PathId) id: ObjectId,
    @Body() body: WithdrawManualPaymentDto,
  ): Promise<BillingPaymentDetailDto> {
    await this.revisions.withdraw(caller, id, body.version);
    return this.reader.read(caller, id);
  }
}
