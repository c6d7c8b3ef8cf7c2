import { Module, type OnModuleInit } from '@nestjs/common';
import { AuditsModule } from '../audits/index.js';
import { CreditsModule } from '../credits/index.js';
import { IdentityModule } from '../identity/index.js';
import { FilesModule } from '../files/index.js';
import { Payables, PaymentsModule } from '../payments/index.js';
import { CreditNotesController } from './api/credit-notes.controller.js';
import { InvoicesController } from './api/invoices.controller.js';
import { PapersController } from './api/papers.controller.js';
import { DraftPartiesReader } from './drafts/draft-parties.service.js';
import { InvoiceDrafts } from './drafts/invoice-drafts.service.js';
import { InvoicePayable } from './invoice.payable.js';
import { IssuerController } from './issuer/issuer.controller.js';
import { Issuers } from './issuer/issuer.service.js';
import { CreditNotes } from './issuing/credit-notes.service.js';
import { InvoiceIssuing } from './issuing/invoice-issuing.service.js';
import { Reminders } from './issuing/reminders.service.js';
import { Invoices } from './invoices.service.js';
import { Papers } from './papers/papers.service.js';

@Module({
  imports: [AuditsModule, CreditsModule, FilesModule, IdentityModule, PaymentsModule],
  controllers: [InvoicesController, IssuerController, PapersController, CreditNotesController],
  providers: [
    Invoices,
    InvoicePayable,
    DraftPartiesReader,
    InvoiceDrafts,
    Reminders,
    InvoiceIssuing,
    CreditNotes,
    Papers,
    Issuers,
  ],
  exports: [Invoices],
})
export class InvoicesModule implements OnModuleInit {
  constructor(
    private readonly payables: Payables,
    private readonly payable: InvoicePayable,
  ) {}

  onModuleInit(): void {
    this.payables.register(this.payable);
  }
}
