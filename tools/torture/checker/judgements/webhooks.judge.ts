import { createHash } from 'node:crypto';
import { hex, text } from '../cells.js';
import type { Evidence } from '../evidence.js';
import { Judgement } from '../judgement.js';

/**
 * What was forged or cut off is refused; or, where the key to prove it is out of reach at that moment, stored
 * as unproven, which moves nothing.
 */
export async function forgedWebhooks({ history, tables }: Evidence): Promise<Judgement> {
  const judgement = new Judgement('forged-webhooks', 'forged and truncated webhooks');
  const unproven = new Set<string>();
  for (const event of await tables.rows('webhook_events')) {
    if (event['verification'] === 'verified') continue;
    unproven.add(`${text(event, 'provider')} ${text(event, 'reference')}`);
  }
  for (const { kind, provider, reference, status, actor } of history.webhooks) {
    if (kind !== 'forged' && kind !== 'truncated') continue;
    judgement.look();
    const taken = status !== null && status >= 200 && status < 300;
    if (taken && !unproven.has(`${provider} ${reference}`)) {
      judgement.fault(
        `a ${kind} notification of ${provider} for ${reference} by ${actor} was taken with ${status}`,
      );
    }
  }
  return judgement;
}

/** What was answered 2xx is stored. */
export async function acknowledgedWebhooks(evidence: Evidence): Promise<Judgement> {
  const { gateway, history, tables } = evidence;
  const judgement = new Judgement('acknowledged-webhooks', 'acknowledged webhooks');
  const stored = new Set<string>();
  for (const event of await tables.rows('webhook_events')) {
    const name = `${text(event, 'provider')} ${text(event, 'reference')}`;
    stored.add(name);
    const word = text(event, 'wire_status').toLowerCase();
    stored.add(`${name} ${word}`);
    // Where a gateway gives a reason beside its word, both are stored: `FAILED/APPROVAL_REJECTED`.
    stored.add(`${name} ${word.split('/')[0]}`);
  }
  const posted = history.webhooks
    .filter(({ kind }) => kind !== 'forged' && kind !== 'truncated')
    .map(({ provider, reference, status, word }) => ({
      provider,
      reference,
      status,
      word: word ?? null,
    }));
  for (const { provider, reference, status, word } of [...gateway.deliveries, ...posted]) {
    if (status === null || status < 200 || status >= 300) continue;
    judgement.look();
    const name = `${provider} ${reference}`;
    if (!stored.has(word === null ? name : `${name} ${word.toLowerCase()}`)) {
      judgement.fault(`${provider} was told ${status} for ${reference} (${word}): it is lost`);
    }
  }
  return judgement;
}

/** The same bytes are one event, however often they come. */
export async function webhooksOnce({ tables }: Evidence): Promise<Judgement> {
  const judgement = new Judgement('webhooks-once', 'stored webhooks');
  const seen = new Map<string, string>();
  for await (const event of tables.stream('webhook_events')) {
    judgement.look();
    // Stored before it could be proven, and once more when it was: two names of one event.
    if (text(event, 'dedupe_key').startsWith('undecided:')) continue;
    const provider = text(event, 'provider');
    const bytes = createHash('sha1').update(hex(event, 'raw_body')).digest('base64');
    const first = seen.get(`${provider} ${bytes}`);
    if (first === undefined) seen.set(`${provider} ${bytes}`, text(event, 'id'));
    else {
      judgement.fault(
        `events ${first} and ${text(event, 'id')} of ${provider} are the same bytes (${text(event, 'reference')})`,
      );
    }
  }
  return judgement;
}
