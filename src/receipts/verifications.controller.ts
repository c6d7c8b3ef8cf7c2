import { Controller, Get, Headers, Param, Query, Res } from '@nestjs/common';
import { ApiExtraModels, ApiOkResponse, ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import { getSchemaPath } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { parseObjectId } from '../common/index.js';
import { sendVerificationPage, Verification, wantsPage } from '../documents/index.js';
import { ApiErrors, Public, RateLimit } from '../http/index.js';
import { VerifiedReceiptDto } from './receipt.dto.js';
import { receiptNotFound } from './receipt.errors.js';
import { genuinePage, presentVerified, UNKNOWN_PAGE } from './receipt.presenter.js';
import { type MoneyNow, type ReceiptRow, signedPaper } from './receipt.types.js';
import { Receipts } from './receipts.service.js';

/** Where the QR codes of receipts lead: for everybody who holds the paper, and nobody else. */
@ApiTags('receipts')
@Controller('receipts')
export class VerificationsController {
  constructor(
    private readonly receipts: Receipts,
    private readonly verification: Verification,
  ) {}

  @Get(':uuid')
  @Public()
  @RateLimit('receipt')
  @ApiOperation({
    summary: 'Verify a receipt: a page for people, JSON for `Accept: application/json`',
    description:
      'Without a login; the signature in the address stands for it. A wrong signature and a receipt that does not exist are answered alike.',
  })
  @ApiQuery({ name: 's', description: 'The signature', example: 'Zk3vQ1mX0aB9cD8eF7gH6w' })
  @ApiExtraModels(VerifiedReceiptDto)
  @ApiOkResponse({
    description: 'The receipt is genuine',
    content: {
      'application/json': { schema: { $ref: getSchemaPath(VerifiedReceiptDto) } },
      'text/html': { schema: { type: 'string' }, example: '<!doctype html>…' },
    },
  })
  @ApiErrors({
    status: 404,
    code: 'receipt_not_found',
    message: 'This receipt could not be verified',
  })
  async verify(
    @Param('uuid') uuid: string,
    @Query('s') signature: unknown,
    @Headers('accept') accept: string | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const receipt = await this.genuine(uuid, signature);
    if (wantsPage(accept)) {
      if (receipt) sendVerificationPage(reply, 200, genuinePage(receipt));
      else sendVerificationPage(reply, 404, UNKNOWN_PAGE);
      return;
    }
    void reply.header('vary', 'Accept');
    if (!receipt) throw receiptNotFound();
    void reply.send(presentVerified(receipt));
  }

  private async genuine(text: string, signature: unknown): Promise<(ReceiptRow & MoneyNow) | null> {
    const id = parseObjectId(text);
    const receipt = id && 'uuid' in id ? await this.receipts.byUuid(id.uuid) : null;
    return receipt && this.verification.matches(signedPaper(receipt), signature) ? receipt : null;
  }
}
