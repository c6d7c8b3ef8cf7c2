import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { formatMinor } from '../../common/index.js';
import { presentItem } from '../items/item.dto.js';
import type { ItemRow, RunRow } from '../reconciliation.types.js';
import { presentRun } from '../runs/run.dto.js';
import type { ReportDto, ReportPostingDto, ReportTotalDto } from './report.dto.js';

/** Differences that one report lists; the CSV file and the list of items hold all. */
const MOST_LISTED = 1_000;

interface TotalRow {
  kind: string;
  outcome: string;
  currency: string;
  count: number;
  there: string;
  here: string;
}

interface PostingRow {
  id: number;
  what: string;
  currency: string;
  amount_minor: string;
}

/** What a run found, summed up. */
@Injectable()
export class Reports {
  constructor(private readonly dataSource: DataSource) {}

  async of(run: RunRow): Promise<ReportDto> {
    const [totals, postings, differences, counted] = await Promise.all([
      this.totals(run.id),
      this.postings(run.id),
      this.differences(run.id),
      this.dataSource.query<{ count: number }[]>(
        `SELECT count(*)::int AS count FROM reconciliation_items
         WHERE run_id = $1 AND outcome <> 'matched'`,
        [run.id],
      ),
    ]);
    return {
      run: presentRun(run),
      totals,
      postings,
      differences: differences.map(presentItem),
      difference_count: counted[0]?.count ?? 0,
    };
  }

  private async totals(runId: number): Promise<ReportTotalDto[]> {
    const rows: TotalRow[] = await this.dataSource.query(
      `SELECT kind, outcome, coalesce(currency, expected_currency) AS currency, count(*)::int,
         coalesce(sum(amount_minor), 0)::text AS there,
         coalesce(sum(expected_minor), 0)::text AS here
       FROM reconciliation_items WHERE run_id = $1 AND outcome IS NOT NULL
       GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`,
      [runId],
    );
    return rows.map((row) => ({
      ...row,
      there: formatMinor(row.there, row.currency),
      here: formatMinor(row.here, row.currency),
    }));
  }

  private async postings(runId: number): Promise<ReportPostingDto[]> {
    const rows: PostingRow[] = await this.dataSource.query(
      `SELECT id, what, currency, amount_minor FROM reconciliation_postings
       WHERE run_id = $1 ORDER BY id`,
      [runId],
    );
    return rows.map(({ id, what, currency, amount_minor: minor }) => ({
      id,
      what,
      currency,
      amount: formatMinor(minor, currency),
    }));
  }

  private differences(runId: number): Promise<ItemRow[]> {
    return this.dataSource.query(
      `SELECT * FROM reconciliation_items WHERE run_id = $1 AND outcome <> 'matched'
       ORDER BY id LIMIT ${MOST_LISTED}`,
      [runId],
    );
  }
}
