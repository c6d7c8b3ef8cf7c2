import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  Param,
  Patch,
  Post,
  Put,
  Query,
  Req,
} from '@nestjs/common';
import {
  ApiBody,
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
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
import { PaymentCreation } from '../payment-creation.service.js';
import { PaymentEndings } from '../payment-endings.service.js';
import { PaymentReader } from '../payment-reader.service.js';
import { Payments } from '../payments.service.js';
import { PaymentLists } from './payment-lists.service.js';
import { readPaymentEdit } from './payment-edit.js';
import { CreatePaymentDto, PaymentsQuery } from './payment-requests.dto.js';
import { PaymentDto, presentPayment } from './payment.dto.js';

const EDIT_EXAMPLE = {
  amount: '25000.00',
  payment_method: 'mobile_money',
  mobile_money_provider: 'TIGO',
  notes: 'First half',
};

@ApiTags('payments')
@Controller('api/v1/payments/payments')
export class PaymentsController {
  constructor(
    private readonly creation: PaymentCreation,
    private readonly payments: Payments,
    private readonly endings: PaymentEndings,
    private readonly reader: PaymentReader,
    private readonly lists: PaymentLists,
  ) {}

  @Get()
  @Access()
  @ApiOperation({ summary: 'List payments: your own, or those of your account' })
  @ApiList(PaymentDto)
  list(
    @Req() request: ListRequest,
    @Caller() caller: Principal,
    @Query() query: PaymentsQuery,
  ): Promise<ListEnvelope<PaymentDto>> {
    return this.lists.payments(request, caller, query);
  }

  @Post()
  @Access('customer', 'cashier', 'staff', 'admin')
  @Idempotent()
  @ApiOperation({ summary: 'Create a payment for a booking, an invoice or an order' })
  @ApiCreatedResponse({ type: PaymentDto })
  @ApiErrors(400, 401, 403, 404, 409, 422)
  async create(
    @Caller() caller: Principal,
    @Body() body: CreatePaymentDto,
    @ClaimId() claimId: string | null,
  ): Promise<PaymentDto> {
    const payment = await this.creation.create(
      caller,
      {
        payable: payableNamedBy(body),
        amount: body.amount,
        method: body.payment_method,
        network: body.mobile_money_provider ?? null,
        notes: body.notes ?? '',
      },
      claimId,
    );
    return presentPayment(payment);
  }

  @Get(':id')
  @Access()
  @ApiOperation({ summary: 'Read a payment' })
  @ApiOkResponse({ type: PaymentDto })
  @ApiErrors(401, 404)
  async read(@Caller() caller: Principal, @Param('id', PathId) id: ObjectId): Promise<PaymentDto> {
    return presentPayment(await this.reader.payment(caller, id));
  }

  @Put(':id')
  @Access('customer', 'cashier', 'staff', 'admin')
  @ApiOperation({ summary: 'Change a pending payment; the whole object may be sent back' })
  @ApiBody({ schema: { type: 'object', example: EDIT_EXAMPLE } })
  @ApiOkResponse({ type: PaymentDto })
  @ApiErrors(400, 401, 403, 404, 409)
  replace(
    @Caller() caller: Principal,
    @Param('id', PathId) id: ObjectId,
    @Body() body: unknown,
  ): Promise<PaymentDto> {
    return this.edit(caller, id, body);
  }

  @Patch(':id')
  @Access('customer', 'cashier', 'staff', 'admin')
  @ApiOperation({ summary: 'Change method, network, amount or notes of a pending payment' })
  @ApiBody({ schema: { type: 'object', example: EDIT_EXAMPLE } })
  @ApiOkResponse({ type: PaymentDto })
  @ApiErrors(400, 401, 403, 404, 409)
  update(
    @Caller() caller: Principal,
    @Param('id', PathId) id: ObjectId,
    @Body() body: unknown,
  ): Promise<PaymentDto> {
    return this.edit(caller, id, body);
  }

  @Delete(':id')
  @HttpCode(204)
  @Access('customer', 'cashier', 'staff', 'admin')
  @ApiOperation({ summary: 'Hide a pending payment; its audit trail stays' })
  @ApiNoContentResponse()
  @ApiErrors(401, 403, 404, 409)
  async remove(@Caller() caller: Principal, @Param('id', PathId) id: ObjectId): Promise<void> {
    await this.endings.remove(caller, await this.reader.payment(caller, id));
  }

  private async edit(caller: Principal, id: ObjectId, body: unknown): Promise<PaymentDto> {
    const shown = presentPayment(await this.reader.payment(caller, id));
    return presentPayment(await this.payments.change(caller, id, readPaymentEdit(shown, body)));
  }
}
