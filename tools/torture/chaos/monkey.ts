import { setTimeout as delay } from 'node:timers/promises';
import { SeededRandom } from '../desk/seeded.random.js';
import { WAYS, type Fault, type FaultyRoutes, NO_FAULT } from '../faults/index.js';
import type { Stack, Supervised } from '../../stack/index.js';
import type { ChaosScale } from './chaos.scale.js';
import type { Load } from './load.js';

type Trouble = 'kill' | 'crash' | 'wipe' | 'zombie' | 'way' | 'gateway';

/** What a call or a notification of a gateway may be told to do wrong, a few times. */
const GATEWAY_FAULTS: readonly Record<string, string>[] = [
  { initiate: 'timeout' },
  { initiate: 'timeout_after_accept' },
  { initiate: 'error_500' },
  { initiate: 'malformed' },
  { initiate: 'decline' },
  { initiate: 'rate_limited' },
  { status: 'timeout' },
  { status: 'error_500' },
  { refund: 'timeout_after_accept' },
  { refund: 'error_500' },
  { webhook: 'none' },
  { webhook: 'late' },
  { webhook: 'duplicate' },
  { webhook: 'out_of_order' },
  { webhook: 'before_reply' },
  { webhook: 'bad_signature' },
  { webhook: 'unsigned' },
];

/** A process that has just begun is not worth killing: it holds nothing. */
const UP_MS = 1_500;

/** Breaks things while the load goes on, in an order that the seed decides, spread over its course. */
export class Monkey {
  readonly done: Record<Trouble, number> = {
    kill: 0,
    crash: 0,
    wipe: 0,
    zombie: 0,
    way: 0,
    gateway: 0,
  };
  private readonly random: SeededRandom;
  private readonly underWay = new Set<Promise<void>>();

  constructor(
    private readonly stack: Stack,
    private readonly routes: FaultyRoutes,
    private readonly load: Load,
    seed: number,
  ) {
    this.random = new SeededRandom(seed, 0x6d6f6e6b);
  }

  /** Until everything planned was done, or the load is over. */
  async run(scale: ChaosScale): Promise<void> {
    const plan = this.planned(scale);
    for (const [i, trouble] of plan.entries()) {
      await this.load.untilMade(Math.floor(((i + 1) / (plan.length + 1)) * this.load.goal));
      const task = this.make(trouble)
        .catch((error: Error) => this.load.stop(error))
        .finally(() => this.underWay.delete(task));
      this.underWay.add(task);
      // One after the other: two crashes at once hide one another.
      if (trouble === 'crash' || trouble === 'kill') await task;
    }
    await Promise.all(this.underWay);
    this.load.endTrouble();
  }

  private planned(scale: ChaosScale): Trouble[] {
    const of = (trouble: Trouble, count: number): Trouble[] =>
      Array.from({ length: count }, () => trouble);
    const plan = [
      ...of('kill', scale.kills),
      ...of('crash', scale.crashes),
      ...of('wipe', this.stack.redis ? scale.wipes : 0),
      ...of('zombie', scale.zombies),
      ...of('way', scale.wayFaults),
      ...of('gateway', scale.gatewayFaults),
    ];
    for (let i = plan.length - 1; i > 0; i -= 1) {
      const j = this.random.int(i + 1);
      [plan[i], plan[j]] = [plan[j] as Trouble, plan[i] as Trouble];
    }
    return plan;
  }

  private async make(trouble: Trouble): Promise<void> {
    const acts: Record<Trouble, () => Promise<void>> = {
      kill: () => this.kill(),
      crash: () => this.crash(),
      wipe: async () => this.stack.redis?.wipe(),
      zombie: () => this.zombie(),
      way: () => this.breakWay(),
      gateway: () => this.breakGateway(),
    };
    await acts[trouble]();
    this.done[trouble] += 1;
  }

  private async kill(): Promise<void> {
    const victim = await this.victim();
    await victim.kill9();
  }

  private async crash(): Promise<void> {
    await this.stack.cluster.stopImmediately();
    await delay(this.random.int(1_000));
    await this.stack.cluster.start();
  }

  /** Stands still while time goes on, and then wakes believing that nothing happened. */
  private async zombie(): Promise<void> {
    const victim = await this.victim();
    const { process } = victim;
    process.signal('SIGSTOP');
    await delay(2_000 + this.random.int(5_000));
    process.signal('SIGCONT');
  }

  private async breakWay(): Promise<void> {
    const way = this.random.pick(WAYS);
    const fault = this.random.pick<Fault>([
      { kind: 'down' },
      { kind: 'latency', ms: 50 + this.random.int(400) },
      { kind: 'reset', bytes: this.random.int(400) },
      { kind: 'cut', bytes: this.random.int(400) },
      { kind: 'half_close', bytes: this.random.int(400) },
      { kind: 'hang_before' },
      { kind: 'hang_after' },
    ]);
    this.routes.set(way, fault);
    await delay(200 + this.random.int(1_500));
    this.routes.set(way, NO_FAULT);
  }

  private async breakGateway(): Promise<void> {
    const provider = this.random.pick(['azampay', 'azampay', 'azampay', 'mtn_momo', 'wave']);
    const fault = { ...this.random.pick(GATEWAY_FAULTS), count: 1 + this.random.int(8) };
    await this.tellSandbox(provider, fault);
  }

  /** Gateways behave from now on. */
  async heal(): Promise<void> {
    this.routes.heal();
    for (const provider of ['azampay', 'mtn_momo', 'wave']) await this.tellSandbox(provider, {});
  }

  private async tellSandbox(provider: string, fault: Record<string, unknown>): Promise<void> {
    const answer = await fetch(`${this.stack.sandboxUrl}/api/faults/${provider}`, {
      method: 'PUT',
      body: JSON.stringify(fault),
      headers: { 'content-type': 'application/json' },
    });
    const text = await answer.text();
    // Not every gateway has every fault.
    if (!answer.ok && answer.status !== 400) throw new Error(`the sandbox answered: ${text}`);
  }

  /** One that has been up for a moment. */
  private async victim(): Promise<Supervised> {
    for (;;) {
      const up = this.stack.supervised.filter((process) => process.readyFor >= UP_MS);
      if (up.length > 0) return this.random.pick(up);
      await delay(50);
    }
  }
}
