import type { Stage } from './stage.js';

/** A change of one text of the build; the text must stand there exactly once. */
export interface Patch {
  /** Below `dist/src`. */
  file: string;
  find: string;
  replace: string;
}

/** A bug planted in a copy of the build. */
export interface Mutant {
  name: string;
  /** What it does wrong, for people. */
  bug: string;
  patches: readonly Patch[];
  /** What has to happen for it to show. */
  acts: readonly Act[];
  /** Any of these judgements must find it. */
  caughtBy: readonly string[];
}

/** Something that people and gateways do with the product, in a few seconds. */
export interface Act {
  name: string;
  play(stage: Stage): Promise<void>;
}
