import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { ObjectId, Principal } from '../../common/index.js';
import { Access, ApiErrors, Caller, ClaimId, Idempotent, PathId } from '../../http/index.js';
import { InitiateGateway } from '../attempts/initiate-gateway.service.js';
import { PaymentEndings } from '../payment-endings.service.js';
import { PaymentReader } from '../payment-reader.service.js';
import { Collections } from '../tenders/collections.service.js';
import { InitiatedDto, presentInitiated } from './answers.dto.js';
import { InitiateGatewayDto } from './payment-requests.dto.js';
import { PaymentDto, presentPayment } from './payment.dto.js';

/** What can be done with a payment. */
@ApiTags('payments')
@Controller('api/v1/payments/payments')
export class PaymentActsController {
  constructor(
    private readonly endings: PaymentEndings,
    private readonly collections: Collections,
    private readonly reader: PaymentReader,
    private readonly gateway: InitiateGateway,
  ) {}

  @Post(':id/cancel')
  @HttpCode(200)
  @Access('customer', 'cashier', 'staff', 'admin')
  @ApiOperation({ summary: 'Cancel a payment that is not at a gateway' })
  @ApiOkResponse({ type: PaymentDto })
  @ApiErrors(401, 403, 404, 409)
  async cancel(
    @Caller() caller: Principal,
    @Param('id', PathId) id: ObjectId,
  ): Promise<PaymentDto> {
    const payment = await this.reader.payment(caller, id);
    return presentPayment(await this.endings.cancel(caller, payment));
  }

  @Post(':id/collect')
  @HttpCode(200)
  @Access('cashier', 'staff', 'admin')
  @Idempotent()
  @ApiOperation({
    summary: 'Record that the cash of a cash or COD payment was received',
    description:
      'The payment is complete at once; the cash lies in the open drawer session of whoever calls. Without one it is refused with 409.',
  })
  @ApiOkResponse({ type: PaymentDto })
  @ApiErrors(400, 401, 403, 404, 409, 422)
  async collect(
    @Caller() caller: Principal,
    @Param('id', PathId) id: ObjectId,
    @ClaimId() claimId: string | null,
  ): Promise<PaymentDto> {
    return presentPayment(await this.collections.collect(caller, id, claimId));
  }

  @Post(':id/initiate-gateway')
  @HttpCode(200)
  @Access()
  @Idempotent()
  @ApiOperation({
    summary: 'Send the payment prompt to the payer’s phone',
    description:
      'A customer’s own profile number is used; staff, admin, cashier and owner prompt the customer’s number in the booking. A failed or expired payment may be tried again.',
  })
  @ApiBody({ type: InitiateGatewayDto, required: false })
  @ApiOkResponse({ type: InitiatedDto })
  @ApiErrors(400, 401, 404, 409, 422, 429, 502, 503)
  async initiateGateway(
    @Caller() caller: Principal,
    @Param('id', PathId) id: ObjectId,
    @Body() body: InitiateGatewayDto,
    @ClaimId() claimId: string | null,
  ): Promise<InitiatedDto> {
    const network = body.mobile_money_provider ?? null;
    return presentInitiated(await this.gateway.initiate(caller, id, network, claimId));
  }
}
