/** Renewed this long before it expires, or halfway through where its whole life is shorter than that. */
const MARGIN_MS = 60_000;
/** Where the gateway names no end: the shortest life any integration was seen to rely on. */
const FALLBACK_LIFE_MS = 55 * 60_000;

export interface AzamPayToken {
  value: string;
  /** Milliseconds since the epoch; null where the gateway named none. */
  expiresAt: number | null;
}

/** Keeps the access token until shortly before it expires; callers that need a new one share one request. */
export class AzamPayTokens {
  private cached: { value: string; usableUntil: number } | null = null;
  private underway: Promise<string> | null = null;

  constructor(
    private readonly request: () => Promise<AzamPayToken>,
    private readonly now: () => number = Date.now,
  ) {}

  /** The cached token, or a new one. Rejects as `request` does, and keeps nothing then. */
  current(): Promise<string> {
    if (this.cached && this.now() < this.cached.usableUntil) {
      return Promise.resolve(this.cached.value);
    }
    return this.renewOnce();
  }

  /** A token other than `refused`, which the gateway did not accept: perhaps another caller has it already. */
  renew(refused: string): Promise<string> {
    if (this.cached?.value === refused) this.cached = null;
    return this.current();
  }

  private renewOnce(): Promise<string> {
    this.underway ??= this.fetch().finally(() => {
      this.underway = null;
    });
    return this.underway;
  }

  private async fetch(): Promise<string> {
    const { value, expiresAt } = await this.request();
    const life = expiresAt === null ? FALLBACK_LIFE_MS : expiresAt - this.now();
    // An end in the past means clocks that disagree: the token serves whoever asked and is not kept.
    const usable = life - Math.min(MARGIN_MS, life / 2);
    this.cached = usable > 0 ? { value, usableUntil: this.now() + usable } : null;
    return value;
  }
}
