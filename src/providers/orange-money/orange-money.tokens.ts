/** Renewed this long before it expires, or halfway through where its whole life is shorter than that. */
const MARGIN_MS = 60_000;
/** Where Orange names no life: somewhat less than the shortest that was seen, an hour. */
const FALLBACK_LIFE_MS = 55 * 60_000;

export interface OrangeMoneyToken {
  value: string;
  /** Null where the gateway named none. */
  lifeMs: number | null;
}

/** Keeps the access token until shortly before it expires; callers that need a new one share one request. */
export class OrangeMoneyTokens {
  private cached: { value: string; usableUntil: number } | null = null;
  private underway: Promise<string> | null = null;

  constructor(
    private readonly request: () => Promise<OrangeMoneyToken>,
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

  /** A token other than `refused`, which the gateway did not accept: perhaps another caller has it already. */
  renew(refused: string): Promise<string> {
    if (this.cached?.value === refused) this.cached = null;
    return this.current();
  }

  private async fetch(): Promise<string> {
    const begun = this.now();
    const { value, lifeMs } = await this.request();
    const life = lifeMs ?? FALLBACK_LIFE_MS;
    this.cached = { value, usableUntil: begun + life - Math.min(MARGIN_MS, life / 2) };
    return value;
  }
}
