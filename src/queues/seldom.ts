/** Lets a repeated message through once per period, with the number of those held back since. */
export class Seldom {
  private lastAt = -Infinity;
  private heldBack = 0;

  constructor(
    private readonly periodMs: number,
    private readonly now: () => number = () => performance.now(),
  ) {}

  say(speak: (heldBack: number) => void): void {
    const at = this.now();
    if (at - this.lastAt < this.periodMs) {
      this.heldBack += 1;
      return;
    }
    const heldBack = this.heldBack;
    this.lastAt = at;
    this.heldBack = 0;
    speak(heldBack);
  }
}
