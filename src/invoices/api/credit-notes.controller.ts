import { Body, Controller, Get, Param, Post, Query, Req } from '@nestjs/common';
import { ApiCreatedResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { ObjectId, Principal } from '../../common/index.js';
import {
  Access,
  ApiErrors,
  ApiList,
  Caller,
  ClaimId,
  Idempotent,
  type ListEnvelope,
  ListQuery,
  type ListRequest,
  Lists,
  PathId,
} from '../../http/index.js';
import { CREDIT_NOTE_COLUMNS, CREDIT_NOTE_TABLES } from '../credit-note.types.js';
import { CreditNotes } from '../issuing/credit-notes.service.js';
import { Invoices } from '../invoices.service.js';
import { CreditNoteDto, presentCreditNote } from './credit-note.dto.js';
import { CreateCreditNoteDto } from './invoice-drafts.dto.js';

@ApiTags('invoices')
@Controller('api/v1/payments/invoices/:id')
export class CreditNotesController {
  constructor(
    private readonly invoices: Invoices,
    private readonly notes: CreditNotes,
    private readonly lists: Lists,
  ) {}

  @Post('credit-note')
  @Access('staff', 'admin')
  @Idempotent()
  @ApiOperation({
    summary: 'Credit an issued invoice, whole or in part',
    description:
      'A credit note has a number of its own and takes off what is still owed, never what is paid: refund that first. One that credits the whole invoice voids it.',
  })
  @ApiCreatedResponse({ type: CreditNoteDto })
  @ApiErrors(400, 404, 409, 422)
  async create(
    @Caller() caller: Principal,
    @Param('id', PathId) id: ObjectId,
    @Body() body: CreateCreditNoteDto,
    @ClaimId() claimId: string | null,
  ): Promise<CreditNoteDto> {
    return presentCreditNote(await this.notes.create(caller, id, body, claimId));
  }

  @Get('credit-notes')
  @Access()
  @ApiOperation({ summary: 'List the credit notes of an invoice' })
  @ApiList(CreditNoteDto)
  @ApiErrors(400, 404)
  async list(
    @Req() request: ListRequest,
    @Caller() caller: Principal,
    @Param('id', PathId) id: ObjectId,
    @Query() query: ListQuery,
  ): Promise<ListEnvelope<CreditNoteDto>> {
    const invoice = await this.invoices.find(caller, id);
    return this.lists.list(
      request,
      query,
      {
        select: CREDIT_NOTE_COLUMNS,
        from: CREDIT_NOTE_TABLES,
        where: [{ sql: 'n.invoice_id = ?', params: [invoice.id] }],
        orderings: { number: 'n.number_seq', total: 'n.total_minor' },
        idColumn: 'n.id',
        createdColumn: 'n.created_at',
      },
      presentCreditNote,
    );
  }
}
