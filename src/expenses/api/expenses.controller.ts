import { Body, Controller, Get, Param, Patch, Post, Query, Req } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
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
import { ExpenseReader } from '../expense.reader.js';
import type { ExpenseRow } from '../expense.types.js';
import { Expenses } from '../expenses.service.js';
import { expensesOf } from '../expenses.source.js';
import { ExpenseDto } from './expense.dto.js';
import { ExpensePresenter } from './expense.presenter.js';
import { CreateExpenseDto, ExpensesQuery, UpdateExpenseDto } from './expense-requests.dto.js';

@ApiTags('expenses')
@Controller('api/v1/payments/expenses')
export class ExpensesController {
  constructor(
    private readonly expenses: Expenses,
    private readonly reader: ExpenseReader,
    private readonly presenter: ExpensePresenter,
    private readonly lists: Lists,
  ) {}

  @Get()
  @Access('owner', 'cashier', 'staff', 'admin')
  @ApiOperation({ summary: 'List expenses: of your properties, or of your account' })
  @ApiList(ExpenseDto)
  @ApiErrors(400, 404)
  list(
    @Req() request: ListRequest,
    @Caller() caller: Principal,
    @Query() query: ExpensesQuery,
  ): Promise<ListEnvelope<ExpenseDto>> {
    return this.lists.list(request, query, expensesOf(caller, query), (row: ExpenseRow) =>
      this.presenter.present(row),
    );
  }

  @Get(':id')
  @Access('owner', 'cashier', 'staff', 'admin')
  @ApiOperation({ summary: 'Read an expense' })
  @ApiOkResponse({ type: ExpenseDto })
  @ApiErrors(404)
  async read(@Caller() caller: Principal, @Param('id', PathId) id: ObjectId): Promise<ExpenseDto> {
    return this.presenter.present(await this.reader.read(caller, id));
  }

  @Post()
  @Access('owner', 'staff', 'admin')
  @Idempotent()
  @ApiOperation({
    summary: 'Create an expense',
    description:
      'Owners for their own properties. At or below the limit of its currency it is approved at once; above, a second person decides.',
  })
  @ApiCreatedResponse({ type: ExpenseDto })
  @ApiErrors(400, 409, 422)
  async create(
    @Caller() caller: Principal,
    @Body() body: CreateExpenseDto,
    @ClaimId() claimId: string | null,
  ): Promise<ExpenseDto> {
    return this.presenter.present(await this.expenses.create(caller, body, claimId));
  }

  @Patch(':id')
  @Access('owner', 'staff', 'admin')
  @ApiOperation({
    summary: 'Change an expense that nobody has decided on',
    description: 'Owners what they wrote themselves. One that is pending is handed in again by it.',
  })
  @ApiOkResponse({ type: ExpenseDto })
  @ApiErrors(400, 404, 409)
  async change(
    @Caller() caller: Principal,
    @Param('id', PathId) id: ObjectId,
    @Body() body: UpdateExpenseDto,
  ): Promise<ExpenseDto> {
    return this.presenter.present(await this.expenses.change(caller, id, body));
  }
}
