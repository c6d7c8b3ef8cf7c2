import { Module, type OnModuleInit } from '@nestjs/common';
import { AuditsModule } from '../audits/index.js';
import { IdentityModule } from '../identity/index.js';
import { Payables, PaymentsModule } from '../payments/index.js';
import { InvoicesController } from './api/invoices.controller.js';
import { InvoicePayable } from './invoice.payable.js';
import { Invoices } from './invoices.service.js';

@Module({
  imports: [AuditsModule, IdentityModule, PaymentsModule],
  controllers: [InvoicesController],
  providers: [Invoices, InvoicePayable],
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
