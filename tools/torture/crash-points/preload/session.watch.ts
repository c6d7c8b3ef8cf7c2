import { changedBy, commitLabel, withoutLiterals } from './sql.label.js';

/** What one text sent to the database makes durable. */
export interface Commit {
  label: string;
  /** Whether the session holds its locks until then: a commit of a transaction, not a statement alone. */
  locks: boolean;
}

/** Follows the texts of one connection and says which of them commit what. */
export class SessionWatch {
  private open = false;
  private readonly changed = new Set<string>();

  constructor(private readonly writers: ReadonlySet<string>) {}

  /** Null for a text that makes nothing durable. To be called before it is sent. */
  see(text: string): Commit | null {
    const done = new Set<string>();
    let locks = false;
    for (const statement of withoutLiterals(text).split(';')) {
      const word = statement.trim().toLowerCase();
      if (word === '') continue;
      if (/^(begin|start\s+transaction)\b/.test(word)) this.begin();
      else if (/^(rollback|abort)\b/.test(word)) this.rollBack(word);
      else if (/^(commit|end)\b/.test(word)) {
        this.changed.forEach((name) => done.add(name));
        locks ||= this.changed.size > 0;
        this.close();
      } else {
        const changes = changedBy(statement, this.writers);
        changes.forEach((name) => (this.open ? this.changed : done).add(name));
      }
    }
    return done.size > 0 ? { label: commitLabel(done), locks } : null;
  }

  private begin(): void {
    this.close();
    this.open = true;
  }

  private rollBack(word: string): void {
    // Back to a savepoint: what came before it still stands, and what came after hardly ever matters here.
    if (!/^rollback\s+(work\s+|transaction\s+)?to\b/.test(word)) this.close();
  }

  private close(): void {
    this.open = false;
    this.changed.clear();
  }
}
