import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { SeededRandom } from '../desk/seeded.random.js';
import type { LoadDesk } from '../desk/load.desk.js';
import { type CaseContext, type KeyCase, makeCase } from './key.cases.js';
import { type KeyAnswer, answerProblems, mismatchProblems } from './key.judge.js';

const CALLERS = 10;
/** How long a caller goes on asking for a definite answer, as a client app would. */
const PATIENCE_MS = 40_000;
/** As long as Retry-After says: more often would be a load of its own. */
const PAUSE_MS = 1_000;

const NO_ANSWER = { status: 0, replayed: false, retryAfter: false, code: '', text: 'no answer' };

/** Sends each key from many callers at once and judges answers, rows and what the gateway received. */
export class KeyRun {
  readonly problems: string[] = [];
  readonly counts = {
    keys: 0,
    failures: 0,
    mismatches: 0,
    mismatchFailures: 0,
    replays: 0,
    kills: 0,
  };
  private readonly prefix: string;

  constructor(
    private readonly desk: LoadDesk,
    private readonly context: CaseContext,
    private readonly random: SeededRandom,
  ) {
    this.prefix = `torture-${randomUUID().slice(0, 8)}`;
  }

  /** So many keys at the same time; with `kill` one of the APIs dies while they are under way. */
  async batch(from: number, size: number, kill: boolean): Promise<void> {
    const numbers = Array.from({ length: size }, (_, at) => from + at);
    const cases = await Promise.all(
      numbers.map(async (number) => {
        const key = `${this.prefix}-${number}`;
        return { key, wanted: await makeCase(this.desk, number, key, this.context) };
      }),
    );
    const death = kill ? this.killOne() : Promise.resolve();
    const answers = await Promise.all(
      cases.map(({ key, wanted }) => this.callers(key, wanted, kill)),
    );
    await death;
    if (kill) await this.desk.stack.untilReady();
    const asked = await this.gatewayRequests();
    await Promise.all(
      cases.map(({ key, wanted }, at) => this.judge(key, wanted, answers[at] ?? [], kill, asked)),
    );
    await this.desk.sandbox.forgetRequests();
  }

  private async killOne(): Promise<void> {
    await delay(this.random.int(60));
    this.counts.kills += 1;
    await this.random.pick(this.desk.stack.apis).kill9();
  }

  /** All callers at once; where a process dies, each goes on until it knows. */
  private callers(key: string, wanted: KeyCase, kill: boolean): Promise<KeyAnswer[]> {
    return Promise.all(
      Array.from({ length: CALLERS }, () =>
        kill ? this.definite(key, wanted) : this.send(key, wanted, wanted.body),
      ),
    );
  }

  private async definite(key: string, wanted: KeyCase): Promise<KeyAnswer> {
    const from = performance.now();
    for (;;) {
      const answer = await this.send(key, wanted, wanted.body).catch(() => null);
      const waits = answer === null || answer.status === 409 || answer.status === 503;
      if (!waits) return answer;
      const to = performance.now();
      if (to - from > PATIENCE_MS) return answer ?? { ...NO_ANSWER, from, to };
      await delay(PAUSE_MS);
    }
  }

  private async send(key: string, wanted: KeyCase, body: object): Promise<KeyAnswer> {
    const from = performance.now();
    const answer = await this.desk.as(wanted.user).request('POST', wanted.path, {
      body,
      headers: { 'idempotency-key': key },
    });
    return {
      status: answer.status,
      replayed: answer.headers['idempotent-replayed'] === 'true',
      retryAfter: answer.headers['retry-after'] !== undefined,
      code: (answer.body as { code?: string } | null)?.code ?? '',
      text: answer.text,
      from,
      to: performance.now(),
    };
  }

  private async judge(
    key: string,
    wanted: KeyCase,
    answers: readonly KeyAnswer[],
    killed: boolean,
    asked: ReadonlyMap<string, number>,
  ): Promise<void> {
    const last = await this.definite(key, wanted);
    const problems = answerProblems([...answers, last], killed);
    if (!last.replayed) problems.push('the last repeat was no replay');
    const effects = await this.effects(wanted, asked);
    if (effects !== 1) problems.push(`its effect is there ${effects} times`);
    this.counts.keys += 1;
    this.counts.replays += answers.filter(({ replayed }) => replayed).length;
    if (problems.length > 0) this.counts.failures += 1;
    const wrong = await this.mismatch(key, wanted);
    const what = `${wanted.kind}, key ${key}${killed ? ', a process killed' : ''}`;
    this.problems.push(...[...problems, ...wrong].map((problem) => `${what}: ${problem}`));
  }

  private async mismatch(key: string, wanted: KeyCase): Promise<string[]> {
    // A route without a body is another request only by what else it is sent.
    const path = JSON.stringify(wanted.body) === JSON.stringify(wanted.otherBody) ? '?other=1' : '';
    const other = await this.send(key, { ...wanted, path: wanted.path + path }, wanted.otherBody);
    const wrong = mismatchProblems(other);
    this.counts.mismatches += 1;
    if (wrong.length > 0) this.counts.mismatchFailures += 1;
    return wrong;
  }

  private async effects({ effects }: KeyCase, asked: ReadonlyMap<string, number>): Promise<number> {
    const rows = await this.desk.database.rows(effects.sql, [effects.value]);
    if (!effects.gateway) return Number(rows[0]?.['times']);
    return rows.reduce((sum, { reference }) => sum + (asked.get(String(reference)) ?? 0), 0);
  }

  /** How often the gateway was asked to prompt, by our reference. */
  private async gatewayRequests(): Promise<Map<string, number>> {
    const times = new Map<string, number>();
    for (const { path, body } of await this.desk.sandbox.requests('azampay')) {
      if (!path.includes('/checkout')) continue;
      const reference = (JSON.parse(body) as { externalId?: string }).externalId ?? '';
      times.set(reference, (times.get(reference) ?? 0) + 1);
    }
    return times;
  }
}
