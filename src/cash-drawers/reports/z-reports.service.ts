import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import type { ObjectId, Principal } from '../../common/index.js';
import { reportNotFound } from '../cash.errors.js';
import type { SessionRow } from '../cash.types.js';
import { DrawerReader } from '../drawers/drawer.reader.js';
import { readSession } from '../sessions/session.query.js';
import type { ReportContent } from './report.content.js';
import { hashOf, type Link, type Verdict, verifyChain } from './z.chain.js';

/** Everything that a Z report states: parsed from the text that was hashed. */
export interface ZContent extends ReportContent {
  number: number;
  account: number;
  drawer: { id: number; uuid: string; name: string; location: string };
  session: { id: number; uuid: string; number: number; opened_at: string; closed_at: string };
  cashier: { id: number; name: string };
  closed_by: { id: number; name: string };
  review_required: boolean;
  notes: { opening: string; closing: string };
}

/** A row of `cash_z_reports`. */
export interface ZReportRow extends Link {
  id: number;
  uuid: string;
  account_id: number;
  drawer_id: number;
  session_id: number;
  created_at: Date;
}

export const Z_COLUMNS = `z.id, z.uuid, z.account_id, z.drawer_id, z.session_id, z.number,
  z.previous_hash, z.hash, z.content, z.created_at`;

/** Closed sessions' reports: each numbered, sealed with the hash of the one before, and never changed. */
@Injectable()
export class ZReports {
  constructor(
    private readonly dataSource: DataSource,
    private readonly drawers: DrawerReader,
  ) {}

  /** Under the session's lock, in the closing transaction; answers the report's id. */
  async write(
    manager: EntityManager,
    session: Pick<SessionRow, 'id' | 'account_id' | 'drawer_id' | 'number'>,
    content: ZContent,
  ): Promise<number> {
    const before: { hash: string }[] = await manager.query(
      'SELECT hash FROM cash_z_reports WHERE drawer_id = $1 AND number = $2',
      [session.drawer_id, session.number - 1],
    );
    const previous = before[0]?.hash ?? null;
    const text = JSON.stringify(content);
    const [row]: { id: number }[] = await manager.query(
      `INSERT INTO cash_z_reports (account_id, drawer_id, session_id, number, previous_hash, hash,
         content)
       VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id`,
      [
        session.account_id,
        session.drawer_id,
        session.id,
        session.number,
        previous,
        hashOf(previous, text),
        text,
      ],
    );
    if (!row) throw new Error('the Z report was not written');
    return row.id;
  }

  /** @throws DomainError 404 for a session that is not there, or not closed. */
  async ofSession(caller: Principal, id: ObjectId): Promise<ZReportRow> {
    const session = await readSession(this.dataSource, caller, id);
    const rows: ZReportRow[] = await this.dataSource.query(
      `SELECT ${Z_COLUMNS} FROM cash_z_reports z WHERE z.session_id = $1`,
      [session.id],
    );
    if (!rows[0]) throw reportNotFound();
    return rows[0];
  }

  /** Works out every hash of a drawer's reports anew. */
  async verify(caller: Principal, drawerId: ObjectId): Promise<Verdict> {
    const drawer = await this.drawers.read(caller, drawerId);
    const links: Link[] = await this.dataSource.query(
      `SELECT number, previous_hash, hash, content FROM cash_z_reports
       WHERE drawer_id = $1 ORDER BY number`,
      [drawer.id],
    );
    return verifyChain(links);
  }
}

export function contentOfReport({ content }: Pick<ZReportRow, 'content'>): ZContent {
  return JSON.parse(content) as ZContent;
}
