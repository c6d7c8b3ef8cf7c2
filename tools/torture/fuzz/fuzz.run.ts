import type { Stack } from '../../stack/index.js';
import type { OpenApiDocument } from '../desk/openapi.document.js';
import { SeededRandom } from '../desk/seeded.random.js';
import { type Answered, type Asked, judge } from './answer.judge.js';
import { POLLUTION } from './body.twists.js';
import { asCommand, type Draft, mustRefuse, type WireRequest, wireOf } from './draft.js';
import { FuzzClient, type Outcome } from './fuzz.client.js';
import { KnownIdsStore } from './known-ids.store.js';
import { RequestMaker } from './request.maker.js';
import { shrink } from './shrink.js';
import { NOISE, noiseStatus, sendNoise } from './wire.noise.js';

/** At a time; the server works on them one after the other anyway. */
const AT_ONCE = 24;
const NOISE_EVERY = 300;
/** Of each kind of failure so many are shown. */
const SHOWN = 3;

export interface FuzzCounts {
  sent: number;
  /** Of them, refused by our own client or lost while a large body was sent. */
  unsent: number;
  noise: number;
  failures: number;
  noiseFailures: number;
  byClass: Record<string, number>;
  routes: Set<string>;
  /** Routes that succeeded at least once: the others were only ever refused. */
  succeeded: Set<string>;
  /** Route and status that the document does not list. */
  undocumented: Map<string, number>;
}

/** Statuses that any route may answer to what is no proper request. */
const GENERAL = new Set([400, 401, 403, 404, 413, 414, 415, 431]);

/** Sends the seed's requests and judges each answer. */
export class FuzzRun {
  readonly counts: FuzzCounts = {
    sent: 0,
    unsent: 0,
    noise: 0,
    failures: 0,
    noiseFailures: 0,
    byClass: {},
    routes: new Set(),
    succeeded: new Set(),
    undocumented: new Map(),
  };
  readonly problems: string[] = [];
  private readonly known: KnownIdsStore;
  private readonly maker: RequestMaker;
  private readonly client: FuzzClient;
  private readonly kinds = new Map<string, number>();

  constructor(
    private readonly stack: Stack,
    document: OpenApiDocument,
    private readonly tokens: ReadonlyMap<string, string>,
    columns: readonly string[],
    private readonly seed: number,
  ) {
    this.known = new KnownIdsStore(new SeededRandom(seed, -1));
    this.maker = new RequestMaker(document, this.known, columns, seed);
    this.client = new FuzzClient(stack.apiUrls);
  }

  get routes(): number {
    return this.maker.routes.length;
  }

  /** Those that the seed makes of these numbers, `to` not included. */
  async send(from: number, to: number, progress: (sent: number) => void): Promise<void> {
    let number = from;
    const worker = async (): Promise<void> => {
      while (number < to) {
        const mine = number++;
        await this.one(mine);
        if (mine % NOISE_EVERY === 0) await this.noise(mine);
        if (mine > 0 && mine % 5_000 === 0) progress(mine);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
  }

  close(): Promise<void> {
    return this.client.close();
  }

  private async one(number: number): Promise<void> {
    const draft = this.maker.make(number);
    const wire = wireOf(draft, this.tokens.get(draft.role) ?? null);
    const outcome = await this.client.send(wire);
    this.counts.sent += 1;
    this.counts.routes.add(`${draft.route.method} ${draft.route.path}`);
    if (outcome === null) this.counts.unsent += 1;
    else if ('answered' in outcome) this.count(draft, outcome.answered);
    const problems = problemsOf(draft, wire, outcome);
    if (problems.length > 0) await this.fail(number, draft, wire, problems, outcome);
  }

  private count(draft: Draft, { status, text }: Answered): void {
    const { byClass, succeeded, undocumented } = this.counts;
    const kind = `${Math.floor(status / 100)}xx`;
    byClass[kind] = (byClass[kind] ?? 0) + 1;
    const route = `${draft.route.method} ${draft.route.path}`;
    if (draft.method !== draft.route.method) return;
    if (kind === '2xx') {
      succeeded.add(route);
      this.known.learn(draft.route, text);
    }
    const { statuses } = draft.route;
    if (statuses.length > 0 && !statuses.includes(status) && !GENERAL.has(status)) {
      const name = `${route} → ${status}`;
      undocumented.set(name, (undocumented.get(name) ?? 0) + 1);
    }
  }

  private async fail(
    number: number,
    draft: Draft,
    wire: WireRequest,
    problems: string[],
    outcome: Outcome,
  ): Promise<void> {
    this.counts.failures += 1;
    const kind = `${draft.route.method} ${draft.route.path}: ${problems.join('; ')}`;
    const seen = (this.kinds.get(kind) ?? 0) + 1;
    this.kinds.set(kind, seen);
    if (seen > SHOWN) return;
    // A smaller request may lack what had to be refused.
    const whole = seen > 1 || mustRefuse(draft) !== null;
    const smallest = whole ? wire : await this.shrunk(draft, wire, problems);
    const answer = outcome && 'answered' in outcome ? outcome.answered.text.slice(0, 600) : '';
    this.problems.push(
      [
        kind,
        `as ${draft.role}, request ${number} of seed ${this.seed} (${draft.twists.join(', ')})`,
        `answer: ${answer}`,
        asCommand(smallest),
      ].join('\n     '),
    );
  }

  /** The same failure with less of a request, where sending it again still shows it. */
  private shrunk(draft: Draft, wire: WireRequest, problems: string[]): Promise<WireRequest> {
    const wanted = problems.join();
    return shrink(wire, async (smaller) => {
      const outcome = await this.client.send(smaller);
      return problemsOf(draft, smaller, outcome).join() === wanted;
    });
  }

  private async noise(number: number): Promise<void> {
    const message = NOISE[Math.floor(number / NOISE_EVERY) % NOISE.length] ?? '';
    const url = this.stack.apiUrls[number % this.stack.apiUrls.length] ?? '';
    this.counts.noise += 1;
    const status = noiseStatus(await sendNoise(url, message));
    // 501 and 505 are what HTTP itself has for methods and versions that nobody knows.
    if (status === null || status < 500 || status === 501 || status === 505) return;
    this.counts.noiseFailures += 1;
    this.problems.push(`noise ${JSON.stringify(message.slice(0, 200))} was answered ${status}`);
  }
}

function problemsOf(draft: Draft, wire: WireRequest, outcome: Outcome): string[] {
  if (outcome === null) return [];
  if ('lost' in outcome) return [`no answer: ${outcome.lost}`];
  const carries = wire.path.includes(POLLUTION) || (wire.body?.includes(POLLUTION) ?? false);
  const asked: Asked = {
    method: draft.method,
    path: draft.path,
    page: draft.route.page,
    carriesPollution: carries,
    mustRefuse: mustRefuse(draft),
  };
  return judge(asked, outcome.answered);
}
