import { Module } from '@nestjs/common';
import { AuditsModule } from '../audits/index.js';
import { PaymentsModule } from '../payments/index.js';
import { ProvidersModule } from '../providers/index.js';
import { SignedWebhooks } from './signed-webhooks.service.js';
import { WebhookEventsController } from './webhook-events.controller.js';
import { WebhookEvents } from './webhook-events.service.js';
import { WebhookConclusions } from './webhook-conclusions.service.js';
import { WebhookEvidence } from './webhook-evidence.service.js';
import { WebhookInbox } from './webhook-inbox.service.js';
import { WebhookProcessing } from './webhook-processing.service.js';
import { WebhookMetrics } from './webhook.metrics.js';
import { WebhookStore } from './webhook.store.js';
import { WebhooksController } from './webhooks.controller.js';

@Module({
  imports: [AuditsModule, ProvidersModule, PaymentsModule],
  controllers: [WebhooksController, WebhookEventsController],
  providers: [
    WebhookMetrics,
    WebhookStore,
    WebhookInbox,
    WebhookConclusions,
    WebhookEvidence,
    WebhookProcessing,
    WebhookEvents,
    SignedWebhooks,
  ],
})
export class WebhooksModule {}
