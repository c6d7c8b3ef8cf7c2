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
  Lists,
  PathId,
} from '../../http/index.js';
import { OrderDesk } from './order-desk.service.js';
import { OrderDto, presentOrder } from './order.dto.js';
import { OrderReader } from './order.reader.js';
import { CancelOrderDto, OrdersQuery, PlaceOrderDto } from './order-requests.dto.js';
import { Orders } from './orders.service.js';
import { ordersOf } from './orders.source.js';

@ApiTags('orders')
@Controller('orders/api/orders')
export class OrdersController {
  constructor(
    private readonly desk: OrderDesk,
    private readonly orders: Orders,
    private readonly reader: OrderReader,
    private readonly lists: Lists,
  ) {}

  @Get()
  @Access()
  @ApiOperation({ summary: 'List orders: your own, or those of your account' })
  @ApiList(OrderDto)
  @ApiErrors(400, 404)
  list(
    @Req() request: ListRequest,
    @Caller() caller: Principal,
    @Query() query: OrdersQuery,
  ): Promise<ListEnvelope<OrderDto>> {
    return this.lists.list(request, query, ordersOf(caller, query), presentOrder);
  }

  @Get(':id')
  @Access()
  @ApiOperation({ summary: 'Read an order' })
  @ApiOkResponse({ type: OrderDto })
  @ApiErrors(404)
  async read(@Caller() caller: Principal, @Param('id', PathId) id: ObjectId): Promise<OrderDto> {
    return presentOrder(await this.reader.read(caller, id));
  }

  @Post()
  @Access('customer', 'cashier', 'staff', 'admin')
  @Idempotent()
  @ApiOperation({
    summary: 'Order what is in your cart',
    description:
      'Prices are frozen and stock is held. Its payment is made with it, pending: cash on delivery (COD) is collected by staff, an online order is paid through a gateway.',
  })
  @ApiCreatedResponse({ type: OrderDto })
  @ApiErrors(400, 404, 409, 422)
  async place(
    @Caller() caller: Principal,
    @Body() body: PlaceOrderDto,
    @ClaimId() claimId: string | null,
  ): Promise<OrderDto> {
    const { shipping_address: address, method } = body;
    return presentOrder(await this.desk.place(caller, { address, method }, claimId));
  }

  @Post(':id/cancel')
  @HttpCode(200)
  @Access('customer', 'cashier', 'staff', 'admin')
  @ApiOperation({
    summary: 'Cancel an order that is not paid',
    description:
      'Its stock is on sale again. Money that arrives afterwards is kept as unallocated.',
  })
  @ApiOkResponse({ type: OrderDto })
  @ApiErrors(400, 404, 409)
  async cancel(
    @Caller() caller: Principal,
    @Param('id', PathId) id: ObjectId,
    @Body() body: CancelOrderDto,
  ): Promise<OrderDto> {
    return presentOrder(await this.orders.cancel(caller, id, body.reason ?? null));
  }

  @Post(':id/fulfil')
  @HttpCode(200)
  @Access('staff', 'admin')
  @ApiOperation({
    summary: 'Note that the goods of a paid order were handed over',
    description: 'From then on a refund leaves its stock sold.',
  })
  @ApiOkResponse({ type: OrderDto })
  @ApiErrors(404, 409)
  async fulfil(@Caller() caller: Principal, @Param('id', PathId) id: ObjectId): Promise<OrderDto> {
    return presentOrder(await this.orders.fulfil(caller, id));
  }
}
