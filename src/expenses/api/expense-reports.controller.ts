import { Controller, Get, Query, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { Principal } from '../../common/index.js';
import { Access, ApiCsv, ApiErrors, Caller, Exports } from '../../http/index.js';
import { ExpenseSummaries } from '../expense-summary.service.js';
import { expensesOf } from '../expenses.source.js';
import { EXPENSE_CSV, EXPENSE_CSV_EXAMPLE } from './expense.csv.js';
import { ExpenseSummaryDto } from './expense-summary.dto.js';
import { ExpensesQuery } from './expense-requests.dto.js';

@ApiTags('expenses')
@Controller('api/v1/payments/expenses')
export class ExpenseReportsController {
  constructor(
    private readonly summaries: ExpenseSummaries,
    private readonly exports: Exports,
  ) {}

  @Get('summary')
  @Access('owner', 'cashier', 'staff', 'admin')
  @ApiOperation({
    summary: 'Add up expenses by month, property and category',
    description:
      'Over what the list shows for the same filters; without a status, what is approved or paid. Each currency for itself.',
  })
  @ApiOkResponse({ type: ExpenseSummaryDto })
  @ApiErrors(400)
  summary(@Caller() caller: Principal, @Query() query: ExpensesQuery): Promise<ExpenseSummaryDto> {
    return this.summaries.summarise(caller, query);
  }

  @Get('export')
  @Access('owner', 'cashier', 'staff', 'admin')
  @ApiOperation({ summary: 'Export the expenses that the list shows as CSV' })
  @ApiCsv(EXPENSE_CSV_EXAMPLE)
  @ApiErrors(400)
  export(
    @Res() reply: FastifyReply,
    @Caller() caller: Principal,
    @Query() query: ExpensesQuery,
  ): Promise<void> {
    return this.exports.streamCsv(reply, {
      filename: 'expenses.csv',
      columns: EXPENSE_CSV,
      source: expensesOf(caller, query),
      query,
    });
  }
}
