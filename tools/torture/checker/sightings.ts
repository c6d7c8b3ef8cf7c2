import type { HistoryLine } from './evidence.types.js';

/** The newest that anybody had been told of a payment. */
interface Seen {
  version: number;
  status: string;
  actor: string;
}

/**
 * Follows what clients were told of each payment, in real time: whoever asks after an answer was given must
 * be told that version or a later one. Keeps one version per payment and one per open question.
 */
export class Sightings {
  /** Answers that had a version to compare. */
  count = 0;
  readonly backwards: string[] = [];
  /** Newest sighting per payment. */
  readonly newest = new Map<string, Seen>();
  private readonly known = new Map<string, { paymentId: string; version: number }>();

  asked(pair: string, paymentId: string): void {
    const version = this.newest.get(paymentId)?.version ?? 0;
    this.known.set(pair, { paymentId, version });
  }

  /** @param line the end of the invocation that `pair` names */
  answered(pair: string, paymentId: string, line: HistoryLine): void {
    const asked = this.known.get(pair);
    this.known.delete(pair);
    const { version, status } = line.answer ?? {};
    // What a key replays is as old as its first answer.
    if (line.phase !== 'ok' || typeof version !== 'number' || typeof status !== 'string') return;
    if (line.key === undefined) {
      this.count += 1;
      if (asked?.paymentId === paymentId && version < asked.version) {
        this.backwards.push(
          `payment ${paymentId} was shown to ${line.actor} at version ${version} after version ${asked.version} had been shown`,
        );
      }
    }
    this.same(paymentId, version, status);
    const newest = this.newest.get(paymentId);
    if (!newest || version > newest.version) {
      this.newest.set(paymentId, { version, status, actor: line.actor });
    }
  }

  /** The same version says the same. */
  private same(paymentId: string, version: number, status: string): void {
    const newest = this.newest.get(paymentId);
    if (newest?.version !== version || newest.status === status) return;
    this.backwards.push(
      `version ${version} of payment ${paymentId} was shown as ${newest.status} and as ${status}`,
    );
  }
}
