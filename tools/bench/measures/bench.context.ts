import type { BenchOptions } from '../bench.options.js';
import type { Figures } from '../bench.figures.js';
import type { World } from '../world/world.js';

/** What every measurement gets. */
export interface BenchContext {
  options: BenchOptions;
  /** One per number of payments, the smallest first. */
  worlds: World[];
  figures: Figures;
  say: (line: string) => void;
  /** Where the next load's values begin: requests are not repeated within a run. */
  offsets: Map<string, number>;
}

/** The sizes in turn, each round the other way round: none always comes first after a pause. */
export function inTurn({ worlds }: BenchContext, round: number): World[] {
  return round % 2 === 1 ? worlds : worlds.toReversed();
}
