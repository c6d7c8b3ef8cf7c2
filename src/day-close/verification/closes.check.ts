import type { DataSource } from 'typeorm';
import { type CloseLink, flawOf, journalDigest } from '../close.chain.js';
import { balances } from '../close.content.js';
import { type AccountMovement, MOVEMENTS_SQL } from '../close.facts.js';
import type { CloseBalance, CloseContent } from '../close.types.js';
import { type Check, NAMED_AT_MOST } from './check.types.js';

interface StoredClose extends CloseLink {
  id: number;
  account_id: number;
  closed_by: number | null;
  /** As the audit trail heard of it. */
  told: string | null;
}

const ACCOUNTS = 'SELECT DISTINCT account_id AS id FROM day_closes ORDER BY 1';

const NEXT = `SELECT d.id, d.account_id, d.number, d.date, d.previous_hash, d.hash, d.content,
    d.closed_by, (SELECT e.changes ->> 'hash' FROM audit_entries e WHERE e.object_type = 'day_close'
      AND e.object_id = d.id AND e.action = 'day.closed' ORDER BY e.id LIMIT 1) AS told
  FROM day_closes d WHERE d.account_id = $1 AND d.number > $2 ORDER BY d.number LIMIT 1`;

const LOST = `SELECT 'the close of ' || coalesce(e.changes ->> 'date', '?') || ' of account '
    || e.account_id || ' is gone: the audit trail tells of it' AS at
  FROM audit_entries e WHERE e.action = 'day.closed' AND e.object_type = 'day_close'
    AND NOT EXISTS (SELECT 1 FROM day_closes d WHERE d.id = e.object_id)
  ORDER BY e.id LIMIT ${NAMED_AT_MOST}`;

/** Where the walk along an account's closes stands. */
interface Walk {
  previous: StoredClose | null;
  digest: string | null;
  accounts: readonly CloseBalance[];
}

/** Every account's chain of closes, and each close against the rows that it covers. */
export async function checkCloses(dataSource: DataSource): Promise<Check> {
  const accounts: { id: number }[] = await dataSource.query(ACCOUNTS);
  const broken: string[] = [];
  let closes = 0;
  for (const { id } of accounts) {
    const walk: Walk = { previous: null, digest: null, accounts: [] };
    for (;;) {
      const [close]: StoredClose[] = await dataSource.query(NEXT, [id, walk.previous?.number ?? 0]);
      if (!close) break;
      closes += 1;
      const faults = await faultsOf(dataSource, close, walk);
      broken.push(...faults.map((fault) => `close of ${close.date} of account ${id}: ${fault}`));
      walk.previous = close;
    }
  }
  const lost: { at: string }[] = await dataSource.query(LOST);
  return {
    name: 'day closes',
    checked: `${closes} closes of ${accounts.length} accounts`,
    broken: [...broken, ...lost.map(({ at }) => at)],
    notes: [],
  };
}

/** What is wrong with one close; moves digest and balances along. */
async function faultsOf(dataSource: DataSource, close: StoredClose, walk: Walk): Promise<string[]> {
  const faults: string[] = [];
  const flaw = flawOf(close, walk.previous);
  if (flaw) faults.push(flaw);
  if (close.told === null) faults.push('the audit trail does not tell of it');
  else if (close.told !== close.hash) faults.push('the audit trail tells of another hash');
  const content = parse(close.content);
  if (!content) return [...faults, 'its content is no JSON'];
  const itself = [content.account.id, content.number, content.date, content.closed_by?.id ?? null];
  const row = [close.account_id, close.number, close.date, close.closed_by];
  if (itself.join() !== row.join()) faults.push('its row does not fit its content');
  faults.push(...(await journalFaults(dataSource, close, content, walk)));
  faults.push(...(await balanceFaults(dataSource, close, content, walk)));
  faults.push(...(await reportFaults(dataSource, close, content)));
  return faults;
}

async function journalFaults(
  dataSource: DataSource,
  { id }: StoredClose,
  { ledger }: CloseContent,
  walk: Walk,
): Promise<string[]> {
  const rows: { hash: string | null }[] = await dataSource.query(
    `SELECT s.hash FROM day_close_journals c LEFT JOIN ledger_seals s ON s.journal_id = c.journal_id
     WHERE c.close_id = $1 ORDER BY c.journal_id`,
    [id],
  );
  const digest = journalDigest(
    walk.digest,
    rows.map(({ hash }) => hash ?? 'missing'),
  );
  // What the next day was chained to is what this one states: one fault is named once.
  walk.digest = ledger.digest;
  const faults: string[] = [];
  if (rows.length !== ledger.journals) {
    faults.push(`it covers ${rows.length} journals and states ${ledger.journals}`);
  }
  if (digest !== ledger.digest) faults.push('the digest of its journals differs: one was changed');
  return faults;
}

async function balanceFaults(
  dataSource: DataSource,
  { id }: StoredClose,
  { ledger }: CloseContent,
  walk: Walk,
): Promise<string[]> {
  const moved: AccountMovement[] = await dataSource.query(MOVEMENTS_SQL, [id]);
  const recomputed = balances(walk.accounts, moved);
  walk.accounts = ledger.accounts;
  const keyOf = ({ code, currency }: CloseBalance): string => `${code} ${currency}`;
  const textOf = (each: CloseBalance): string =>
    [keyOf(each), each.opening, each.movement, each.closing].join();
  const stated = new Map(ledger.accounts.map((each) => [keyOf(each), textOf(each)]));
  const found = new Map(recomputed.map((each) => [keyOf(each), textOf(each)]));
  return [...new Set([...stated.keys(), ...found.keys()])]
    .filter((key) => stated.get(key) !== found.get(key))
    .slice(0, NAMED_AT_MOST)
    .map((key) => `the balance of ${key} is not what the ledger comes to`);
}

async function reportFaults(
  dataSource: DataSource,
  { id }: StoredClose,
  { drawers }: CloseContent,
): Promise<string[]> {
  const rows: { id: number; hash: string | null }[] = await dataSource.query(
    `SELECT c.z_report_id AS id, z.hash FROM day_close_z_reports c
       LEFT JOIN cash_z_reports z ON z.id = c.z_report_id
     WHERE c.close_id = $1`,
    [id],
  );
  const found = new Map(rows.map((row) => [row.id, row.hash]));
  const stated = new Map(drawers.z_reports.map((report) => [report.id, report]));
  const changed = drawers.z_reports
    .filter((report) => found.get(report.id) !== report.hash)
    .map(({ number, drawer }) => `Z report ${number} of drawer ${drawer.id} has another hash now`);
  const added = rows
    .filter((row) => !stated.has(row.id))
    .map((row) => `Z report ${row.id} was put on its list`);
  return [...changed, ...added];
}

function parse(content: string): CloseContent | null {
  try {
    return JSON.parse(content) as CloseContent;
  } catch {
    return null;
  }
}
