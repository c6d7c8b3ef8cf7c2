import { createHash } from 'node:crypto';
import { Client, type QueryResult } from 'pg';

const MAX_NAMES = 400;
const MAX_TEXT = 16_384;
const MAX_SEEN_ONCE = 2_000;

/**
 * Names for statements that come again, so that PostgreSQL parses and plans them once per connection.
 * A text earns its name with its second use, and only so many texts get one: each named statement costs
 * memory on every connection for as long as that lives.
 */
export class StatementNames {
  private readonly names = new Map<string, string>();
  private readonly seenOnce = new Set<string>();
  private retired = 0;

  constructor(private readonly limit = MAX_NAMES) {}

  get size(): number {
    return this.names.size;
  }

  /** Undefined for a text that stays unnamed. */
  nameOf(text: string): string | undefined {
    const known = this.names.get(text);
    if (known || this.names.size >= this.limit || text.length > MAX_TEXT) return known;
    if (this.seenOnce.delete(text)) {
      const name = `m${this.retired}_${createHash('sha256').update(text).digest('hex').slice(0, 20)}`;
      this.names.set(text, name);
      return name;
    }
    if (this.seenOnce.size >= MAX_SEEN_ONCE) this.seenOnce.clear();
    this.seenOnce.add(text);
    return undefined;
  }

  /** Lets the next use prepare the text anew: its old plan answers with columns that changed. */
  retire(text: string): void {
    if (this.names.delete(text)) this.retired += 1;
  }
}

const names = new StatementNames();

/**
 * A `pg` client that names statements with parameters; TypeORM's pool takes it through `extra.Client`.
 * TypeORM passes a text and an array and awaits the answer; every other way of asking stays as it is.
 */
export class NamingClient extends Client {
  /** `never` satisfies each of the overloads of `pg`; the answer is what `pg` answers. */
  override query(...args: never[]): never {
    const [text, values, ...rest]: unknown[] = args;
    const named = typeof text === 'string' && Array.isArray(values) && values.length > 0;
    const name = named && rest.length === 0 ? names.nameOf(text) : undefined;
    if (!named || !name) return super.query(...(args as [never]));
    const answer: Promise<QueryResult> = super.query({ name, text, values });
    return answer.catch((error: unknown) => {
      if (isOutdated(error)) names.retire(text);
      throw error;
    }) as never;
  }
}

/** A migration changed what the statement answers, or something between us and the server dropped it. */
function isOutdated(error: unknown): boolean {
  const { code, routine } = error as { code?: string; routine?: string };
  return code === '26000' || (code === '0A000' && routine === 'RevalidateCachedQuery');
}
