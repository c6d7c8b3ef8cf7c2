import { Module } from '@nestjs/common';
import { AuditsModule } from '../audits/index.js';
import { DocumentsModule } from '../documents/index.js';
import { FilesModule } from '../files/index.js';
import { PaymentsModule } from '../payments/index.js';
import { Receipts } from './receipts.service.js';
import { ReceiptsController } from './receipts.controller.js';
import { VerificationsController } from './verifications.controller.js';

@Module({
  imports: [AuditsModule, DocumentsModule, FilesModule, PaymentsModule],
  controllers: [ReceiptsController, VerificationsController],
  providers: [Receipts],
})
export class ReceiptsModule {}
