import { Module } from '@nestjs/common';
import { AuditsModule } from '../audits/index.js';
import { FilesModule } from '../files/index.js';
import { IdentityModule } from '../identity/index.js';
import { InvoicesModule } from '../invoices/index.js';
import { PaymentsModule } from '../payments/index.js';
import { ProvidersModule } from '../providers/index.js';
import { BillingReader } from './billing-reader.service.js';
import { Duplicates } from './manual/duplicates.service.js';
import { ManualPayments } from './manual/manual-payments.service.js';
import { ProofsController } from './manual/proofs.controller.js';
import { Proofs } from './manual/proofs.service.js';
import { Reversals } from './manual/reversals.service.js';
import { ReviewsController } from './manual/reviews.controller.js';
import { Reviews } from './manual/reviews.service.js';
import { Revisions } from './manual/revisions.service.js';
import { Submissions } from './manual/submissions.service.js';
import { AccountMethods } from './methods/account-methods.service.js';
import { AvailableMethods } from './methods/available-methods.service.js';
import { MethodConfigs } from './methods/method-configs.service.js';
import { MethodsController } from './methods/methods.controller.js';
import { BillingPaymentsController } from './payments.controller.js';

@Module({
  imports: [
    AuditsModule,
    FilesModule,
    IdentityModule,
    InvoicesModule,
    PaymentsModule,
    ProvidersModule,
  ],
  controllers: [MethodsController, BillingPaymentsController, ReviewsController, ProofsController],
  providers: [
    AvailableMethods,
    AccountMethods,
    MethodConfigs,
    ManualPayments,
    Duplicates,
    Submissions,
    Revisions,
    Reviews,
    Reversals,
    Proofs,
    BillingReader,
  ],
})
export class BillingModule {}
