import { type Row, text } from '../cells.js';
import type { Evidence } from '../evidence.js';
import type { EvidenceTable } from '../evidence.types.js';
import { Judgement } from '../judgement.js';

interface Rule {
  table: EvidenceTable;
  /** Whether somebody decided in this row. */
  applies: (row: Row) => boolean;
  decider: string;
  /** Who may not have been the decider. */
  interested: readonly string[];
}

/** Decisions that take somebody else than whoever asked, owes or counted. */
const RULES: readonly Rule[] = [
  {
    table: 'refunds',
    applies: (row) => row['approval'] === 'approved',
    decider: 'decided_by',
    interested: ['requested_by'],
  },
  {
    table: 'transaction_resolutions',
    applies: (row) => row['status'] === 'confirmed',
    decider: 'decided_by',
    interested: ['proposed_by'],
  },
  {
    table: 'manual_payment_reversals',
    applies: (row) => row['status'] === 'confirmed',
    decider: 'decided_by',
    interested: ['proposed_by'],
  },
  {
    table: 'unallocated_acts',
    applies: (row) => row['status'] === 'done' && row['decided_by'] !== null,
    decider: 'decided_by',
    interested: ['proposed_by'],
  },
  {
    table: 'expenses',
    applies: (row) => row['decided_by'] !== null,
    decider: 'decided_by',
    interested: ['created_by', 'changed_by', 'submitted_by'],
  },
  {
    table: 'cash_events',
    applies: (row) => row['type'] === 'adjustment',
    decider: 'actor_id',
    interested: ['cashier_id'],
  },
  {
    table: 'cash_sessions',
    applies: (row) => row['reviewed_by'] !== null,
    decider: 'reviewed_by',
    interested: ['closed_by', 'cashier_id'],
  },
];

/** What takes two people was done by two. */
export async function secondPersons({ tables }: Evidence): Promise<Judgement> {
  const judgement = new Judgement('second-persons', 'decisions');
  for (const { table, applies, decider, interested } of RULES) {
    for (const row of await tables.rows(table)) {
      if (!applies(row)) continue;
      judgement.look();
      const by = row[decider];
      if (typeof by !== 'string') judgement.fault(`${table} ${text(row, 'id')}: nobody decided`);
      const own = interested.find((column) => row[column] === by);
      if (own) {
        judgement.fault(`${table} ${text(row, 'id')} was decided by user ${by}, its ${own}`);
      }
    }
  }
  const claim = await tables.by('manual_payments', 'payment_id');
  const payment = await tables.finder('payments');
  for (const review of await tables.rows('manual_payment_reviews')) {
    if (review['decision'] === 'withdrawn') continue;
    judgement.look();
    const id = text(review, 'payment_id');
    const by = text(review, 'actor_id');
    const submitter = claim.get(id)?.[0]?.['submitted_by'];
    if (by === submitter || by === payment(id)?.['customer_id']) {
      judgement.fault(`the transfer of payment ${id} was decided on by user ${by}, who made it`);
    }
  }
  return judgement;
}
