import { Controller, Get, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { Principal } from '../../common/index.js';
import { Access, ApiCsv, ApiErrors, Caller, Exports } from '../../http/index.js';
import {
  PAYMENT_CSV,
  PAYMENT_CSV_EXAMPLE,
  TRANSACTION_CSV,
  TRANSACTION_CSV_EXAMPLE,
} from './payment.csv.js';
import { PaymentsQuery, TransactionsQuery } from './payment-requests.dto.js';
import { paymentsOf, transactionsOf } from './payment.sources.js';

/** The lists of payments and attempts as files. */
@Controller('api/v1/payments')
export class PaymentExportsController {
  constructor(private readonly exports: Exports) {}

  @Get('payments/export')
  @Access()
  @ApiTags('payments')
  @ApiOperation({ summary: 'Export the payments that the list shows as CSV' })
  @ApiCsv(PAYMENT_CSV_EXAMPLE)
  @ApiErrors(400)
  payments(
    @Res() reply: FastifyReply,
    @Caller() caller: Principal,
    @Query() query: PaymentsQuery,
  ): Promise<void> {
    return this.exports.streamCsv(reply, {
      filename: 'payments.csv',
      columns: PAYMENT_CSV,
      source: paymentsOf(caller, query),
      query,
    });
  }

  @Get('transactions/export')
  @Access()
  @ApiTags('transactions')
  @ApiOperation({ summary: 'Export the attempts at gateways that the list shows as CSV' })
  @ApiCsv(TRANSACTION_CSV_EXAMPLE)
  @ApiErrors(400)
  transactions(
    @Res() reply: FastifyReply,
    @Caller() caller: Principal,
    @Query() query: TransactionsQuery,
  ): Promise<void> {
    return this.exports.streamCsv(reply, {
      filename: 'transactions.csv',
      columns: TRANSACTION_CSV,
      source: transactionsOf(caller, query),
      query,
    });
  }
}
