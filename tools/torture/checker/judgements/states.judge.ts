import { type Row, text } from '../cells.js';
import type { Evidence } from '../evidence.js';
import type { EvidenceTable } from '../evidence.types.js';
import { Judgement } from '../judgement.js';

type Edges = Readonly<Record<string, readonly string[]>>;

/** The legal steps, from the contract: what is not here is not allowed. */
const PAYMENT: Edges = {
  pending: ['processing', 'pending_approval', 'completed', 'failed', 'cancelled', 'expired'],
  pending_approval: ['completed', 'failed', 'cancelled'],
  processing: ['completed', 'failed', 'cancelled', 'expired'],
  failed: ['processing', 'completed'],
  expired: ['processing', 'completed'],
  cancelled: ['completed'],
  completed: ['partially_refunded', 'refunded'],
  partially_refunded: ['partially_refunded', 'refunded', 'completed'],
  refunded: ['partially_refunded', 'completed'],
};
const ATTEMPT: Edges = {
  initiated: ['pending', 'unknown', 'completed', 'failed', 'cancelled', 'expired'],
  pending: ['unknown', 'completed', 'failed', 'cancelled', 'expired'],
  unknown: ['pending', 'completed', 'failed', 'cancelled', 'expired'],
  failed: ['completed'],
  cancelled: ['completed'],
  expired: ['completed'],
  completed: [],
};
const REFUND: Edges = {
  pending: ['processing', 'needs_attention', 'completed', 'failed'],
  processing: ['needs_attention', 'completed', 'failed'],
  needs_attention: ['processing', 'completed', 'failed'],
  failed: ['completed'],
  completed: ['failed'],
};

interface Machine {
  table: EvidenceTable;
  edges: Edges;
  /** Where its rows may begin. */
  starts: readonly string[];
}

/** By `object_type` of the audit trail. */
const MACHINES: Readonly<Record<string, Machine>> = {
  payment: { table: 'payments', edges: PAYMENT, starts: ['pending'] },
  transaction: {
    table: 'payment_transactions',
    edges: ATTEMPT,
    // Of money that no gateway is asked for: waits for a person, or stands beside an open one.
    starts: ['initiated', 'pending', 'expired'],
  },
  refund: { table: 'refunds', edges: REFUND, starts: ['pending', 'needs_attention'] },
};

/** Each step that the audit trail tells of is legal and begins where the last one ended, up to the row. */
export async function transitions(evidence: Evidence): Promise<Judgement> {
  const judgement = new Judgement('transitions', 'steps of payments, attempts and refunds');
  const last = new Map<string, string>();
  for await (const entry of evidence.tables.stream('audit_entries')) {
    const type = text(entry, 'object_type');
    const machine = MACHINES[type];
    const step = machine ? stepOf(text(entry, 'changes')) : null;
    if (!machine || !step) continue;
    judgement.look();
    const [from, to] = step;
    const name = `${type} ${text(entry, 'object_id')}`;
    const before = last.get(name);
    if (!machine.edges[from]?.includes(to)) {
      judgement.fault(`${name} went from ${from} to ${to}`);
    }
    if (before !== undefined && before !== from) {
      judgement.fault(`${name} was ${before}, and later left ${from}`);
    }
    last.set(name, to);
  }
  await finalStates(evidence, judgement, last);
  return judgement;
}

/** What rows say is where their last step led. */
async function finalStates(
  evidence: Evidence,
  judgement: Judgement,
  last: Map<string, string>,
): Promise<void> {
  for (const [type, { table, starts }] of Object.entries(MACHINES)) {
    for (const row of await evidence.tables.rows(table)) {
      if (!evidence.ofRun(row)) continue;
      const name = `${type} ${text(row, 'id')}`;
      const status = text(row, 'status');
      const from = last.get(name);
      const ends = from === undefined ? starts : [from];
      if (!ends.includes(status)) {
        judgement.fault(`${name} ended as ${ends.join(' or ')}, its row says ${status}`);
      }
    }
  }
}

/** `[from, to]` of an entry that tells of a step; null of one that does not. */
function stepOf(changes: string): [string, string] | null {
  const { status } = JSON.parse(changes) as { status?: unknown };
  if (!Array.isArray(status) || status.length !== 2) return null;
  const [from, to] = status as [unknown, unknown];
  return typeof from === 'string' && typeof to === 'string' && from !== to ? [from, to] : null;
}

function reaches(edges: Edges, from: string, to: string): boolean {
  const seen = new Set<string>();
  const next = [from];
  for (let state = next.pop(); state !== undefined; state = next.pop()) {
    for (const exit of edges[state] ?? []) {
      if (exit === to) return true;
      if (!seen.has(exit)) next.push(exit);
      seen.add(exit);
    }
  }
  return false;
}

/** What clients were told never goes back in time, and leads to what the rows say. */
export async function observedStates({ history, tables }: Evidence): Promise<Judgement> {
  const judgement = new Judgement('observed-states', 'answers with a version');
  const { sightings } = history;
  judgement.look(sightings.count);
  for (const problem of sightings.backwards) judgement.fault(problem);
  const payment = await tables.paymentFinder();
  for (const [id, { version, status, actor }] of sightings.newest) {
    const row: Row | undefined = payment(id);
    if (!row) continue;
    const ended = text(row, 'status');
    const now = Number(text(row, 'version'));
    if (now < version || (ended !== status && !reaches(PAYMENT, status, ended))) {
      judgement.fault(
        `${actor} was shown payment ${id} as ${status} (version ${version}); it is ${ended} (version ${now})`,
      );
    }
  }
  return judgement;
}
