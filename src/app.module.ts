import { type DynamicModule, Module } from '@nestjs/common';
import { AuditsModule } from './audits/index.js';
import { BillingModule } from './billing/index.js';
import { BookingsModule } from './bookings/index.js';
import { CashDrawersModule } from './cash-drawers/index.js';
import { ConfigModule, type Config } from './config/index.js';
import { CreditsModule } from './credits/index.js';
import { DatabaseModule } from './database/index.js';
import { DayCloseModule } from './day-close/index.js';
import { DocumentsModule } from './documents/index.js';
import { ExpensesModule } from './expenses/index.js';
import { FilesModule } from './files/index.js';
import { HttpModule } from './http/index.js';
import { IdentityModule } from './identity/index.js';
import { InvoicesModule } from './invoices/index.js';
import { LedgerModule } from './ledger/index.js';
import { NotificationsModule } from './notifications/index.js';
import { OrdersModule } from './orders/index.js';
import { PaymentsModule } from './payments/index.js';
import { PropertiesModule } from './properties/index.js';
import { ProvidersModule } from './providers/index.js';
import { QueuesModule } from './queues/index.js';
import { ReceiptsModule } from './receipts/index.js';
import { ReconciliationModule } from './reconciliation/index.js';
import { SandboxLinkModule } from './sandbox-link/index.js';
import { VisitAccessModule } from './visit-access/index.js';
import { WebhooksModule } from './webhooks/index.js';

/** The whole product: the only list of all modules. */
@Module({})
export class AppModule {
  static forRoot(config: Config): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ConfigModule.forRoot(config),
        DatabaseModule,
        HttpModule,
        QueuesModule,
        IdentityModule,
        AuditsModule,
        LedgerModule,
        ProvidersModule,
        FilesModule,
        DocumentsModule,
        CreditsModule,
        PaymentsModule,
        PropertiesModule,
        BookingsModule,
        OrdersModule,
        VisitAccessModule,
        InvoicesModule,
        ExpensesModule,
        CashDrawersModule,
        ReceiptsModule,
        NotificationsModule,
        BillingModule,
        ReconciliationModule,
        DayCloseModule,
        WebhooksModule,
        ...(config.sandbox.enabled ? [SandboxLinkModule] : []),
      ],
    };
  }
}
