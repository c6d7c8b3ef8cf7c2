import { moment, text } from '../cells.js';
import type { Evidence } from '../evidence.js';
import { Judgement } from '../judgement.js';

/** Due work may be this late when the tables are read (ms): a sweep, and the work before it. */
const LATE_MS = 60_000;
const OPEN = new Set(['initiated', 'pending', 'unknown']);

/** The work that stands in the outbox: by topic and key, the open and the parked. */
class Plans {
  readonly open = new Set<string>();
  readonly parked = new Set<string>();
  /** Open and parked work by the first word of its topic, and key. */
  private readonly keys = new Set<string>();

  async read({ tables }: Evidence): Promise<this> {
    for (const row of await tables.rows('outbox')) {
      const name = `${text(row, 'topic')} ${text(row, 'key')}`;
      const over = row['parked_at'] === null && row['done_at'] !== null;
      if (!over) this.keys.add(`${text(row, 'topic').split('.')[0]} ${text(row, 'key')}`);
      if (row['parked_at'] !== null) this.parked.add(name);
      else if (row['done_at'] === null) this.open.add(name);
    }
    return this;
  }

  /** Whether some topic of this family has work on it. */
  about(family: string, key: string): boolean {
    return this.keys.has(`${family} ${key}`);
  }

  has(topic: string, key: string): boolean {
    const name = `${topic} ${key}`;
    return this.open.has(name) || this.parked.has(name);
  }
}

/** Whatever is not over has a next step: work that falls due, or a person whose turn it is. */
export async function nextSteps(evidence: Evidence): Promise<Judgement> {
  const judgement = new Judgement(
    'next-steps',
    'open payments, attempts, refunds, webhooks and jobs',
  );
  const plans = await new Plans().read(evidence);
  await jobs(evidence, judgement, plans);
  await payments(evidence, judgement);
  await attempts(evidence, judgement, plans);
  await refunds(evidence, judgement, plans);
  await webhooks(evidence, judgement, plans);
  return judgement;
}

async function jobs(evidence: Evidence, judgement: Judgement, plans: Plans): Promise<void> {
  for (const row of await evidence.tables.rows('outbox')) {
    if (row['done_at'] !== null || row['parked_at'] !== null) continue;
    judgement.look();
    const due = moment(row, 'next_at') ?? 0;
    if (due < evidence.readAt - LATE_MS) {
      const lateS = Math.round((evidence.readAt - due) / 1000);
      judgement.fault(
        `job ${text(row, 'topic')} ${text(row, 'key')} has been due for ${lateS} s: ${row['last_error'] ?? 'no error'}`,
      );
    }
  }
  if (plans.parked.size > 0) {
    const some = [...plans.parked].slice(0, 5).join(', ');
    judgement.note(`${plans.parked.size} jobs are parked for a person: ${some}`);
  }
}

/** `pending` waits for its payer, `pending_approval` for its reviewer; `processing` for an attempt. */
async function payments(evidence: Evidence, judgement: Judgement): Promise<void> {
  const attempts = await evidence.tables.by('payment_transactions', 'payment_id');
  for (const row of await evidence.tables.rows('payments')) {
    const status = text(row, 'status');
    if (status !== 'processing' && status !== 'pending_approval') continue;
    if (!evidence.ofRun(row)) continue;
    judgement.look();
    const own = attempts.get(text(row, 'id')) ?? [];
    if (!own.some((attempt) => OPEN.has(text(attempt, 'status')))) {
      judgement.fault(`payment ${text(row, 'id')} is ${status} without an open attempt`);
    }
  }
}

async function attempts(evidence: Evidence, judgement: Judgement, plans: Plans): Promise<void> {
  for (const row of await evidence.tables.rows('payment_transactions')) {
    const status = text(row, 'status');
    if (!OPEN.has(status) || !evidence.ofRun(row)) continue;
    judgement.look();
    const id = text(row, 'id');
    // Of money that no gateway is asked for a person decides.
    if (row['provider'] === 'manual' && status === 'pending') continue;
    if (row['review_reason'] !== null || plans.has('attempt.check', id)) continue;
    judgement.fault(`attempt ${id} is ${status}, with nobody to look after it`);
  }
}

async function refunds(evidence: Evidence, judgement: Judgement, plans: Plans): Promise<void> {
  for (const row of await evidence.tables.rows('refunds')) {
    const status = text(row, 'status');
    if (status === 'completed' || status === 'failed' || !evidence.ofRun(row)) continue;
    judgement.look();
    if (status === 'needs_attention' || row['approval'] === 'waiting') continue;
    const id = text(row, 'id');
    if (!plans.has('refund.execute', id)) {
      judgement.fault(`refund ${id} is ${status}, with nobody to carry it out`);
    }
  }
}

async function webhooks(evidence: Evidence, judgement: Judgement, plans: Plans): Promise<void> {
  for (const row of await evidence.tables.rows('webhook_events')) {
    if (row['status'] !== 'received') continue;
    judgement.look();
    if (!plans.about('webhook', text(row, 'uuid'))) {
      judgement.fault(`webhook event ${text(row, 'id')} was received, with nobody to work on it`);
    }
  }
}

/** After load and faults ended, all that was due was done in time, and all that can be final is final. */
export function drained({ run }: Evidence): Judgement {
  const judgement = new Judgement('drained', 'drains');
  const limit = run.drainLimitMs ?? 30_000;
  const look = (what: string, ms: number | null | undefined): void => {
    if (ms === undefined) return;
    judgement.look();
    if (ms === null) judgement.fault(`${what}: never`);
    else if (ms > limit) judgement.fault(`${what} after ${ms} ms, more than ${limit} ms`);
    else judgement.note(`${what} after ${ms} ms`);
  };
  look('nothing due', run.drainMs);
  look('everything final', run.finalMs);
  return judgement;
}
