import { Module, type OnModuleInit } from '@nestjs/common';
import { AuditsModule } from '../audits/index.js';
import { LedgerModule } from '../ledger/index.js';
import { CashDesk, PaymentsModule } from '../payments/index.js';
import { DrawerReader } from './drawers/drawer.reader.js';
import { CashDrawersController } from './drawers/drawers.controller.js';
import { Drawers } from './drawers/drawers.service.js';
import { CashEvents } from './events/cash-events.service.js';
import { DrawerBooks } from './events/drawer-books.service.js';
import { DrawerCashDesk } from './events/drawer-cash-desk.service.js';
import { EventRecording } from './events/event-recording.service.js';
import { CashEventsController } from './events/events.controller.js';
import { CashReportsController } from './reports/reports.controller.js';
import { XReports } from './reports/x-reports.service.js';
import { ZReports } from './reports/z-reports.service.js';
import { CashSessionActsController } from './sessions/session-acts.controller.js';
import { SessionClosing } from './sessions/session-closing.service.js';
import { SessionCounting } from './sessions/session-counting.service.js';
import { SessionOpening } from './sessions/session-opening.service.js';
import { SessionReview } from './sessions/session-review.service.js';
import { SessionVariances } from './sessions/session-variances.service.js';
import { CashSessionsController } from './sessions/sessions.controller.js';

@Module({
  imports: [AuditsModule, LedgerModule, PaymentsModule],
  controllers: [
    CashSessionsController,
    CashSessionActsController,
    CashEventsController,
    CashReportsController,
    CashDrawersController,
  ],
  providers: [
    DrawerReader,
    Drawers,
    CashEvents,
    DrawerBooks,
    DrawerCashDesk,
    EventRecording,
    SessionOpening,
    SessionCounting,
    SessionVariances,
    SessionClosing,
    SessionReview,
    XReports,
    ZReports,
  ],
})
export class CashDrawersModule implements OnModuleInit {
  constructor(
    private readonly cashDesk: CashDesk,
    private readonly drawers: DrawerCashDesk,
  ) {}

  onModuleInit(): void {
    this.cashDesk.register(this.drawers);
  }
}
