import { Module } from '@nestjs/common';
import { AuditsModule } from '../audits/index.js';
import { PaymentsModule } from '../payments/index.js';
import { ProvidersModule } from '../providers/index.js';
import { WebhookEventsController } from './webhook-events.controller.js';
import { WebhookEvents } from './webhook-events.service.js';
import { WebhookInbox } from './webhook-inbox.service.js';
import { WebhookProcessing } from './webhook-processing.service.js';
import { WebhooksController } from './webhooks.controller.js';

@Module({
  imports: [AuditsModule, ProvidersModule, PaymentsModule],
  controllers: [WebhooksController, WebhookEventsController],
  providers: [WebhookInbox, WebhookProcessing, WebhookEvents],
})
export class WebhooksModule {}
