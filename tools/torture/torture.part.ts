/** How much is tried: `push` in minutes, `ci` as the published figures, `night` and `soak` many times that. */
export const SCALES = ['push', 'ci', 'night', 'soak'] as const;
export type Scale = (typeof SCALES)[number];

/** What lets BullMQ ring: the same PostgreSQL, or a Redis beside it. */
export const BACKENDS = ['postgres', 'redis'] as const;
export type Backend = (typeof BACKENDS)[number];

export interface TortureContext {
  scale: Scale;
  /** All that is random follows from it, so that a failure can be told by one number. */
  seed: number;
  backend: Backend;
  /** Folder of this part's run, for evidence; it exists. */
  folder: string;
  /** The build that is tried: a folder with `src/main.js`. */
  dist: string;
  /** One line for whoever watches. */
  say(line: string): void;
}

export interface Verdict {
  part: string;
  counts: {
    what: string;
    tried: number;
    failures: number;
    /** What one try is, for people: "payments". */
    unit?: string;
  }[];
  /** Empty: passed. */
  problems: string[];
  notes: string[];
}

export interface TorturePart {
  name: string;
  /** `each`: once with every backend; `once`: the backend makes no difference to it. */
  backends: 'each' | 'once';
  run(context: TortureContext): Promise<Verdict>;
}
