import { type CloseRow, contentOfClose } from './close.types.js';
import type { DayCloseDto, DayCloseSummaryDto } from './day-close.dto.js';

export function presentSummary(row: CloseRow): DayCloseSummaryDto {
  return {
    id: row.id,
    uuid: row.uuid,
    number: row.number,
    date: row.date,
    closed_by: contentOfClose(row).closed_by,
    previous_hash: row.previous_hash,
    hash: row.hash,
    created_at: row.created_at.toISOString(),
  };
}

export function presentClose(row: CloseRow): DayCloseDto {
  return {
    ...contentOfClose(row),
    id: row.id,
    uuid: row.uuid,
    previous_hash: row.previous_hash,
    hash: row.hash,
    sealed_text: row.content,
    created_at: row.created_at.toISOString(),
  };
}
