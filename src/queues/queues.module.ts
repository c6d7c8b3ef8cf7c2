import { type BeforeApplicationShutdown, Module, type OnModuleInit } from '@nestjs/common';
import { HealthRegistry } from '../http/index.js';
import { Doorbell } from './doorbell.service.js';
import { OutboxDrains } from './outbox-drains.service.js';
import { OutboxMetrics } from './outbox.metrics.js';
import { OutboxProcessor } from './outbox.processor.js';
import { OutboxRows } from './outbox-rows.repository.js';
import { OutboxRunner } from './outbox-runner.service.js';

const PING_MS = 1_500;
const CLOSE_MS = 2_000;

/**
 * Work that follows a fact. Every process rings; processes with the role `all` or `worker` answer and do
 * the work. Needs the global configuration, database and HTTP modules.
 */
@Module({
  providers: [Doorbell, OutboxDrains, OutboxMetrics, OutboxProcessor, OutboxRows, OutboxRunner],
})
export class QueuesModule implements OnModuleInit, BeforeApplicationShutdown {
  constructor(
    private readonly doorbell: Doorbell,
    private readonly processor: OutboxProcessor,
    private readonly health: HealthRegistry,
  ) {}

  onModuleInit(): void {
    this.health.register('jobs', async () => {
      await this.doorbell.ping(PING_MS);
      return this.processor.trouble();
    });
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.doorbell.close(CLOSE_MS);
  }
}
