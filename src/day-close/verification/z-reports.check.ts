import type { DataSource } from 'typeorm';
import { verifyZChain, type ZLink } from '../../cash-drawers/index.js';
import { type Check, NAMED_AT_MOST } from './check.types.js';

interface ZRow extends ZLink {
  account_id: number;
  drawer_id: number;
  session_id: number;
  /** Amounts as the audit trail heard of them when the session was closed. */
  told: Amounts[] | null;
}

interface Amounts {
  currency: string;
  expected: string;
  counted: string;
  variance: string;
}

/** What a Z report's sealed text says of itself. */
interface SealedZ {
  number: number;
  account: number;
  drawer: { id: number };
  session: { id: number };
  currencies: Amounts[];
}

const DRAWERS = `SELECT DISTINCT drawer_id AS id FROM cash_z_reports ORDER BY 1`;

const REPORTS = `SELECT z.account_id, z.drawer_id, z.session_id, z.number, z.previous_hash, z.hash,
    z.content, (SELECT e.changes -> 'amounts' FROM audit_entries e
      WHERE e.object_type = 'cash_session' AND e.object_id = z.session_id
        AND e.action = 'cash_session.closed' ORDER BY e.id LIMIT 1) AS told
  FROM cash_z_reports z WHERE z.drawer_id = $1 ORDER BY z.number`;

/** A closed session has its report, and the trail knows of every close. */
const LOST = `SELECT 'session ' || s.id || ' of drawer ' || s.drawer_id || ' is closed and has no Z report' AS at
  FROM cash_sessions s WHERE s.status IN ('closed', 'reviewed')
    AND NOT EXISTS (SELECT 1 FROM cash_z_reports z WHERE z.session_id = s.id)
  UNION ALL
  SELECT 'the Z report of session ' || e.object_id || ' is gone: the audit trail tells of its close'
  FROM audit_entries e WHERE e.action = 'cash_session.closed' AND e.object_type = 'cash_session'
    AND NOT EXISTS (SELECT 1 FROM cash_sessions s WHERE s.id = e.object_id)
    AND NOT EXISTS (SELECT 1 FROM cash_z_reports z WHERE z.session_id = e.object_id)
  UNION ALL
  SELECT 'Z report ' || c.z_report_id || ' is gone: a day close covers it'
  FROM day_close_z_reports c
  WHERE NOT EXISTS (SELECT 1 FROM cash_z_reports z WHERE z.id = c.z_report_id)
  LIMIT ${NAMED_AT_MOST}`;

/** The chain of every drawer, and each report against what the trail heard of its session. */
export async function checkZReports(dataSource: DataSource): Promise<Check> {
  const drawers: { id: number }[] = await dataSource.query(DRAWERS);
  const broken: string[] = [];
  let reports = 0;
  for (const { id } of drawers) {
    const rows: ZRow[] = await dataSource.query(REPORTS, [id]);
    reports += rows.length;
    const { broken_at: number, reason } = verifyZChain(rows);
    if (number !== null) broken.push(`Z report ${number} of drawer ${id}: ${reason}`);
    for (const row of rows) {
      const fault = faultOf(row);
      if (fault) broken.push(`Z report ${row.number} of drawer ${id}: ${fault}`);
    }
  }
  const lost: { at: string }[] = await dataSource.query(LOST);
  return {
    name: 'Z reports',
    checked: `${reports} reports of ${drawers.length} drawers`,
    broken: [...broken, ...lost.map(({ at }) => at)],
    notes: [],
  };
}

function faultOf(row: ZRow): string | null {
  let sealed: SealedZ;
  try {
    sealed = JSON.parse(row.content) as SealedZ;
  } catch {
    return 'its content is no JSON';
  }
  const { number, account, drawer, session, currencies } = sealed;
  const itself = [number, account, drawer.id, session.id].join();
  if (itself !== [row.number, row.account_id, row.drawer_id, row.session_id].join()) {
    return 'its row does not fit its content';
  }
  if (!row.told) return 'the audit trail does not tell of its close';
  for (const told of row.told) {
    const says = currencies.find(({ currency }) => currency === told.currency);
    const differs = (['expected', 'counted', 'variance'] as const).find(
      (amount) => says?.[amount] !== told[amount],
    );
    if (differs) return `${differs} ${told.currency} is not what the audit trail tells`;
  }
  return null;
}
