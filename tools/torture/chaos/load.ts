import type { Answer, ApiSession, DemoUser } from '../../stack/index.js';
import { SeededRandom } from '../desk/seeded.random.js';
import type { Actor, History } from '../history/index.js';
import { Caller, codeOf } from './caller.js';
import type { Payers } from './payers.js';
import type { Stock } from './stock.js';

const ACCOUNT = 1;
const USERS = { customer: 1, customer2: 2, cashier: 5, staff: 6, staff2: 7, admin: 8 } as const;
export type LoadUser = keyof typeof USERS & DemoUser;

/** What all load clients share. */
export class Load {
  /** Payments that a client knows to have been made. */
  made = 0;
  /** Payments, by id or uuid, that somebody wants back. */
  readonly refunds: (number | string)[] = [];
  /** Orders that nobody is going to pay for. */
  readonly unpaidOrders: number[] = [];
  /** What was refused, by what was asked and why. */
  readonly refusals = new Map<string, number>();
  private readonly waiting: { at: number; go: () => void }[] = [];
  private ended = false;
  private troubled = false;
  private failure: Error | null = null;

  constructor(
    readonly goal: number,
    readonly seed: number,
    readonly sessions: ReadonlyMap<LoadUser, ApiSession>,
    readonly history: History,
    readonly stock: Stock,
    readonly payers: Payers,
  ) {}

  /** Enough was paid, and everything that was to break has been broken meanwhile. */
  get over(): boolean {
    return this.ended || (this.troubled && this.made >= this.goal);
  }

  /** Nothing more will be broken. */
  endTrouble(): void {
    this.troubled = true;
    this.release();
  }

  /** A client made a payment. */
  count(): void {
    this.made += 1;
    this.release();
  }

  /** Resolves when so many payments were made, or the load is over before. */
  untilMade(count: number): Promise<void> {
    if (this.over || this.made >= count) return Promise.resolve();
    return new Promise((go) => this.waiting.push({ at: count, go }));
  }

  /** Remembers a refusal; answers null, for there is nothing to go on with. */
  refused(what: string, answer: Answer | null): null {
    const name = `${what}: ${answer ? `${answer.status} ${codeOf(answer.body) ?? ''}` : 'no answer'}`;
    this.refusals.set(name, (this.refusals.get(name) ?? 0) + 1);
    return null;
  }

  stop(error?: Error): void {
    this.ended = true;
    if (error) this.failure ??= error;
    this.release();
  }

  /** @throws what ended the load before its time. */
  check(): void {
    if (this.failure) throw this.failure;
  }

  /** A client of its own; the name must be unique, and decides what is random in it. */
  caller(user: LoadUser, name: string): Caller {
    const session = this.sessions.get(user);
    if (!session) throw new Error(`nobody logged in as ${user}`);
    const actor: Actor = { name, account: ACCOUNT, user: USERS[user] };
    return new Caller(session, actor, this.history, new SeededRandom(this.seed, numberOf(name)));
  }

  private release(): void {
    for (const waiter of this.waiting.filter(({ at }) => this.over || this.made >= at)) {
      this.waiting.splice(this.waiting.indexOf(waiter), 1);
      waiter.go();
    }
  }
}

function numberOf(name: string): number {
  return Buffer.from(name).reduce((sum, byte) => (sum * 31 + byte) | 0, 7);
}
