import { DomainError } from '../../src/common/index.js';
import { expectBooksToAgree } from './books.js';
import { blankPaper, copyOf, type Kind, type Paper, Refused } from './side-effects.paper.js';
import { ACTS, actsOf } from './side-effects.refund-acts.js';
import type { SideEffectsRoom, World } from './side-effects.room.js';
import { readRows, type Rows, viewOfPaper, viewOfRows } from './side-effects.view.js';

/** One act, said so that it can be done again: `refund 0 5000`. */
export interface Step {
  act: string;
  target: number;
  amount: number;
}

export const say = ({ act, target, amount }: Step): string => `${act} ${target} ${amount}`;

export function step(text: string): Step {
  const [act = '', target = '0', amount = '0'] = text.split(' ');
  return { act, target: Number(target), amount: Number(amount) };
}

/** What the paper says of a step: the outcome, and the paper afterwards. */
export function foresee(
  paper: Paper,
  { act, target, amount }: Step,
  world: Pick<World, 'drawer'>,
): { outcome: string; after: Paper } {
  const after = copyOf(paper);
  try {
    const outcome = actOf(act).onPaper(after, target, amount, world);
    return { outcome, after };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return { outcome: error.code, after: paper };
  }
}

/** Every step that can be tried on this paper. */
export function stepsOn(paper: Paper): Step[] {
  return actsOf(paper.kind).flatMap((act) => stepsOf(act, paper));
}

/** What this act can be done to, with each amount worth trying. */
export function stepsOf(act: string, paper: Paper): Step[] {
  const { targets, amounts = [0] } = actOf(act);
  return (targets?.(paper) ?? [0]).flatMap((target) =>
    amounts.map((amount) => ({ act, target, amount })),
  );
}

function actOf(name: string) {
  const act = ACTS[name];
  if (!act) throw new Error(`nobody knows how to ${name}`);
  return act;
}

/** One world and its paper, side by side. */
export class Play {
  readonly said: string[] = [];

  private constructor(
    readonly room: SideEffectsRoom,
    readonly world: World,
    public paper: Paper,
    private rows: Rows,
  ) {}

  static async begin(room: SideEffectsRoom, kind: Kind): Promise<Play> {
    const world = await room.world(kind);
    return new Play(room, world, blankPaper(kind), await readRows(room.dataSource, world));
  }

  /** Does the step in both, and fails unless they agree: on the outcome and on everything there is. */
  async take(wanted: Step): Promise<string> {
    const { outcome, after } = foresee(this.paper, wanted, this.world);
    const before = this.rows;
    const scene = { room: this.room, world: this.world, rows: before };
    const answer = await outcomeOf(actOf(wanted.act).really(scene, wanted.target, wanted.amount));
    this.said.push(say(wanted));
    this.rows = await readRows(this.room.dataSource, this.world);
    const really = answer ?? (DONE.has(outcome) ? outcome : 'applied');
    expectAsOnPaper(this, { outcome: really, rows: this.rows }, { outcome, after, before });
    this.paper = after;
    return outcome;
  }

  /** All of them; then the books of everybody must agree too. */
  async takeAll(steps: readonly Step[]): Promise<void> {
    for (const one of steps) await this.take(one);
    await this.expectBooks();
  }

  async expectBooks(): Promise<void> {
    await expectBooksToAgree(this.room.dataSource).catch((error: unknown) => {
      throw told(this, error);
    });
  }
}

/** Nothing may be left of what was refused, not even a version or an entry in the trail. */
function expectAsOnPaper(
  play: Play,
  really: { outcome: string; rows: Rows },
  paper: { outcome: string; after: Paper; before: Rows },
): void {
  const { kind } = play.world;
  try {
    expect({ outcome: really.outcome, view: viewOfRows(really.rows, kind) }).toEqual({
      outcome: paper.outcome,
      view: viewOfPaper(paper.after),
    });
    if (!DONE.has(paper.outcome)) expect(really.rows).toEqual(paper.before);
  } catch (error) {
    throw told(play, error);
  }
}

/** Step by step, so that it can be played again. */
function told({ world, said }: Play, error: unknown): unknown {
  if (error instanceof Error) {
    error.message = `${world.kind}: ${said.join(', ')}\n${error.message}`;
  }
  return error;
}

const DONE = new Set(['applied', 'no_change', 'parked']);

/** What the product answered; null where it did it and says no more. */
async function outcomeOf(work: Promise<unknown>): Promise<string | null> {
  try {
    const answer = await work;
    if (typeof answer === 'string') return answer;
    const { disposition } = (answer ?? {}) as { disposition?: unknown };
    return typeof disposition === 'string' ? disposition : null;
  } catch (error) {
    return error instanceof DomainError ? error.code : `broke: ${String(error)}`;
  }
}
