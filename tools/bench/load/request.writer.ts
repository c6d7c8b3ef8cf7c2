import { randomUUID } from 'node:crypto';
import type { RequestPlan } from './load.plan.js';

/** Writes the bytes of a plan's requests; all that does not vary is joined once. */
export class RequestWriter {
  private readonly plans: ((index: number) => string)[];

  constructor(
    private readonly requests: RequestPlan[],
    host: string,
  ) {
    this.plans = requests.map((plan) => writerOf(plan, host));
  }

  /** The `index`th request of the load, with the status that it must be answered with. */
  write(index: number): { text: string; expect: number } {
    const place = index % this.plans.length;
    const turn = Math.floor(index / this.plans.length);
    const write = this.plans[place] as (index: number) => string;
    return { text: write(turn), expect: this.requests[place]?.expect ?? 200 };
  }
}

function writerOf(plan: RequestPlan, host: string): (index: number) => string {
  const fill = (template: string): ((index: number) => string) => {
    const parts = template.split(/\{\{(\w+)\}\}/);
    if (parts.length === 1) return () => template;
    return (index) =>
      parts.map((part, i) => (i % 2 === 0 ? part : valueOf(plan, part, index))).join('');
  };
  const path = fill(plan.path);
  const headers = fill(
    Object.entries({ host, ...plan.headers })
      .map(([name, value]) => `${name}: ${value}\r\n`)
      .join(''),
  );
  const body = fill(plan.body);
  return (index) => {
    const content = body(index);
    const length =
      plan.method === 'GET'
        ? ''
        : `content-type: application/json\r\ncontent-length: ${Buffer.byteLength(content)}\r\n`;
    return `${plan.method} ${path(index)} HTTP/1.1\r\n${headers(index)}${length}\r\n${content}`;
  };
}

function valueOf(plan: RequestPlan, name: string, index: number): string {
  if (name === 'key') return randomUUID();
  const values = plan.vary[name];
  if (!values) throw new Error(`the plan of ${plan.path} has no values for ${name}`);
  if ('list' in values) return values.list[index % values.list.length] ?? '';
  // A stride without a common divisor visits all of the range, and not one page after the other.
  const stride = 7919;
  return String(values.from + ((index * stride) % values.count));
}
