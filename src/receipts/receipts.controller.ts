import { Controller, Get, Param, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { DataSource } from 'typeorm';
import type { ObjectId, Principal } from '../common/index.js';
import { sendPdf, Verification } from '../documents/index.js';
import { Files } from '../files/index.js';
import { Access, ApiDownload, ApiErrors, Caller, PathId } from '../http/index.js';
import { ReceiptDto } from './receipt.dto.js';
import { writeReceipt } from './receipt.paper.js';
import { presentReceipt } from './receipt.presenter.js';
import { type ReceiptRow, signedPaper } from './receipt.types.js';
import { Receipts } from './receipts.service.js';

const NOT_PAID = {
  status: 409,
  code: 'payment_not_paid',
  message: 'There is no receipt yet: the payment is not completed',
};

/** For whoever may see the payment. */
@ApiTags('receipts')
@Controller('api/v1/payments/payments/:id/receipt')
export class ReceiptsController {
  constructor(
    private readonly receipts: Receipts,
    private readonly verification: Verification,
    private readonly files: Files,
    private readonly dataSource: DataSource,
  ) {}

  @Get()
  @Access()
  @ApiOperation({
    summary: 'The receipt of a paid payment',
    description:
      'It is issued, and gets its number, when somebody first asks for it; from then on it stays as it is. `status` and `refunded_amount` say what became of the money since.',
  })
  @ApiOkResponse({ type: ReceiptDto })
  @ApiErrors(404, NOT_PAID)
  async read(@Caller() caller: Principal, @Param('id', PathId) id: ObjectId): Promise<ReceiptDto> {
    const { receipt, payment } = await this.receipts.ofPayment(caller, id);
    return presentReceipt(receipt, payment, this.verification.linkTo(signedPaper(receipt)));
  }

  @Get('pdf')
  @Access()
  @ApiOperation({ summary: 'The receipt of a paid payment as a PDF document (A4)' })
  @ApiDownload('The document, with a QR code that leads to its verification', 'application/pdf')
  @ApiErrors(404, NOT_PAID)
  async document(
    @Caller() caller: Principal,
    @Param('id', PathId) id: ObjectId,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { receipt } = await this.receipts.ofPayment(caller, id);
    const link = this.verification.linkTo(signedPaper(receipt));
    const bytes = await writeReceipt(receipt, link, await this.logoOf(receipt));
    sendPdf(reply, `${receipt.number}.pdf`, bytes);
  }

  private async logoOf({ account_id: accountId, issuer }: ReceiptRow): Promise<Buffer | null> {
    if (issuer.logo_file_id === null) return null;
    const found = await this.files.read(this.dataSource, accountId, issuer.logo_file_id);
    return found?.bytes ?? null;
  }
}
