import type { DataSource } from 'typeorm';
import { AuditVerifier } from './audit-verifier.service.js';
import { ChainReader } from './chain.reader.js';
import type { ChainVerdict } from './chain.types.js';

/** Recomputes the whole chain over a connection of the caller's, which may be read-only. */
export function verifyTrail(dataSource: DataSource): Promise<ChainVerdict> {
  return new AuditVerifier(new ChainReader(dataSource)).verify();
}
