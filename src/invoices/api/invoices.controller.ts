import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  Param,
  Patch,
  Post,
  Query,
  Req,
} from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import type { ObjectId, Principal } from '../../common/index.js';
import {
  Access,
  ApiErrors,
  ApiList,
  Caller,
  ClaimId,
  Idempotent,
  type ListEnvelope,
  type ListRequest,
  Lists,
  PathId,
} from '../../http/index.js';
import { InvoiceDrafts } from '../drafts/invoice-drafts.service.js';
import { InvoiceIssuing } from '../issuing/invoice-issuing.service.js';
import { Invoices } from '../invoices.service.js';
import { invoicesOf } from '../invoices.source.js';
import { CreateInvoiceDto, UpdateInvoiceDto, VoidInvoiceDto } from './invoice-drafts.dto.js';
import { InvoiceDto } from './invoice.dto.js';
import { presentInvoice } from './invoice.presenter.js';
import { InvoicesQuery } from './invoice-requests.dto.js';

@ApiTags('invoices')
@Controller('api/v1/payments/invoices')
export class InvoicesController {
  constructor(
    private readonly invoices: Invoices,
    private readonly drafts: InvoiceDrafts,
    private readonly issuing: InvoiceIssuing,
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

  @Post()
  @Access('staff', 'admin')
  @Idempotent()
  @ApiOperation({
    summary: 'Write an invoice as a draft',
    description:
      'Of each line the net amount, then its tax, is rounded half up to the currency’s smallest unit; totals are sums of lines.',
  })
  @ApiCreatedResponse({ type: InvoiceDto })
  @ApiErrors(400, 409, 422)
  async create(
    @Caller() caller: Principal,
    @Body() body: CreateInvoiceDto,
    @ClaimId() claimId: string | null,
  ): Promise<InvoiceDto> {
    return presentInvoice(await this.drafts.create(caller, body, claimId));
  }

  @Patch(':id')
  @Access('staff', 'admin')
  @ApiOperation({
    summary: 'Change a draft',
    description: 'What is left out stays; `lines` are replaced as a whole.',
  })
  @ApiOkResponse({ type: InvoiceDto })
  @ApiErrors(400, 404, 409)
  async change(
    @Caller() caller: Principal,
    @Param('id', PathId) id: ObjectId,
    @Body() body: UpdateInvoiceDto,
  ): Promise<InvoiceDto> {
    return presentInvoice(await this.drafts.change(caller, id, body));
  }

  @Delete(':id')
  @HttpCode(204)
  @Access('staff', 'admin')
  @ApiOperation({ summary: 'Delete a draft' })
  @ApiNoContentResponse()
  @ApiErrors(404, 409)
  remove(@Caller() caller: Principal, @Param('id', PathId) id: ObjectId): Promise<void> {
    return this.drafts.remove(caller, id);
  }

  @Post(':id/issue')
  @HttpCode(200)
  @Access('staff', 'admin')
  @ApiOperation({
    summary: 'Issue a draft: it gets the next number, and from then on stays as it is',
  })
  @ApiOkResponse({ type: InvoiceDto })
  @ApiErrors(400, 404, 409)
  async issue(@Caller() caller: Principal, @Param('id', PathId) id: ObjectId): Promise<InvoiceDto> {
    return presentInvoice(await this.issuing.issue(caller, id));
  }

  @Post(':id/void')
  @HttpCode(200)
  @Access('staff', 'admin')
  @ApiOperation({
    summary: 'Void an issued invoice that nothing is paid for',
    description:
      'Its number stays taken. Money that arrives afterwards is kept as unallocated and never applied to it.',
  })
  @ApiOkResponse({ type: InvoiceDto })
  @ApiErrors(400, 404, 409)
  async void(
    @Caller() caller: Principal,
    @Param('id', PathId) id: ObjectId,
    @Body() body: VoidInvoiceDto,
  ): Promise<InvoiceDto> {
    return presentInvoice(await this.issuing.void(caller, id, body.reason));
  }
}
