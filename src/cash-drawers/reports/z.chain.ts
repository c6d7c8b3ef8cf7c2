import { createHash } from 'node:crypto';

/** A link as it is stored. */
export interface Link {
  number: number;
  previous_hash: string | null;
  hash: string;
  content: string;
}

/** SHA-256, in hex, of the hash of the report before (nothing for the first), a line feed, the content. */
export function hashOf(previousHash: string | null, content: string): string {
  return createHash('sha256')
    .update(`${previousHash ?? ''}\n${content}`, 'utf8')
    .digest('hex');
}

export interface Verdict {
  valid: boolean;
  /** How many reports were looked at. */
  reports: number;
  /** The first that does not fit, and why; null when all do. */
  broken_at: number | null;
  reason: string | null;
  /** Hash of the newest report: noted elsewhere, it proves later that none was taken away. */
  head: string | null;
}

/** Whether links, oldest first, follow each other without a gap and hash to what they say. */
export function verifyChain(links: readonly Link[]): Verdict {
  let previous: Link | null = null;
  for (const link of links) {
    const reason = flaw(link, previous);
    if (reason) {
      return { valid: false, reports: links.length, broken_at: link.number, reason, head: null };
    }
    previous = link;
  }
  return {
    valid: true,
    reports: links.length,
    broken_at: null,
    reason: null,
    head: previous?.hash ?? null,
  };
}

function flaw(link: Link, previous: Link | null): string | null {
  if (link.number !== (previous?.number ?? 0) + 1) return 'a report is missing before it';
  if (link.previous_hash !== (previous?.hash ?? null)) return 'it does not name the report before';
  if (link.hash !== hashOf(link.previous_hash, link.content)) return 'its content was changed';
  return null;
}
