import { Module, type OnModuleInit } from '@nestjs/common';
import { AuditsModule } from '../audits/index.js';
import { IdentityModule } from '../identity/index.js';
import { Payables, PaymentsModule } from '../payments/index.js';
import { PropertiesModule } from '../properties/index.js';
import { ProvidersModule } from '../providers/index.js';
import { Houses } from './houses.service.js';
import { VisitPayable } from './visit.payable.js';
import { VisitRepository } from './visit.repository.js';
import { VisitAttempts } from './visit-attempts.repository.js';
import { VisitOpening } from './visit-opening.service.js';
import { VisitOrders } from './visit-orders.service.js';
import { VisitPayments } from './visit-payments.service.js';
import { VisitStatuses } from './visit-status.service.js';
import { VisitVerification } from './visit-verification.service.js';
import { VisitsController } from './visits.controller.js';
import { Visits } from './visits.service.js';

@Module({
  imports: [AuditsModule, IdentityModule, PaymentsModule, PropertiesModule, ProvidersModule],
  controllers: [VisitsController],
  providers: [
    VisitRepository,
    VisitAttempts,
    VisitOpening,
    VisitPayable,
    Houses,
    VisitOrders,
    VisitPayments,
    Visits,
    VisitStatuses,
    VisitVerification,
  ],
})
export class VisitAccessModule implements OnModuleInit {
  constructor(
    private readonly payables: Payables,
    private readonly payable: VisitPayable,
  ) {}

  onModuleInit(): void {
    this.payables.register(this.payable);
  }
}
