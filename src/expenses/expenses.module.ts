import { Module } from '@nestjs/common';
import { AuditsModule } from '../audits/index.js';
import { FilesModule } from '../files/index.js';
import { IdentityModule } from '../identity/index.js';
import { LedgerModule } from '../ledger/index.js';
import { PaymentsModule } from '../payments/index.js';
import { PropertiesModule } from '../properties/index.js';
import { ExpenseDecisions } from './acts/expense-decisions.service.js';
import { ExpenseEndings } from './acts/expense-endings.service.js';
import { ExpenseMoney } from './acts/expense-money.service.js';
import { ExpenseReceipts } from './acts/expense-receipts.service.js';
import { ExpenseSubmission } from './acts/expense-submission.service.js';
import { ExpenseActsController } from './api/expense-acts.controller.js';
import { ExpensePresenter } from './api/expense.presenter.js';
import { ExpenseReceiptsController } from './api/expense-receipts.controller.js';
import { ExpenseReportsController } from './api/expense-reports.controller.js';
import { ExpensesController } from './api/expenses.controller.js';
import { ExpenseReader } from './expense.reader.js';
import { ExpenseSummaries } from './expense-summary.service.js';
import { ExpenseTrail } from './expense.trail.js';
import { Expenses } from './expenses.service.js';

@Module({
  imports: [
    AuditsModule,
    FilesModule,
    IdentityModule,
    LedgerModule,
    PaymentsModule,
    PropertiesModule,
  ],
  controllers: [
    // First: their fixed paths are not ids.
    ExpenseReportsController,
    ExpensesController,
    ExpenseActsController,
    ExpenseReceiptsController,
  ],
  providers: [
    Expenses,
    ExpenseDecisions,
    ExpenseEndings,
    ExpenseMoney,
    ExpensePresenter,
    ExpenseReader,
    ExpenseReceipts,
    ExpenseSubmission,
    ExpenseSummaries,
    ExpenseTrail,
  ],
})
export class ExpensesModule {}
