import { at, blankPaper, type Kind, type Paper } from './side-effects.paper.js';
import { foresee, type Step, stepsOf } from './side-effects.play.js';
import { actsOf } from './side-effects.refund-acts.js';

/** So long a walk stays in one world; longer ones say less when they fail. */
const LONGEST = 30;
/** How far, and how often, one looks for a pair that was not met yet. */
const AHEAD = 8;
const LOOKS = 120;
/** Walks in a row that found nothing new: then all that can follow each other has. */
const TIRED = 4;
const DRAWER = { drawer: 0 };

/** A generator of numbers from 0 to below 1 that always says the same (mulberry32). */
function numbersFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

interface Place {
  paper: Paper;
  last: string;
}

/**
 * Walks in which every act that is not refused follows every other one at once, wherever that can be, each
 * with as few steps in between as could be found. Planned on paper alone.
 */
export class Walks {
  readonly pairs = new Set<string>();
  private readonly next: () => number;

  private readonly acts: readonly string[];

  /** `wanted`: of which acts the pairs are looked for; others may lead from one to the next. */
  constructor(
    private readonly kind: Kind,
    private readonly wanted: (act: string) => boolean,
    seed: number,
  ) {
    this.next = numbersFrom(seed);
    this.acts = actsOf(kind);
  }

  plan(): Step[][] {
    const walks: Step[][] = [];
    for (let tired = 0; tired < TIRED;) {
      const walk = this.walk();
      if (walk.length === 0) tired += 1;
      else {
        tired = 0;
        walks.push(walk);
      }
    }
    return walks;
  }

  private walk(): Step[] {
    const steps: Step[] = [];
    let place: Place = { paper: blankPaper(this.kind), last: 'begin' };
    while (steps.length < LONGEST) {
      const way = this.wayToNew(place);
      if (!way) break;
      for (const step of way) {
        const went = this.go(place, step);
        if (!went) throw new Error('the way is not what it was');
        if (this.isNew(place, step)) this.pairs.add(pairOf(place, step));
        steps.push(step);
        place = went;
      }
    }
    return steps;
  }

  /** The shortest that some looks ahead have found; null when they found none. */
  private wayToNew(from: Place): Step[] | null {
    const next = this.newStep(from);
    if (next) return [next];
    let best: Step[] | null = null;
    for (let look = 0; look < LOOKS && best?.length !== 2; look += 1) {
      best = this.look(from, best ? best.length - 1 : AHEAD) ?? best;
    }
    return best;
  }

  /** Goes on at random until something new can follow, and no further than `most` steps with it. */
  private look(from: Place, most: number): Step[] | null {
    const way: Step[] = [];
    let place = from;
    for (let tries = 0; way.length < most - 1 && tries < 6 * most; tries += 1) {
      const step = this.anyStep(place.paper);
      const went = step && this.go(place, step);
      if (!step || !went) continue;
      way.push(step);
      place = went;
      const next = this.newStep(place);
      if (next) return [...way, next];
    }
    return null;
  }

  /** Something that has not followed the last act yet, and can. */
  private newStep(place: Place): Step | null {
    if (!this.wanted(place.last)) return null;
    for (const act of this.acts) {
      if (!this.wanted(act) || this.pairs.has(pairOf(place, { act }))) continue;
      const step = stepsOf(act, place.paper).find((one) => this.go(place, one));
      if (step) return step;
    }
    return null;
  }

  private isNew(place: Place, step: Step): boolean {
    const isWanted = this.wanted(place.last) && this.wanted(step.act);
    return isWanted && !this.pairs.has(pairOf(place, step));
  }

  private anyStep(paper: Paper): Step | null {
    const steps = stepsOf(this.anyOf(this.acts), paper);
    return steps.length === 0 ? null : this.anyOf(steps);
  }

  private anyOf<T>(list: readonly T[]): T {
    return at(list, Math.floor(this.next() * list.length));
  }

  private go({ paper }: Place, step: Step): Place | null {
    const { outcome, after } = foresee(paper, step, DRAWER);
    return outcome === 'applied' ? { paper: after, last: step.act } : null;
  }
}

const pairOf = ({ last }: Place, { act }: Pick<Step, 'act'>): string => `${last} → ${act}`;
