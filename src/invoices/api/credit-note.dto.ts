import { ApiProperty } from '@nestjs/swagger';
import { formatMinor } from '../../common/index.js';
import type { CreditNoteRow } from '../credit-note.types.js';
import { InvoiceLineDto } from './invoice.dto.js';
import { presentLine } from './invoice.presenter.js';

export class CreditNoteDto {
  @ApiProperty({ example: 1 })
  id!: number;

  @ApiProperty({ format: 'uuid', example: '1b8f4a57-6a9e-4f6f-8a28-5f1f2f7d9f10' })
  uuid!: string;

  @ApiProperty({ example: 'CN-2026-000001' })
  number!: string;

  @ApiProperty({ example: 1, description: 'Id of the invoice.' })
  invoice!: number;

  @ApiProperty({ example: 'INV-2026-000001' })
  invoice_number!: string;

  @ApiProperty({ example: 'The transfer did not take place' })
  reason!: string;

  @ApiProperty({ type: [InvoiceLineDto] })
  lines!: InvoiceLineDto[];

  @ApiProperty({ example: '40000.00' })
  subtotal!: string;

  @ApiProperty({ example: '7200.00' })
  tax!: string;

  @ApiProperty({ example: '47200.00' })
  total!: string;

  @ApiProperty({ example: 'TZS' })
  currency!: string;

  @ApiProperty({ format: 'date-time', example: '2026-01-24T08:00:00.000Z' })
  issued_at!: string;

  @ApiProperty({ format: 'date-time', example: '2026-01-24T08:00:00.000Z' })
  created_at!: string;
}

export function presentCreditNote(row: CreditNoteRow): CreditNoteDto {
  return {
    id: row.id,
    uuid: row.uuid,
    number: row.number,
    invoice: row.invoice_id,
    invoice_number: row.invoice_number,
    reason: row.reason,
    lines: row.lines.map((line) => presentLine(line, row.currency)),
    subtotal: formatMinor(row.subtotal_minor, row.currency),
    tax: formatMinor(row.tax_minor, row.currency),
    total: formatMinor(row.total_minor, row.currency),
    currency: row.currency,
    issued_at: row.issued_at.toISOString(),
    created_at: row.created_at.toISOString(),
  };
}
