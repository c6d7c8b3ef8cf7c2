import { Module } from '@nestjs/common';
import { AuditChainReader } from './audit-chain.reader.js';
import { AuditMetrics } from './audit.metrics.js';
import { AuditSealer } from './audit-sealer.service.js';
import { AuditVerifier } from './audit-verifier.service.js';
import { AuditsController } from './audits.controller.js';
import { Audits } from './audits.service.js';
import { SealingLoop } from './sealing-loop.service.js';

@Module({
  controllers: [AuditsController],
  providers: [Audits, AuditSealer, SealingLoop, AuditChainReader, AuditVerifier, AuditMetrics],
  exports: [Audits],
})
export class AuditsModule {}
