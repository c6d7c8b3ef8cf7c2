import { setTimeout as delay } from 'node:timers/promises';
import { Pool } from 'undici';
import type { SeededRandom } from '../desk/seeded.random.js';

/** What the sandbox tells of a prompt or a page. */
export interface Rung {
  id: string;
  provider: string;
  reference: string;
  gateway_reference: string;
  amount: string;
  currency: string;
  status: string;
  callbacks?: { body: string; status: number | null }[];
}

const REMEMBERED = 500;

/** The people whose phones ring and who see the pages: each answers after a moment, or does not. */
export class Payers {
  /** References whose payer decided: these must come to an end. */
  readonly decided = new Set<string>();
  /** Newest last, with the callbacks that were sent. */
  readonly recent = new Map<string, Rung>();
  private readonly pool: Pool;
  private readonly ended = new AbortController();
  private readonly answering = new Set<Promise<void>>();
  private listening: Promise<void> = Promise.resolve();
  readonly answers = { approved: 0, declined: 0, ignored: 0, paid: 0, left: 0 };

  constructor(
    sandboxUrl: string,
    private readonly random: SeededRandom,
  ) {
    this.pool = new Pool(sandboxUrl, { connections: 16 });
  }

  /** From now on; answers when the sandbox has begun to tell. */
  async listen(): Promise<void> {
    const { body } = await this.pool.request({
      method: 'GET',
      path: '/api/events',
      signal: this.ended.signal,
      bodyTimeout: 0,
    });
    const events = body[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
    await events.next();
    this.listening = this.hear(events).catch((error: unknown) => {
      if (!this.ended.signal.aborted) throw error;
    });
  }

  /** Waits for those who are about to answer, then goes. */
  async leave(): Promise<void> {
    await Promise.all(this.answering);
    this.ended.abort();
    await this.listening;
    await this.pool.destroy();
  }

  /** Has the gateway tell once more what it told before. */
  async repeatCallback(): Promise<void> {
    const told = [...this.recent.values()].filter(({ status }) =>
      ['approved', 'declined'].includes(status),
    );
    if (told.length > 0) await this.post(`/api/prompts/${this.random.pick(told).id}/callback`);
  }

  /** One that rings still, or rang lately; null when none did. */
  someone(): Rung | null {
    const all = [...this.recent.values()].filter(({ provider }) => provider === 'azampay');
    return all.length === 0 ? null : this.random.pick(all);
  }

  private async hear(events: AsyncIterator<Buffer>): Promise<void> {
    const decoder = new TextDecoder();
    let text = '';
    for (;;) {
      const { value, done } = await events.next();
      if (done) return;
      text += decoder.decode(value, { stream: true });
      const whole = text.split('\n\n');
      text = whole.pop() ?? '';
      for (const event of whole) this.happened(event);
    }
  }

  private happened(event: string): void {
    const topic = /^event: (prompt|checkout)$/m.exec(event)?.[1];
    const data = /^data: (.*)$/m.exec(event)?.[1];
    if (!topic || !data) return;
    const rung = JSON.parse(data) as Rung;
    this.remember(rung);
    if (rung.status !== (topic === 'prompt' ? 'pending' : 'open')) return;
    const answering = this.answer(topic, rung).finally(() => this.answering.delete(answering));
    this.answering.add(answering);
  }

  private remember(rung: Rung): void {
    this.recent.delete(rung.id);
    this.recent.set(rung.id, rung);
    const [oldest] = this.recent.keys();
    if (this.recent.size > REMEMBERED && oldest !== undefined) this.recent.delete(oldest);
  }

  private async answer(topic: string, { id, reference }: Rung): Promise<void> {
    const lot = this.random.next();
    await delay(20 + this.random.int(600));
    if (topic === 'checkout') {
      if (lot > 0.94) this.answers.left += 1;
      else if (await this.post(`/api/checkouts/${id}/pay`)) {
        this.answers.paid += 1;
        this.decided.add(reference);
      }
      return;
    }
    const [act, word] =
      lot < 0.82
        ? (['approve', 'approved'] as const)
        : lot < 0.94
          ? (['decline', 'declined'] as const)
          : (['ignore', 'ignored'] as const);
    if (!(await this.post(`/api/prompts/${id}/${act}`))) return;
    this.answers[word] += 1;
    if (act !== 'ignore') this.decided.add(reference);
  }

  /** False when the prompt was over already. */
  private async post(path: string): Promise<boolean> {
    const { statusCode, body } = await this.pool.request({ method: 'POST', path });
    await body.dump();
    return statusCode < 300;
  }
}
