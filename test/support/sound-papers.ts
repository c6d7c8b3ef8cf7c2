import { createHash } from 'node:crypto';
import type { RunFolder } from './run-folder.js';

/** A session of another drawer that nothing happened in, with its Z report. */
export function closedDrawer(run: RunFolder): void {
  run.add('cash_sessions', {
    account_id: 1,
    drawer_id: 2,
    cashier_id: 5,
    number: 1,
    status: 'reviewed',
    reviewed_by: 7,
    closed_by: 5,
    event_count: 0,
  });
  const content = '{"session":2}';
  const hash = createHash('sha256').update(`\n${content}`).digest('hex');
  run.add('cash_z_reports', { drawer_id: 2, number: 1, previous_hash: null, content, hash });
}

/** Half of what nobody owed, as one person proposed and another decided. */
export function paidBack(run: RunFolder, half: number): void {
  const receipt = run.row('unallocated_receipts', 1);
  receipt['left_minor'] = String(half);
  const act = run.add('unallocated_acts', {
    account_id: 1,
    receipt_id: 1,
    kind: 'refund',
    status: 'done',
    currency: 'TZS',
    amount_minor: half,
    ledger_account: 'clearing:azampay',
    payment_id: null,
    proposed_by: 6,
    decided_by: 7,
  });
  run.journal('unallocated_act', act['id'], 'refunded', {
    unallocated: half,
    'clearing:azampay': -half,
  });
  const told = { id: Number(act['id']), receipt: 1, amount: `${half / 100}.00` };
  run.call('propose', {
    key: 'key-act',
    request: { receipt: 1 },
    status: 201,
    answer: { ...told, status: 'waiting' },
  });
  run.call('decide', { answer: { ...told, status: 'done' } });
}
