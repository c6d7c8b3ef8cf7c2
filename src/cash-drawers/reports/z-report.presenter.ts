import type { ZReportDto } from './report.dto.js';
import { contentOfReport, type ZReportRow } from './z-reports.service.js';

export function presentZReport(row: ZReportRow): ZReportDto {
  return {
    ...contentOfReport(row),
    id: row.id,
    uuid: row.uuid,
    previous_hash: row.previous_hash,
    hash: row.hash,
    sealed_text: row.content,
    created_at: row.created_at.toISOString(),
  };
}
