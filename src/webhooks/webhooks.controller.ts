import { Controller, Post, Put, Req } from '@nestjs/common';
import { RawWebhook, WebhookBody } from '../http/index.js';
import type { ProviderCode } from '../providers/index.js';
import { type Acknowledgement, SignedWebhooks } from './signed-webhooks.service.js';
import { type Delivery, WebhookInbox } from './webhook-inbox.service.js';

type Request = Pick<Delivery, 'headers'>;

/** Where gateways call. Documented for gateways, not in the OpenAPI document. */
@Controller()
export class WebhooksController {
  constructor(
    private readonly inbox: WebhookInbox,
    private readonly signed: SignedWebhooks,
  ) {}

  @Post('api/v1/payments/webhook/azam-pay')
  @RawWebhook()
  azamPay(@WebhookBody() rawBody: Buffer, @Req() request: Request): Promise<Acknowledgement> {
    return this.receive('azampay', rawBody, request);
  }

  @Post('api/payments/webhooks/chapa')
  @RawWebhook()
  chapa(@WebhookBody() rawBody: Buffer, @Req() request: Request): Promise<Acknowledgement> {
    return this.receive('chapa', rawBody, request);
  }

  @Post('api/payments/webhooks/wave')
  @RawWebhook()
  wave(@WebhookBody() rawBody: Buffer, @Req() request: Request): Promise<Acknowledgement> {
    return this.receive('wave', rawBody, request);
  }

  @Post('api/payments/webhooks/orange')
  @RawWebhook()
  orange(@WebhookBody() rawBody: Buffer, @Req() request: Request): Promise<Acknowledgement> {
    return this.receive('orange_money', rawBody, request);
  }

  @Post('api/payments/webhooks/mtn')
  @RawWebhook()
  mtn(@WebhookBody() rawBody: Buffer, @Req() request: Request): Promise<Acknowledgement> {
    return this.receive('mtn_momo', rawBody, request);
  }

  /** MTN's sources disagree on the verb. */
  @Put('api/payments/webhooks/mtn')
  @RawWebhook()
  mtnPut(@WebhookBody() rawBody: Buffer, @Req() request: Request): Promise<Acknowledgement> {
    return this.receive('mtn_momo', rawBody, request);
  }

  @Post('orders/api/stripe-webhook')
  @RawWebhook()
  stripe(@WebhookBody() rawBody: Buffer, @Req() request: Request): Promise<Acknowledgement> {
    return this.receive('stripe', rawBody, request);
  }

  /** The one that is applied while its sender waits. */
  @Post('orders/api/payment-webhook')
  @RawWebhook()
  confirmation(
    @WebhookBody() rawBody: Buffer,
    @Req() { headers }: Request,
  ): Promise<Acknowledgement> {
    return this.signed.confirm({ rawBody, headers });
  }

  private async receive(
    provider: ProviderCode,
    rawBody: Buffer,
    { headers }: Request,
  ): Promise<Acknowledgement> {
    await this.inbox.receive(provider, { rawBody, headers });
    return { status: 'success', message: 'Callback received' };
  }
}
