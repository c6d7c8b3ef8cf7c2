/** One thing that was verified, in the words that an operator reads. */
export interface Check {
  name: string;
  /** What was looked at: "1342 seals". */
  checked: string;
  /** What is broken, each naming its row; empty while all is sound. */
  broken: string[];
  /** What is worth knowing and breaks nothing. */
  notes: string[];
}

/** Faults come in crowds when something big is missing: so many are named, the rest counted. */
export const NAMED_AT_MOST = 20;
