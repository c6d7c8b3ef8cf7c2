import { Controller, Get, Param, Post, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { ObjectId, Principal } from '../../common/index.js';
import {
  ApiDownload,
  ApiUpload,
  MEDIA_TYPES,
  sendAttachment,
  Upload,
  type UploadedFile,
} from '../../files/index.js';
import { Access, ApiErrors, Caller, PathId } from '../../http/index.js';
import { ExpenseReceipts } from '../acts/expense-receipts.service.js';
import { ExpenseDto } from './expense.dto.js';
import { ExpensePresenter } from './expense.presenter.js';

@ApiTags('expenses')
@Controller('api/v1/payments/expenses')
export class ExpenseReceiptsController {
  constructor(
    private readonly receipts: ExpenseReceipts,
    private readonly presenter: ExpensePresenter,
  ) {}

  @Post(':id/receipt')
  @Access('owner', 'staff', 'admin')
  @ApiUpload()
  @ApiOperation({
    summary: 'Attach the receipt of an expense',
    description:
      'A new one replaces the old until somebody has decided on it; afterwards only a missing one can be added.',
  })
  @ApiCreatedResponse({ type: ExpenseDto })
  @ApiErrors(400, 404, 409)
  async attach(
    @Caller() caller: Principal,
    @Param('id', PathId) id: ObjectId,
    @Upload() upload: UploadedFile,
  ): Promise<ExpenseDto> {
    return this.presenter.present(await this.receipts.attach(caller, id, upload));
  }

  @Get(':id/receipt')
  @Access('owner', 'cashier', 'staff', 'admin')
  @ApiOperation({ summary: 'Download the receipt of an expense' })
  @ApiDownload('The file as it was uploaded', ...Object.keys(MEDIA_TYPES))
  @ApiErrors(404)
  async read(
    @Res() reply: FastifyReply,
    @Caller() caller: Principal,
    @Param('id', PathId) id: ObjectId,
  ): Promise<void> {
    const { file, bytes } = await this.receipts.read(caller, id);
    sendAttachment(reply, file, bytes);
  }
}
