import { Injectable } from '@nestjs/common';
import { loginsBusy } from '../identity.errors.js';

/**
 * A hash takes about 0.2 s of a core and 32 MiB, on the thread pool (four threads) that also resolves
 * names and checks signatures. More at once would only make everybody wait longer.
 */
const AT_ONCE = 2;
const MAX_WAITING = 64;

/** Lets password work in by turns, so that a flood of log-ins slows down log-ins and nothing else. */
@Injectable()
export class PasswordTurns {
  private running = 0;
  private readonly waiting: (() => void)[] = [];

  /** @throws DomainError `login_busy` when too many wait already, and what `work` throws. */
  async take<T>(work: () => Promise<T>): Promise<T> {
    await this.enter();
    try {
      return await work();
    } finally {
      this.leave();
    }
  }

  private async enter(): Promise<void> {
    if (this.running < AT_ONCE) {
      this.running += 1;
      return;
    }
    if (this.waiting.length >= MAX_WAITING) throw loginsBusy();
    await new Promise<void>((resolve) => this.waiting.push(resolve));
  }

  /** Hands its place to the first who waits, so that `running` never overshoots. */
  private leave(): void {
    const next = this.waiting.shift();
    if (next) next();
    else this.running -= 1;
  }
}
