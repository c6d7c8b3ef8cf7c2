import { Module } from '@nestjs/common';
import { Ledger } from './ledger.service.js';
import { LedgerReportsController } from './reports/ledger-reports.controller.js';
import { LedgerReports } from './reports/ledger-reports.service.js';

@Module({
  controllers: [LedgerReportsController],
  providers: [Ledger, LedgerReports],
  exports: [Ledger],
})
export class LedgerModule {}
