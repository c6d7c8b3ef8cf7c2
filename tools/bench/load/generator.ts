import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { LoadPlan, LoadResult } from './load.plan.js';
import { RawConnection } from './raw.connection.js';
import { RequestWriter } from './request.writer.js';

// A program of its own, so that sending costs the measured process nothing but its share of the machine:
// reads a plan from its input, sends it, and says what came of it.

const EXAMPLES = 5;

class Load {
  private readonly latencies: number[] = [];
  private readonly examples: string[] = [];
  private failures = 0;
  private next: number;
  private readonly dueAt: number[] = [];
  private readonly connections: RawConnection[];
  private readonly writer: RequestWriter;
  private countFrom = 0;
  private end = 0;

  constructor(private readonly plan: LoadPlan) {
    const { hostname, port, host } = new URL(plan.url);
    this.next = plan.offset;
    this.writer = new RequestWriter(plan.requests, host);
    this.connections = Array.from(
      { length: plan.connections },
      () => new RawConnection(hostname, Number(port)),
    );
  }

  async run(): Promise<LoadResult> {
    await Promise.all(this.connections.map((connection) => connection.open()));
    const begun = performance.now();
    this.countFrom = begun + this.plan.warmUpMs;
    this.end = this.countFrom + this.plan.measureMs;
    const cpu = process.cpuUsage();
    await (this.plan.rate === null ? this.closedLoop() : this.openLoop(this.plan.rate));
    const { user, system } = process.cpuUsage(cpu);
    const tookMs = performance.now() - begun;
    for (const connection of this.connections) connection.close();
    const lastMs = Math.min(performance.now(), this.end);
    return this.result((lastMs - this.countFrom) / 1000, (user + system) / 1000 / tookMs);
  }

  private get exhausted(): boolean {
    const { limit, offset } = this.plan;
    return limit !== null && this.next - offset >= limit;
  }

  private async closedLoop(): Promise<void> {
    await Promise.all(
      this.connections.map(async (connection) => {
        for (let now = performance.now(); now < this.end && !this.exhausted;) {
          await this.one(connection, now);
          now = performance.now();
        }
      }),
    );
  }

  /** Whatever is late is sent at once and its lateness counts: a slow server cannot slow the questions down. */
  private async openLoop(rate: number): Promise<void> {
    const idle = [...this.connections];
    const late: number[] = [];
    const busy = new Set<Promise<void>>();
    const start = (connection: RawConnection): void => {
      const due = late.shift();
      if (due === undefined) {
        idle.push(connection);
        return;
      }
      const work = this.one(connection, due).then(() => {
        busy.delete(work);
        start(connection);
      });
      busy.add(work);
    };
    const begun = performance.now();
    const epoch = Date.now() - begun;
    for (let count = 0; !this.exhausted;) {
      const now = performance.now();
      if (now >= this.end) break;
      for (let due = begun + (count * 1000) / rate; due <= now;) {
        late.push(due);
        this.dueAt.push(epoch + due);
        count += 1;
        due = begun + (count * 1000) / rate;
        const connection = idle.pop();
        if (connection) start(connection);
      }
      await delay(1);
    }
    // A load that lasts for a time ends with it; one of so many requests sends them all.
    if (this.plan.limit === null) late.length = 0;
    while (busy.size > 0) await Promise.race(busy);
  }

  private async one(connection: RawConnection, since: number): Promise<void> {
    const { text, expect } = this.writer.write(this.next);
    this.next += 1;
    try {
      const { status, body } = await connection.send(text);
      const now = performance.now();
      if (status !== expect) this.fail(`${status} ${body.slice(0, 300)}`);
      else if (this.counts(since, now)) this.latencies.push(now - since);
    } catch (error) {
      this.fail((error as Error).message);
      await delay(50);
    }
  }

  /** With a rate by when it was due, else by when it was answered. */
  private counts(since: number, now: number): boolean {
    const moment = this.plan.rate === null ? now : since;
    return moment >= this.countFrom && moment <= this.end;
  }

  private fail(example: string): void {
    this.failures += 1;
    if (this.examples.length < EXAMPLES) this.examples.push(example);
  }

  private result(seconds: number, cores: number): LoadResult {
    const sorted = Float64Array.from(this.latencies).sort();
    const at = (share: number): number =>
      sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
    return {
      counted: sorted.length,
      seconds,
      perSecond: sorted.length / seconds,
      p50: at(0.5),
      p99: at(0.99),
      max: at(1),
      failures: this.failures,
      examples: this.examples,
      cores,
      sent: this.next - this.plan.offset,
      dueAt: this.dueAt,
    };
  }
}

process.stdin.setEncoding('utf8');
let input = '';
process.stdin.on('data', (text: string) => (input += text));
await once(process.stdin, 'end');
const result = await new Load(JSON.parse(input) as LoadPlan).run();
process.stdout.write(`${JSON.stringify(result)}\n`);
