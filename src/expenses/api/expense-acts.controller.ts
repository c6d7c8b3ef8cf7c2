import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { ObjectId, Principal } from '../../common/index.js';
import { Access, ApiErrors, Caller, ClaimId, Idempotent, PathId } from '../../http/index.js';
import { ExpenseDecisions } from '../acts/expense-decisions.service.js';
import { ExpenseEndings } from '../acts/expense-endings.service.js';
import { Expenses } from '../expenses.service.js';
import { ExpenseDto } from './expense.dto.js';
import { ExpensePresenter } from './expense.presenter.js';
import {
  ApproveExpenseDto,
  NameVersionDto,
  PayExpenseDto,
  RejectExpenseDto,
  VoidExpenseDto,
} from './expense-requests.dto.js';

@ApiTags('expenses')
@Controller('api/v1/payments/expenses')
export class ExpenseActsController {
  constructor(
    private readonly expenses: Expenses,
    private readonly decisions: ExpenseDecisions,
    private readonly endings: ExpenseEndings,
    private readonly presenter: ExpensePresenter,
  ) {}

  @Post(':id/submit')
  @HttpCode(200)
  @Access('owner', 'staff', 'admin')
  @ApiOperation({ summary: 'Submit a draft: approved at or below the limit, pending above' })
  @ApiOkResponse({ type: ExpenseDto })
  @ApiErrors(400, 404, 409)
  async submit(
    @Caller() caller: Principal,
    @Param('id', PathId) id: ObjectId,
    @Body() body: NameVersionDto,
  ): Promise<ExpenseDto> {
    return this.presenter.present(await this.expenses.submit(caller, id, body.version));
  }

  @Post(':id/approve')
  @HttpCode(200)
  @Access('staff', 'admin')
  @ApiOperation({
    summary: 'Approve an expense above the limit',
    description: 'By somebody who neither wrote, changed nor submitted it, naming its version.',
  })
  @ApiOkResponse({ type: ExpenseDto })
  @ApiErrors(400, 404, 409)
  async approve(
    @Caller() caller: Principal,
    @Param('id', PathId) id: ObjectId,
    @Body() body: ApproveExpenseDto,
  ): Promise<ExpenseDto> {
    return this.presenter.present(await this.decisions.approve(caller, id, body.version));
  }

  @Post(':id/reject')
  @HttpCode(200)
  @Access('staff', 'admin')
  @ApiOperation({ summary: 'Reject an expense above the limit, by a second person' })
  @ApiOkResponse({ type: ExpenseDto })
  @ApiErrors(400, 404, 409)
  async reject(
    @Caller() caller: Principal,
    @Param('id', PathId) id: ObjectId,
    @Body() { version, reason }: RejectExpenseDto,
  ): Promise<ExpenseDto> {
    return this.presenter.present(await this.decisions.reject(caller, id, version, reason.trim()));
  }

  @Post(':id/pay')
  @HttpCode(200)
  @Access('cashier', 'staff', 'admin')
  @Idempotent()
  @ApiOperation({
    summary: 'Pay an approved expense',
    description: 'Cash comes out of your own open drawer session; a cashier pays no other way.',
  })
  @ApiOkResponse({ type: ExpenseDto })
  @ApiErrors(400, 404, 409, 422)
  async pay(
    @Caller() caller: Principal,
    @Param('id', PathId) id: ObjectId,
    @Body() body: PayExpenseDto,
    @ClaimId() claimId: string | null,
  ): Promise<ExpenseDto> {
    const wanted = { paidFrom: body.paid_from ?? null, version: body.version ?? null };
    return this.presenter.present(await this.endings.pay(caller, id, wanted, claimId));
  }

  @Post(':id/void')
  @HttpCode(200)
  @Access('owner', 'staff', 'admin')
  @ApiOperation({
    summary: 'Void an expense',
    description:
      'Owners take back what they wrote until it is decided on. What was paid in cash cannot be voided.',
  })
  @ApiOkResponse({ type: ExpenseDto })
  @ApiErrors(400, 404, 409)
  async void(
    @Caller() caller: Principal,
    @Param('id', PathId) id: ObjectId,
    @Body() { reason, version }: VoidExpenseDto,
  ): Promise<ExpenseDto> {
    return this.presenter.present(
      await this.endings.void(caller, id, reason.trim(), version ?? null),
    );
  }
}
