import { Inject, Injectable } from '@nestjs/common';
import { formatMinor } from '../../common/index.js';
import { CONFIG, type Config } from '../../config/index.js';
import type { ExpenseRow } from '../expense.types.js';
import type { ExpenseDto } from './expense.dto.js';

/** Knows where a receipt is to be had: its address is absolute. */
@Injectable()
export class ExpensePresenter {
  constructor(@Inject(CONFIG) private readonly config: Pick<Config, 'publicUrl'>) {}

  present(row: ExpenseRow): ExpenseDto {
    return {
      id: row.id,
      uuid: row.uuid,
      property: row.property_id,
      property_title: row.property_title,
      category: row.category,
      amount: formatMinor(row.amount_minor, row.currency),
      currency: row.currency,
      date: row.spent_on,
      vendor: row.vendor,
      notes: row.notes,
      status: row.status,
      receipt:
        row.receipt_filename === null
          ? null
          : {
              filename: row.receipt_filename,
              media_type: row.receipt_media_type ?? '',
              size: row.receipt_size ?? 0,
              url: `${this.config.publicUrl}/api/v1/payments/expenses/${row.id}/receipt/`,
            },
      paid_from: row.paid_from,
      needs_approval: row.needs_approval,
      created_by: row.created_by_name,
      decided_by: row.decided_by_name,
      decided_at: row.decided_at?.toISOString() ?? null,
      rejection_reason: row.rejection_reason,
      paid_by: row.paid_by_name,
      paid_at: row.paid_at?.toISOString() ?? null,
      void_reason: row.void_reason,
      version: row.version,
      created_at: row.created_at.toISOString(),
      updated_at: row.updated_at.toISOString(),
    };
  }
}
