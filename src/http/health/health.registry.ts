import { setTimeout as delay } from 'node:timers/promises';
import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';

/** Answers null when all is well, else in a few words what is missing; may throw. */
export type HealthProbe = () => string | null | Promise<string | null>;

export interface Readiness {
  ready: boolean;
  /** `ok`, or what is wrong, by the probe's name. */
  checks: Record<string, string>;
}

/** What must work before this process may get requests. Rooms register their probes when they start. */
@Injectable()
export class HealthRegistry implements OnModuleDestroy {
  /** How long a probe may take before it counts as failed. */
  probeTimeoutMs = 2000;
  private readonly logger = new Logger(HealthRegistry.name);
  private readonly probes = new Map<string, HealthProbe>();
  private running: Promise<Readiness> | null = null;
  private stage: 'running' | 'draining' | 'closing' = 'running';

  register(name: string, probe: HealthProbe): void {
    if (this.probes.has(name)) throw new Error(`two health probes are named ${name}: rename one`);
    this.probes.set(name, probe);
  }

  /** From now on not ready, while requests are still served: load balancers need a moment to notice. */
  beginShutdown(): void {
    if (this.stage === 'running') this.stage = 'draining';
  }

  /** The application is closing: new requests are refused. */
  onModuleDestroy(): void {
    this.stage = 'closing';
  }

  get closing(): boolean {
    return this.stage === 'closing';
  }

  /** Runs every probe once, however many callers ask meanwhile. */
  check(): Promise<Readiness> {
    if (this.stage !== 'running') {
      return Promise.resolve({ ready: false, checks: { process: 'shutting down' } });
    }
    this.running ??= this.runAll().finally(() => {
      this.running = null;
    });
    return this.running;
  }

  private async runAll(): Promise<Readiness> {
    const results = await Promise.all(
      [...this.probes].map(async ([name, probe]) => [name, await this.run(name, probe)] as const),
    );
    return {
      ready: results.every(([, result]) => result === 'ok'),
      checks: Object.fromEntries(results),
    };
  }

  private async run(name: string, probe: HealthProbe): Promise<string> {
    const answered = new AbortController();
    const late = `no answer within ${this.probeTimeoutMs} ms`;
    const deadline = delay(this.probeTimeoutMs, late, { signal: answered.signal });
    try {
      return (await Promise.race([probe(), deadline])) ?? 'ok';
    } catch (error) {
      this.logger.warn({ msg: `health probe ${name} failed`, err: error });
      return 'failed';
    } finally {
      // Cancelling rejects it, and a probe that throws at once leaves nobody else to hear that.
      deadline.catch(() => undefined);
      answered.abort();
    }
  }
}
