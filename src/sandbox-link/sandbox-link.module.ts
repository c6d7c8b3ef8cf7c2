import { Inject, Module, type OnModuleInit } from '@nestjs/common';
import { CONFIG, type Config } from '../config/index.js';
import { HealthRegistry } from '../http/index.js';
import { TestClockController } from './test-clock.controller.js';

const PROBE_MS = 1_000;

/** What the product has to do with its sandbox, mounted only where that is on. */
@Module({ controllers: [TestClockController] })
export class SandboxLinkModule implements OnModuleInit {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly health: HealthRegistry,
  ) {}

  onModuleInit(): void {
    this.health.register('sandbox', () => this.probe());
  }

  /** Ready means that the gateways' stand-in answers too. */
  private async probe(): Promise<string | null> {
    const { url } = this.config.sandbox;
    const signal = AbortSignal.timeout(PROBE_MS);
    const answer = await fetch(`${url}/api/health`, { signal }).catch(() => null);
    await answer?.body?.cancel();
    return answer?.ok ? null : `nothing answers on ${url}; start again, or set SANDBOX=off`;
  }
}
