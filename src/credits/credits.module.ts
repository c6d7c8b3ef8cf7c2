import { Module } from '@nestjs/common';
import { AuditsModule } from '../audits/index.js';
import { IdentityModule } from '../identity/index.js';
import { CreditLists } from './credit-lists.service.js';
import { CreditsController } from './credits.controller.js';
import { Credits } from './credits.service.js';

@Module({
  imports: [AuditsModule, IdentityModule],
  controllers: [CreditsController],
  providers: [Credits, CreditLists],
  exports: [Credits],
})
export class CreditsModule {}
