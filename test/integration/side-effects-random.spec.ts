import * as fc from 'fast-check';
import { foresee, Play, type Step, stepsOn } from '../support/side-effects.play.js';
import { at, type Kind, KINDS } from '../support/side-effects.paper.js';
import { aSideEffectsRoom, type SideEffectsRoom } from '../support/side-effects.room.js';

/** A night's run: `SIDE_EFFECT_RUNS=5000 SIDE_EFFECT_STEPS=60`. */
const RUNS = Number(process.env['SIDE_EFFECT_RUNS'] ?? 15);
const STEPS = Number(process.env['SIDE_EFFECT_STEPS'] ?? 25);
const SEED = process.env['SIDE_EFFECT_SEED'];
/** Of so many steps one may be any that can be tried; the others are such that are not refused. */
const BOLD = 5;

/** Chosen on the paper as it is by then, so that the same numbers always mean the same steps. */
function choose(play: Play, pick: number): Step {
  const all = stepsOn(play.paper);
  const wise = all.filter((one) => foresee(play.paper, one, play.world).outcome === 'applied');
  const from = pick % BOLD === 0 || wise.length === 0 ? all : wise;
  // By act first: acts with many targets are not done more often than others.
  const acts = [...new Set(from.map(({ act }) => act))];
  const rest = Math.floor(pick / BOLD);
  const act = at(acts, rest % acts.length);
  const ofIt = from.filter((one) => one.act === act);
  return at(ofIt, Math.floor(rest / acts.length) % ofIt.length);
}

describe('any order of side effects', () => {
  let room: SideEffectsRoom;
  beforeAll(async () => {
    room = await aSideEffectsRoom();
  });
  afterAll(() => room.close());

  it.each(KINDS)(
    'leaves a %s and all around it as on paper',
    async (kind: Kind) => {
      const picks = fc.array(fc.nat(), { minLength: STEPS, maxLength: STEPS });
      await fc.assert(
        fc.asyncProperty(picks, async (chosen) => {
          const play = await Play.begin(room, kind);
          for (const pick of chosen) await play.take(choose(play, pick));
          await play.expectBooks();
          expect(play.said).toHaveLength(STEPS);
        }),
        {
          numRuns: RUNS,
          endOnFailure: true,
          ...(SEED === undefined ? {} : { seed: Number(SEED) }),
        },
      );
    },
    RUNS * STEPS * 2_000,
  );
});
