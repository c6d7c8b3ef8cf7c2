import type { CrashDesk } from '../crash.desk.js';

/** One playing of a scenario. */
export interface Scene {
  /** What must stand before, in quiet. */
  prepare(): Promise<void>;
  /** One after the other; each ends when everything that follows from it has happened. */
  acts: (() => Promise<void>)[];
  /** When all is over, however it went. */
  end?(): void;
}

export interface Scenario {
  name: string;
  /** What each act is called. */
  acts: readonly string[];
  begin(desk: CrashDesk, number: number): Scene;
}
