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
