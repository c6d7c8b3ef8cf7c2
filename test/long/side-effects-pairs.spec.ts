import { type Kind, KINDS } from '../support/side-effects.paper.js';
import { Play } from '../support/side-effects.play.js';
import { CORE } from '../support/side-effects.refund-acts.js';
import { aSideEffectsRoom, type SideEffectsRoom } from '../support/side-effects.room.js';
import { Walks } from '../support/side-effects.walks.js';

/** `SIDE_EFFECT_PAIRS=all`: pairs of all acts, for a night; else of the side effects proper. */
const ALL = process.env['SIDE_EFFECT_PAIRS'] === 'all';
const SEED = Number(process.env['SIDE_EFFECT_SEED'] ?? 1);
/** Fewer pairs than these would mean that the walks have lost their way, not that all is well. */
const LEAST = { booking: 140, order: 145, invoice: 195, visit: 145 } satisfies Record<Kind, number>;

describe(`every pair of side effects, in both orders (seed ${SEED})`, () => {
  let room: SideEffectsRoom;
  beforeAll(async () => {
    room = await aSideEffectsRoom();
  });
  afterAll(() => room.close());

  it.each(KINDS)(
    'leaves a %s and all around it as on paper',
    async (kind) => {
      const walks = new Walks(kind, (act) => ALL || CORE.has(act), SEED);
      for (const walk of walks.plan()) {
        const play = await Play.begin(room, kind);
        await play.takeAll(walk);
      }
      expect(walks.pairs.size).toBeGreaterThanOrEqual(LEAST[kind]);
    },
    ALL ? 3_600_000 : 180_000,
  );
});
