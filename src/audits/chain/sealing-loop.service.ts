import { setTimeout as pause } from 'node:timers/promises';
import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { CONFIG, type Config } from '../../config/index.js';
import { AuditSealer, SEAL_BATCH } from './audit-sealer.service.js';

/** Seals as long as a process that runs jobs lives. */
@Injectable()
export class SealingLoop implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(SealingLoop.name);
  private readonly stop = new AbortController();
  private running: Promise<void> = Promise.resolve();

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly sealer: AuditSealer,
  ) {}

  onApplicationBootstrap(): void {
    if (this.config.role !== 'api') this.running = this.run();
  }

  /** Before the data source closes; the batch under way is finished. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stop.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const { signal } = this.stop;
    while (!signal.aborted) {
      // A full batch means that more is waiting.
      if ((await this.sealOnce()) === SEAL_BATCH) continue;
      // The pause ends early when the application stops, which is not an error.
      await pause(this.config.jobs.sealEveryMs, null, { signal }).catch(() => null);
    }
  }

  private async sealOnce(): Promise<number> {
    try {
      return await this.sealer.sealBatch();
    } catch (error) {
      // The entries wait where they are; the next round takes them.
      this.logger.warn(`sealing failed: ${error instanceof Error ? error.message : String(error)}`);
      return 0;
    }
  }
}
