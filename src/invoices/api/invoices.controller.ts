import { Controller, Get, Param, Query, Req } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { ObjectId, Principal } from '../../common/index.js';
import {
  Access,
  ApiErrors,
  ApiList,
  Caller,
  type ListEnvelope,
  type ListRequest,
  Lists,
  PathId,
} from '../../http/index.js';
import { Invoices } from '../invoices.service.js';
import { invoicesOf } from '../invoices.source.js';
import { InvoiceDto } from './invoice.dto.js';
import { presentInvoice } from './invoice.presenter.js';
import { InvoicesQuery } from './invoice-requests.dto.js';

@ApiTags('invoices')
@Controller('api/v1/payments/invoices')
export class InvoicesController {
  constructor(
    private readonly invoices: Invoices,
    private readonly lists: Lists,
  ) {}

  @Get()
  @Access()
  @ApiOperation({ summary: 'List invoices: your own, of your properties, or of your account' })
  @ApiList(InvoiceDto)
  @ApiErrors(400, 404)
  list(
    @Req() request: ListRequest,
    @Caller() caller: Principal,
    @Query() query: InvoicesQuery,
  ): Promise<ListEnvelope<InvoiceDto>> {
    return this.lists.list(request, query, invoicesOf(caller, query), presentInvoice);
  }

  @Get(':id')
  @Access()
  @ApiOperation({ summary: 'Read an invoice' })
  @ApiOkResponse({ type: InvoiceDto })
  @ApiErrors(404)
  async read(@Caller() caller: Principal, @Param('id', PathId) id: ObjectId): Promise<InvoiceDto> {
    return presentInvoice(await this.invoices.find(caller, id));
  }
}
