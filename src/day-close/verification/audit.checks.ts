import type { DataSource } from 'typeorm';
import { type AnchorLog, checkAnchors, verifyTrail } from '../../audits/index.js';
import type { Check } from './check.types.js';

/** Recomputes every seal of the audit trail. */
export async function checkTrail(dataSource: DataSource): Promise<Check> {
  const { checked, pending, head, broken } = await verifyTrail(dataSource);
  const row = broken && [
    broken.entryId === null ? null : `entry ${broken.entryId}`,
    broken.seq === null ? null : `seal ${broken.seq}`,
  ];
  return {
    name: 'audit trail',
    checked: `${checked} seals`,
    broken: broken && row ? [`${row.filter(Boolean).join(', ')}: ${broken.reason}`] : [],
    notes: [
      `head: seal ${head.seq}, ${head.hash}`,
      ...(pending > 0 ? [`${pending} entries wait for their seal`] : []),
    ],
  };
}

export interface AnchorFile {
  path: string;
  /** Null: there is no such file. */
  log: AnchorLog | null;
  /** Named by whoever runs this: without an anchor of this database in it something is wrong. */
  required: boolean;
}

/** Holds the trail against the heads that were published outside the database. */
export async function checkAnchorFile(dataSource: DataSource, file: AnchorFile): Promise<Check> {
  const [row]: { database: string }[] = await dataSource.query(
    'SELECT current_database() AS database',
  );
  const { anchors = [], unreadable = [] } = file.log ?? {};
  const ours = anchors.filter(({ database }) => database === row?.database);
  const lost = await checkAnchors(dataSource, ours);
  const broken = lost
    .slice(0, 1)
    .map(
      ({ anchor, found }) =>
        `seal ${anchor.seq} of ${anchor.at}: ` +
        (found === null
          ? 'the trail has no such seal any more: it was cut off'
          : `published as ${anchor.hash}, is ${found} now: the trail was rewritten`),
    );
  if (file.required && ours.length === 0) {
    broken.push(
      file.log ? `${file.path} has no anchor of this database` : `there is no file ${file.path}`,
    );
  }
  const notes: string[] = [];
  if (!file.required && ours.length === 0) notes.push(`no anchor of this database in ${file.path}`);
  if (anchors.length > ours.length) {
    notes.push(`${anchors.length - ours.length} anchors are of other databases`);
  }
  if (unreadable.length > 0) notes.push(`lines cut off: ${unreadable.join(', ')}`);
  if (lost.length > 1) notes.push(`${lost.length} anchors do not fit in all`);
  return { name: 'audit anchors', checked: `${ours.length} anchors`, broken, notes };
}
