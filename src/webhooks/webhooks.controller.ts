import { Controller, Post, Req } from '@nestjs/common';
import { RawWebhook, WebhookBody } from '../http/index.js';
import { type Delivery, WebhookInbox } from './webhook-inbox.service.js';

/** Where gateways call. Documented for gateways, not in the OpenAPI document. */
@Controller('api/v1/payments/webhook')
export class WebhooksController {
  constructor(private readonly inbox: WebhookInbox) {}

  @Post('azam-pay')
  @RawWebhook()
  async azamPay(
    @WebhookBody() rawBody: Buffer,
    @Req() request: Pick<Delivery, 'headers'>,
  ): Promise<{ status: string; message: string }> {
    await this.inbox.receive('azampay', { rawBody, headers: request.headers });
    return { status: 'success', message: 'Callback received' };
  }
}
