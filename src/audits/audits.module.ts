import { Module } from '@nestjs/common';
import { AnchorPublisher } from './anchors/anchor-publisher.service.js';
import { AuditsController } from './audits.controller.js';
import { Audits } from './audits.service.js';
import { AuditSealer } from './chain/audit-sealer.service.js';
import { AuditVerifier } from './chain/audit-verifier.service.js';
import { ChainReader } from './chain/chain.reader.js';
import { SealMetrics } from './chain/seal.metrics.js';
import { SealingLoop } from './chain/sealing-loop.service.js';

@Module({
  controllers: [AuditsController],
  providers: [
    Audits,
    AuditSealer,
    SealingLoop,
    ChainReader,
    AuditVerifier,
    SealMetrics,
    AnchorPublisher,
  ],
  exports: [Audits],
})
export class AuditsModule {}
