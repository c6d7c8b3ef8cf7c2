import { Body, Controller, Get, HttpCode, Param, Post, Query, Req } from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiOkResponse,
  ApiOperation,
  ApiQuery,
  ApiTags,
} from '@nestjs/swagger';
import { DomainError, formatMinor, type ObjectId, type Principal } from '../../common/index.js';
import {
  Access,
  ApiErrors,
  Caller,
  ClaimId,
  Idempotent,
  PathId,
  Public,
  RateLimit,
} from '../../http/index.js';
import type { PayableKind } from '../payable.port.js';
import type { PaymentRow } from '../payment.entity.js';
import { PaymentReader } from '../payment-reader.service.js';
import { CheckoutOrders } from './checkout-order.service.js';
import { InitiatedCheckoutDto, InitiatePaymentDto, PaymentStatusDto } from './checkout.dto.js';
import type { CheckoutRequest } from './checkout.types.js';
import { Checkouts } from './checkouts.service.js';
import { shownIn004 } from './surface.js';
import { type VerificationAnswer, VerificationPresenter } from './verification.presenter.js';
import { Verification } from './verification.service.js';

const KINDS = {
  booking_id: 'booking',
  order_id: 'order',
  invoice_id: 'invoice',
} as const satisfies Partial<Record<keyof InitiatePaymentDto, PayableKind>>;

const AT_THE_GATEWAY = new Set(['gateway_declined', 'gateway_rejected', 'gateway_misconfigured']);

@ApiTags('checkout')
@Controller('api/payments')
export class CheckoutController {
  constructor(
    private readonly orders: CheckoutOrders,
    private readonly checkouts: Checkouts,
    private readonly reader: PaymentReader,
    private readonly verification: Verification,
    private readonly presenter: VerificationPresenter,
  ) {}

  @Post('initiate')
  @Public()
  @Idempotent({ bodyField: 'idempotency_key', guestScope: guestScopeOf })
  @ApiOperation({
    summary: 'Pay for a booking, an order or an invoice',
    description:
      'Starts a hosted page or a prompt for all that is owed. Called again it answers the running one. A guest may pay a booking by its uuid where the deployment allows it.',
  })
  @ApiCreatedResponse({ type: InitiatedCheckoutDto })
  @ApiErrors(400, 401, 403, 404, 409, 422, 429, 502, 503)
  async initiate(
    @Req() request: { principal?: Principal; ip: string },
    @Body() body: InitiatePaymentDto,
    @ClaimId() claimId: string | null,
  ): Promise<InitiatedCheckoutDto> {
    const order = await this.orders.decide(
      request.principal ?? null,
      request.ip,
      readRequest(body),
      claimId,
    );
    const { payment, attempt } = await this.checkouts.start(order).catch((error: unknown) => {
      throw inWordsOf004(error, order.provider.name);
    });
    return {
      status: 'success',
      message: 'Payment initiated successfully',
      data: {
        checkout_url: attempt.checkout_url,
        payment_id: payment.uuid,
        transaction_reference: attempt.reference,
        provider: attempt.provider,
        payment_status: shownIn004(payment.status),
        status_detail: payment.status,
      },
    };
  }

  @Get(':id/status')
  @Access()
  @ApiOperation({ summary: 'How a payment stands' })
  @ApiOkResponse({ type: PaymentStatusDto })
  @ApiErrors(401, 404)
  async status(
    @Caller() caller: Principal,
    @Param('id', PathId) id: ObjectId,
  ): Promise<PaymentStatusDto> {
    const payment = await this.reader.payment(caller, id);
    const attempt = await this.reader.lastAttempt(payment.id);
    return {
      status: 'success',
      data: {
        payment_id: payment.uuid,
        payment_status: payment.status,
        status_detail: payment.status,
        provider: payment.provider ?? attempt?.provider ?? '',
        amount: formatMinor(payment.amount_minor, payment.currency),
        currency: payment.currency,
        payment_method: payment.payment_method,
        transaction_reference: attempt?.reference ?? '',
        checkout_url: isUnpaid(payment) ? (attempt?.checkout_url ?? null) : null,
        paid_at: payment.paid_at?.toISOString() ?? null,
      },
    };
  }

  @Get('verify')
  @Public()
  @RateLimit('verify')
  @ApiOperation({
    summary: 'Ask the gateway about a payment and apply its answer',
    description: 'What a gateway’s redirect calls; no login. `trx_ref` means the same as `tx_ref`.',
  })
  @ApiQuery({ name: 'tx_ref', required: false, example: 'tx-3m5xkq0v9t2c7d4h' })
  @ApiOkResponse({ schema: { type: 'object', additionalProperties: true } })
  @ApiErrors(400, 404, 503)
  verify(@Query() query: Record<string, unknown>): Promise<VerificationAnswer> {
    return this.verifyReference(query);
  }

  @Post('verify')
  @HttpCode(200)
  @Public()
  @RateLimit('verify')
  @ApiOperation({ summary: 'The same by POST' })
  @ApiQuery({ name: 'tx_ref', required: false, example: 'tx-3m5xkq0v9t2c7d4h' })
  @ApiOkResponse({ schema: { type: 'object', additionalProperties: true } })
  @ApiErrors(400, 404, 503)
  verifyByPost(
    @Query() query: Record<string, unknown>,
    @Body() body: Record<string, unknown>,
  ): Promise<VerificationAnswer> {
    return this.verifyReference({ ...body, ...query });
  }

  private async verifyReference(query: Record<string, unknown>): Promise<VerificationAnswer> {
    const reference = query['tx_ref'] ?? query['trx_ref'];
    if (typeof reference !== 'string' || reference === '') {
      throw new DomainError('invalid', 'validation_failed', 'tx_ref is required', {
        errors: { tx_ref: ['is required'] },
      });
    }
    return this.presenter.present(await this.verification.verify(reference));
  }
}

function readRequest(body: InitiatePaymentDto): CheckoutRequest {
  const fields = (Object.keys(KINDS) as (keyof typeof KINDS)[]).filter(
    (field) => body[field] !== undefined && body[field] !== null && body[field] !== '',
  );
  const [field, more] = fields;
  if (!field) {
    throw new DomainError('invalid', 'validation_failed', 'booking_id is required', {
      errors: { booking_id: ['is required, or order_id, or invoice_id'] },
    });
  }
  if (more) {
    throw new DomainError('invalid', 'validation_failed', `${more}: name one thing to pay`, {
      errors: { [more]: [`cannot be paid together with ${field}`] },
    });
  }
  const name = [body.first_name, body.last_name].filter(Boolean).join(' ').trim();
  return {
    payable: { kind: KINDS[field], id: body[field] },
    provider: body.provider ?? null,
    amount: body.amount ?? null,
    method: body.payment_method ?? null,
    network: body.mobile_money_provider ?? null,
    phone: body.phone_number ?? null,
    email: body.email ?? null,
    name: name || null,
    returnUrl: body.return_url ?? null,
  };
}

function guestScopeOf(body: Readonly<Record<string, unknown>>): string | null {
  const id = body['booking_id'];
  return typeof id === 'string' && id !== '' ? `booking:${id.toLowerCase()}` : null;
}

/** Failures of a gateway at the start are 400 with the gateway's words in document 004. */
function inWordsOf004(error: unknown, gateway: string): unknown {
  if (!(error instanceof DomainError) || !AT_THE_GATEWAY.has(error.code)) return error;
  return new DomainError('refused', error.code, `Failed to initiate payment with ${gateway}`, {
    ...error.extra,
    cause: error,
  });
}

function isUnpaid(payment: PaymentRow): boolean {
  return payment.status === 'pending' || payment.status === 'processing';
}
