/** Renewed this long before it expires, or halfway through where its whole life is shorter than twice that. */
const MARGIN_MS = 10 * 60_000;

export interface MtnToken {
  value: string;
  lifeMs: number;
}

/** Keeps one product's access token until shortly before it expires; callers in need share one request. */
export class MtnMomoTokens {
  private cached: { value: string; usableUntil: number } | null = null;
  private underway: Promise<string> | null = null;

  constructor(
    private readonly request: () => Promise<MtnToken>,
    private readonly now: () => number = Date.now,
  ) {}

  /** The cached token, or a new one. Rejects as `request` does, and keeps nothing then. */
  current(): Promise<string> {
    if (this.cached && this.now() < this.cached.usableUntil) {
      return Promise.resolve(this.cached.value);
    }
    this.underway ??= this.fetch().finally(() => {
      this.underway = null;
    });
    return this.underway;
  }

  /** A token other than `refused`, which MTN did not accept: perhaps another caller has it already. */
  renew(refused: string): Promise<string> {
    if (this.cached?.value === refused) this.cached = null;
    return this.current();
  }

  private async fetch(): Promise<string> {
    const { value, lifeMs } = await this.request();
    const usableMs = lifeMs - Math.min(MARGIN_MS, lifeMs / 2);
    this.cached = { value, usableUntil: this.now() + usableMs };
    return value;
  }
}
