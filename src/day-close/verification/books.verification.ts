import type { DataSource } from 'typeorm';
import { type AnchorFile, checkAnchorFile, checkTrail } from './audit.checks.js';
import type { Check } from './check.types.js';
import { checkCloses } from './closes.check.js';
import { checkLedger } from './ledger.check.js';
import { checkZReports } from './z-reports.check.js';

/**
 * Verifies all that is sealed: audit trail, anchors, ledger, Z reports, day closes. Reads only. The
 * application may go on meanwhile: what is looked at never changes, and comes into being whole.
 */
export async function verifyBooks(dataSource: DataSource, anchors: AnchorFile): Promise<Check[]> {
  return [
    await checkTrail(dataSource),
    await checkAnchorFile(dataSource, anchors),
    await checkLedger(dataSource),
    await checkZReports(dataSource),
    await checkCloses(dataSource),
  ];
}
