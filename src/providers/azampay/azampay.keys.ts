import { createPublicKey, type KeyObject } from 'node:crypto';

/** The documentation asks for about a day. */
const CACHE_MS = 24 * 60 * 60_000;
/** A key read anew is taken as current for this long: forged callbacks make us read it no more often. */
const CURRENT_MS = 30_000;
/** After a failed reading, pause this long. */
const PAUSE_MS = 10_000;

/** Reads PEM (also with `\n` written out), or the base64 of the DER bytes. Null when it is no RSA key. */
export function readPublicKey(text: string): KeyObject | null {
  const pem = text.replaceAll(String.raw`\n`, '\n').trim();
  try {
    const key = pem.startsWith('-----')
      ? createPublicKey(pem)
      : createPublicKey({ key: Buffer.from(pem, 'base64'), format: 'der', type: 'spki' });
    return key.asymmetricKeyType === 'rsa' ? key : null;
  } catch {
    return null;
  }
}

/**
 * The key that callbacks are signed with: pinned, or fetched and kept for a day. Reading it anew is shared
 * between callers and rate-limited, so that a flood of forgeries does not become a flood of requests.
 */
export class AzamPayKeys {
  private kept: { key: KeyObject; since: number } | null = null;
  /** When the kept key was last read in another's place, for a signature had failed against that one. */
  private rereadAt = Number.NEGATIVE_INFINITY;
  private failedAt = Number.NEGATIVE_INFINITY;
  private underway: Promise<KeyObject | null> | null = null;

  constructor(
    private readonly pinned: KeyObject | null,
    /** Answers null when the key is out of reach; never rejects. */
    private readonly fetch: () => Promise<KeyObject | null>,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** The pinned key, or the one kept since less than a day; asks nobody. */
  get cached(): KeyObject | null {
    if (this.pinned) return this.pinned;
    return this.kept && this.now() - this.kept.since < CACHE_MS ? this.kept.key : null;
  }

  /** False while a signature that fails against `cached` may still be one made with a newer key. */
  get current(): boolean {
    if (this.pinned) return true;
    return this.now() - this.rereadAt < CURRENT_MS;
  }

  /** Sees to it in the background that there is a key when one is needed. */
  warm(): void {
    if (!this.cached) void this.refresh();
  }

  /** Reads the key, unless the one at hand is known to be current. Null: out of reach, ask again later. */
  refresh(): Promise<KeyObject | null> {
    if (this.current) return Promise.resolve(this.cached);
    if (this.underway) return this.underway;
    if (this.now() - this.failedAt < PAUSE_MS) return Promise.resolve(null);
    this.underway = this.read().finally(() => {
      this.underway = null;
    });
    return this.underway;
  }

  private async read(): Promise<KeyObject | null> {
    const key = await this.fetch();
    if (!key) {
      this.failedAt = this.now();
      return null;
    }
    if (this.kept) this.rereadAt = this.now();
    this.kept = { key, since: this.now() };
    return key;
  }
}
