const SHOWN = 20;

/** One thing that is judged: how much was looked at, and what was wrong with it. */
export class Judgement {
  looked = 0;
  faults = 0;
  readonly problems: string[] = [];
  readonly notes: string[] = [];

  constructor(
    readonly name: string,
    /** What `looked` counts. */
    readonly unit: string,
  ) {}

  look(count = 1): void {
    this.looked += count;
  }

  /** Names ids, so that somebody can go and see. All are counted, the first are told. */
  fault(problem: string): void {
    this.faults += 1;
    if (this.problems.length < SHOWN) this.problems.push(problem);
  }

  note(text: string): void {
    this.notes.push(text);
  }

  /** Problems as they are printed: with the name in front, and how many more there are. */
  lines(): string[] {
    const rest = this.faults - this.problems.length;
    return [
      ...this.problems.map((problem) => `${this.name}: ${problem}`),
      ...(rest > 0 ? [`${this.name}: … and ${rest} more`] : []),
    ];
  }
}
