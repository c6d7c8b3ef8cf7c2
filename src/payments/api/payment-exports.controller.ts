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

/** The list of payments as a file. */
@ApiTags('payments')
@Controller('api/v1/payments/payments')
export class PaymentExportsController {
  constructor(private readonly exports: Exports) {}

  @Get('export')
  @Access()
  @ApiOperation({ summary: 'Export the payments that the list shows as CSV' })
  @ApiCsv(PAYMENT_CSV_EXAMPLE)
  @ApiErrors(400)
  export(
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
}

/** The list of attempts as a file. */
@ApiTags('transactions')
@Controller('api/v1/payments/transactions')
export class TransactionExportsController {
  constructor(private readonly exports: Exports) {}

  @Get('export')
  @Access()
  @ApiOperation({ summary: 'Export the attempts at gateways that the list shows as CSV' })
  @ApiCsv(TRANSACTION_CSV_EXAMPLE)
  @ApiErrors(400)
  export(
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
