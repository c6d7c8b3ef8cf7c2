import type { Answer } from '../../stack/index.js';
import { type LoadDesk, PAYMENTS } from '../desk/load.desk.js';
import type { SeededRandom } from '../desk/seeded.random.js';
import type { Sighting } from './hot.judge.js';

/** A payment that everybody is at. */
export interface HotPayment {
  id: number;
  /** References of prompts that were sent for it, in the order we learned of them. */
  references: string[];
  refunds: number[];
  /** Versions that clients have seen. */
  versions: number[];
  /** Refunds that a client was told were made. */
  refundsAnswered: number;
}

export type Recorder = (line: Record<string, unknown>) => void;

interface Shown {
  version?: number;
  status_detail?: string;
  refunded_amount?: string;
  excess_amount?: string;
  amount?: string;
}

/** One of the clients: does one thing after the other to whichever payment comes up. */
export class HotClient {
  readonly sightings: Sighting[] = [];
  readonly oddAnswers: string[] = [];
  private readonly acts: Readonly<Record<string, (hot: HotPayment) => Promise<void>>> = {
    read: (hot) => this.read(hot),
    initiate: (hot) => this.initiate(hot),
    approve: (hot) => this.prompt(hot, 'approve'),
    decline: (hot) => this.prompt(hot, 'decline'),
    repeat: (hot) => this.prompt(hot, 'callback'),
    cancel: (hot) => this.cancel(hot),
    patch: (hot) => this.patch(hot),
    refund: (hot) => this.refund(hot),
    settle: (hot) => this.settle(hot),
    verify: (hot) => this.verify(hot),
  };
  /** How often each comes, in parts of their sum. */
  private static readonly WEIGHTS: Readonly<Record<string, number>> = {
    read: 6,
    initiate: 4,
    approve: 3,
    decline: 3,
    repeat: 2,
    cancel: 1,
    patch: 4,
    refund: 3,
    settle: 2,
    verify: 1,
  };
  private readonly choices: readonly string[] = Object.entries(HotClient.WEIGHTS).flatMap(
    ([name, weight]) => Array.from({ length: weight }, () => name),
  );

  constructor(
    private readonly number: number,
    private readonly desk: LoadDesk,
    private readonly random: SeededRandom,
    private readonly record: Recorder,
  ) {}

  async act(payments: readonly HotPayment[]): Promise<void> {
    const hot = this.random.pick(payments);
    await this.acts[this.random.pick(this.choices)]?.(hot);
  }

  private async read(hot: HotPayment): Promise<void> {
    await this.ask('customer', hot, 'read', 'GET', `${PAYMENTS}${hot.id}/`, undefined, true);
  }

  private async initiate(hot: HotPayment): Promise<void> {
    const path = `${PAYMENTS}${hot.id}/initiate-gateway/`;
    const { status, body } = await this.ask('customer', hot, 'initiate', 'POST', path, {});
    const { transaction_reference: reference } = body as { transaction_reference?: string };
    if (status === 200 && reference) hot.references.push(reference);
  }

  private async prompt(hot: HotPayment, act: 'approve' | 'decline' | 'callback'): Promise<void> {
    const reference = hot.references.at(-1);
    if (reference === undefined) return this.read(hot);
    const [prompt] = await this.desk.sandbox.prompts(reference);
    // The phone refuses a second answer, and a callback before the first.
    if (!prompt || (act === 'callback') === (prompt.status === 'pending')) return undefined;
    this.record({ actor: `client-${this.number}`, op: act, payment: hot.id, reference });
    await this.desk.sandbox.answerPrompt(prompt.id, act).catch(() => undefined);
    return undefined;
  }

  private async cancel(hot: HotPayment): Promise<void> {
    await this.ask('staff', hot, 'cancel', 'POST', `${PAYMENTS}${hot.id}/cancel/`, undefined, true);
  }

  /** Names a version that somebody has seen: often the newest, sometimes an old one. */
  private async patch(hot: HotPayment): Promise<void> {
    const version = this.random.chance(0.7) ? hot.versions.at(-1) : this.random.pick(hot.versions);
    const body = { notes: `n${this.random.int(1_000)}`, version };
    await this.ask('customer', hot, 'patch', 'PATCH', `${PAYMENTS}${hot.id}/`, body, true);
  }

  private async refund(hot: HotPayment): Promise<void> {
    const amount = this.random.pick(['500.00', '1500.00', '2500.00', '5000.00']);
    const path = `${PAYMENTS}${hot.id}/refunds/`;
    const answer = await this.ask('staff', hot, 'refund', 'POST', path, {
      amount,
      reason: 'torture',
    });
    if (answer.status !== 201) return;
    hot.refundsAnswered += 1;
    hot.refunds.push((answer.body as { id: number }).id);
  }

  private async settle(hot: HotPayment): Promise<void> {
    if (hot.refunds.length === 0) return this.read(hot);
    const path = `/api/v1/payments/refunds/${this.random.pick(hot.refunds)}/settle/`;
    await this.ask('staff', hot, 'settle', 'POST', path, {
      method: 'bank_transfer',
      evidence: 'CRDB 7',
    });
    return undefined;
  }

  private async verify(hot: HotPayment): Promise<void> {
    const reference = hot.references.at(-1);
    if (reference === undefined) return this.read(hot);
    const path = `/api/payments/verify/?tx_ref=${encodeURIComponent(reference)}`;
    await this.ask('customer', hot, 'verify', 'GET', path);
    return undefined;
  }

  private async ask(
    user: 'customer' | 'staff',
    hot: HotPayment,
    op: string,
    method: string,
    path: string,
    body?: unknown,
    showsPayment = false,
  ): Promise<Answer> {
    const actor = `client-${this.number}`;
    const invokedAt = performance.now();
    this.record({ actor, op, phase: 'invoke', payment: hot.id, body });
    const answer = await this.desk.as(user).request(method, path, { body });
    const answeredAt = performance.now();
    const phase = answer.status < 300 ? 'ok' : 'fail';
    this.record({ actor, op, phase, payment: hot.id, status: answer.status, answer: answer.body });
    if (answer.status >= 500)
      this.oddAnswers.push(`${op} of ${hot.id}: ${answer.status} ${answer.text.slice(0, 300)}`);
    if (showsPayment && answer.status === 200) {
      const named = (body as { version?: number } | undefined)?.version;
      this.see(
        hot,
        op,
        invokedAt,
        answeredAt,
        answer.body as Shown,
        op === 'patch' ? named : undefined,
      );
    }
    return answer;
  }

  private see(
    hot: HotPayment,
    op: string,
    invokedAt: number,
    answeredAt: number,
    shown: Shown,
    named: number | undefined,
  ): void {
    const { version = -1, status_detail: status = '' } = shown;
    hot.versions.push(version);
    this.sightings.push({
      payment: hot.id,
      client: this.number,
      op,
      invokedAt,
      answeredAt,
      version,
      status,
      money: `${shown.amount}, refunded ${shown.refunded_amount}, excess ${shown.excess_amount}`,
      ...(named === undefined ? {} : { named }),
    });
  }
}
