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
  PathId,
} from '../../http/index.js';
import { OrderPaymentDto, OrderPaymentsQuery, presentOrderPayment } from './order-payment.dto.js';
import { OrderPayments } from './order-payments.service.js';
import { CreateStripeOrderDto, StripeOrderDto } from './stripe-order.dto.js';
import { StripeOrders } from './stripe-orders.service.js';

@ApiTags('order payments')
@Controller('orders/api')
export class OrderPaymentsController {
  constructor(
    private readonly payments: OrderPayments,
    private readonly stripe: StripeOrders,
  ) {}

  @Get('payments')
  @Access()
  @ApiOperation({ summary: 'List payments of orders: your own, or those of your account' })
  @ApiList(OrderPaymentDto)
  @ApiErrors(400, 404)
  list(
    @Req() request: ListRequest,
    @Caller() caller: Principal,
    @Query() query: OrderPaymentsQuery,
  ): Promise<ListEnvelope<OrderPaymentDto>> {
    return this.payments.list(request, caller, query);
  }

  @Get('payments/:id')
  @Access()
  @ApiOperation({ summary: 'Read the payment of an order' })
  @ApiOkResponse({ type: OrderPaymentDto })
  @ApiErrors(404)
  async read(
    @Caller() caller: Principal,
    @Param('id', PathId) id: ObjectId,
  ): Promise<OrderPaymentDto> {
    return presentOrderPayment(await this.payments.read(caller, id));
  }

  @Post('create-stripe-order')
  @HttpCode(200)
  @Access('customer', 'cashier', 'staff', 'admin')
  @Idempotent()
  @ApiOperation({
    summary: 'Order what is in your cart and pay it at Stripe',
    description:
      'Makes order, payment and Checkout session; send the customer to `url`. Called again it answers the running session. When Stripe cannot be reached the order stays pending: repeat the request, or name `order`.',
  })
  @ApiOkResponse({ type: StripeOrderDto })
  @ApiErrors(400, 404, 409, 422, 502, 503)
  createStripeOrder(
    @Caller() caller: Principal,
    @Body() body: CreateStripeOrderDto,
    @ClaimId() claimId: string | null,
  ): Promise<StripeOrderDto> {
    return this.stripe.start(caller, body, claimId);
  }
}
