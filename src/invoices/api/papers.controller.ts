import { Controller, Get, Param, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { formatMinor, type ObjectId, type Principal } from '../../common/index.js';
import { sendPdf } from '../../documents/index.js';
import {
  Access,
  ApiCsv,
  ApiDownload,
  ApiErrors,
  Caller,
  type CsvColumn,
  Exports,
  PathId,
} from '../../http/index.js';
import { type InvoiceRow, owedMinor } from '../invoice.types.js';
import { invoicesOf } from '../invoices.source.js';
import { Papers } from '../papers/papers.service.js';
import { InvoicesQuery } from './invoice-requests.dto.js';

const COLUMNS: readonly CsvColumn<InvoiceRow>[] = [
  { title: 'id', value: (row) => row.id },
  { title: 'number', value: (row) => row.number },
  { title: 'status', value: (row) => row.status },
  { title: 'customer_name', value: (row) => row.customer_name },
  { title: 'customer_email', value: (row) => row.customer_email },
  { title: 'customer_phone', value: (row) => row.customer_phone },
  { title: 'booking_reference', value: (row) => row.booking_reference },
  { title: 'currency', value: (row) => row.currency },
  { title: 'subtotal', value: (row) => formatMinor(row.subtotal_minor, row.currency) },
  { title: 'tax', value: (row) => formatMinor(row.tax_minor, row.currency) },
  { title: 'total', value: (row) => formatMinor(row.total_minor, row.currency) },
  { title: 'amount_paid', value: (row) => formatMinor(row.paid_minor, row.currency) },
  { title: 'amount_credited', value: (row) => formatMinor(row.credited_minor, row.currency) },
  { title: 'amount_due', value: (row) => formatMinor(owedMinor(row), row.currency) },
  { title: 'issued_at', value: (row) => row.issued_at?.toISOString() ?? null },
  { title: 'due_date', value: (row) => row.due_date },
  { title: 'notes', value: (row) => row.notes },
  { title: 'created_at', value: (row) => row.created_at.toISOString() },
];

/** Invoices on paper and in files. */
@ApiTags('invoices')
@Controller('api/v1/payments/invoices')
export class PapersController {
  constructor(
    private readonly papers: Papers,
    private readonly exports: Exports,
  ) {}

  @Get('export')
  @Access()
  @ApiOperation({ summary: 'Export invoices as CSV, filtered like the list' })
  @ApiCsv('id,number,status,customer_name\r\n1,INV-2026-000001,issued,Asha Juma\r\n')
  @ApiErrors(400)
  export(
    @Caller() caller: Principal,
    @Query() query: InvoicesQuery,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const source = invoicesOf(caller, query);
    return this.exports.streamCsv(reply, {
      filename: 'invoices.csv',
      columns: COLUMNS,
      source,
      query,
    });
  }

  @Get(':id/pdf')
  @Access()
  @ApiOperation({ summary: 'An invoice as a PDF document (A4)' })
  @ApiDownload('The document', 'application/pdf')
  @ApiErrors(404)
  async invoice(
    @Caller() caller: Principal,
    @Param('id', PathId) id: ObjectId,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { filename, bytes } = await this.papers.invoice(caller, id);
    sendPdf(reply, filename, bytes);
  }

  @Get(':id/credit-notes/:note/pdf')
  @Access()
  @ApiOperation({ summary: 'A credit note as a PDF document (A4)' })
  @ApiDownload('The document', 'application/pdf')
  @ApiErrors(404)
  async creditNote(
    @Caller() caller: Principal,
    @Param('id', PathId) id: ObjectId,
    @Param('note', PathId) note: ObjectId,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { filename, bytes } = await this.papers.creditNote(caller, id, note);
    sendPdf(reply, filename, bytes);
  }
}
