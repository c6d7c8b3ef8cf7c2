import { Logger } from '@nestjs/common';
import { setTimeout as delay } from 'node:timers/promises';
import { BootError, describeError } from './boot.error.js';
import { Teardown } from './teardown.js';

/** npm passes Ctrl-C on to us although the terminal sent it already: that pair is one wish, not two. */
const ECHO_MS = 1_000;
/** An unexpected error may have left anything behind, so the database gets little time to end well. */
const CRASH_GRACE_MS = 5_000;

/** How this process ends: on a signal, on a failed start, on an unexpected error. Always with an exit code. */
export class Shutdown {
  readonly teardown = new Teardown((problem, error) =>
    this.logger.error(`${problem}: ${describeError(error)}`),
  );
  private readonly logger = new Logger('Shutdown');
  private signalledAt: number | null = null;
  private crashed = false;

  /** Milliseconds; the configured value comes once the configuration is read. */
  graceMs = 25_000;
  /** The start is over: everything runs. */
  started = false;
  /** Settles when the start is over, either way: what it has in hand must not be left half begun. */
  private starting: Promise<unknown> = Promise.resolve();
  /** Shows where an unexpected error of the start came from. */
  verbose = false;

  listen(): void {
    for (const signal of this.signals()) process.on(signal, () => void this.onSignal(signal));
    process.on('uncaughtException', (error) => void this.crash('uncaught exception', error));
    process.on('unhandledRejection', (error) => void this.crash('unhandled rejection', error));
  }

  /** Runs the start. One that fails ends with one message, everything stopped again, and exit code 1. */
  async guard(start: () => Promise<void>): Promise<void> {
    const running = start();
    this.starting = running.catch(() => undefined);
    try {
      await running;
      this.started = true;
    } catch (error) {
      // Interrupted by a signal: whoever heard that ends the process.
      if (this.signalledAt !== null) return;
      process.stderr.write(`Malipo cannot start: ${this.explain(error)}\n`);
      await this.stop();
      process.exit(1);
    }
  }

  private explain(error: unknown): string {
    const words = describeError(error);
    const expected = error instanceof BootError || (error as Error | null)?.name === 'ConfigError';
    if (expected || !(error instanceof Error)) return words;
    return this.verbose ? `${words}\n${error.stack ?? ''}` : `${words} (more with LOG_LEVEL=debug)`;
  }

  /** A terminal that closes ends us cleanly; under nohup, which has no terminal, it does not. */
  private signals(): NodeJS.Signals[] {
    return process.stdout.isTTY ? ['SIGTERM', 'SIGINT', 'SIGHUP'] : ['SIGTERM', 'SIGINT'];
  }

  private async onSignal(signal: NodeJS.Signals): Promise<void> {
    if (this.signalledAt !== null) {
      if (Date.now() - this.signalledAt < ECHO_MS) return;
      process.stderr.write(`${signal} again: stopped at once\n`);
      process.exit(1);
    }
    this.signalledAt = Date.now();
    this.logger.log(`${signal}: shutting down`);
    await this.stop();
    this.logger.log('shut down');
    process.exit(0);
  }

  private async stop(): Promise<void> {
    const timer = setTimeout(() => {
      process.stderr.write(
        `Malipo was still busy ${this.graceMs} ms after it was told to stop, and ends now; ` +
          'the next start takes up what was left\n',
      );
      process.exit(1);
    }, this.graceMs);
    await this.teardown.run();
    await this.starting;
    clearTimeout(timer);
  }

  private async crash(what: string, error: unknown): Promise<void> {
    if (this.crashed) return;
    this.crashed = true;
    this.logger.fatal(`${what}: ${describeError(error)}`, (error as Error | null)?.stack);
    await Promise.race([this.teardown.run({ crashed: true }), delay(CRASH_GRACE_MS)]);
    process.exit(1);
  }
}
