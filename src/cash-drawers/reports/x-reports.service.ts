import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { ObjectId, Principal } from '../../common/index.js';
import { readSession } from '../sessions/session.query.js';
import { isConcealed } from '../sessions/session.rules.js';
import { contentOf, type ReportContent } from './report.content.js';
import type { XReportDto } from './report.dto.js';
import { readLines, readOtherTenders } from './report.lines.js';

/** The sums of a session at any moment, without closing it. */
@Injectable()
export class XReports {
  constructor(private readonly dataSource: DataSource) {}

  /** @throws DomainError 404. */
  async make(caller: Principal, id: ObjectId): Promise<XReportDto> {
    const asOf = new Date();
    const session = await readSession(this.dataSource, caller, id);
    const lines = await readLines(this.dataSource, session.id);
    const others = await readOtherTenders(this.dataSource, session.id);
    const concealed = isConcealed(caller, session);
    const content = contentOf(session, lines, others);
    return {
      drawer: {
        id: session.drawer_id,
        name: session.drawer_name,
        location: session.drawer_location,
      },
      session: session.id,
      session_number: session.number,
      status: session.status,
      cashier: { id: session.cashier_id, name: session.cashier_name },
      concealed,
      opened_at: session.opened_at.toISOString(),
      as_of: asOf.toISOString(),
      ...(concealed ? withoutSums(content) : content),
    };
  }
}

/** What is left for somebody who counts blind. */
function withoutSums(content: ReportContent): Pick<XReportDto, keyof ReportContent> {
  return {
    ...content,
    currencies: content.currencies.map(
      ({ currency, declared_opening, counted, denominations }) => ({
        currency,
        declared_opening,
        expected_opening: null,
        totals: [],
        cash_in: null,
        cash_out: null,
        expected: null,
        counted,
        denominations,
        variance: null,
      }),
    ),
    tenders: [],
    cashiers: [],
  };
}
