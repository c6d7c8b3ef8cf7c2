export { type BrokenAnchor, checkAnchors } from './anchors/anchor.check.js';
export { type Anchor, type AnchorLog, readAnchors } from './anchors/anchor.file.js';
export { AuditsModule } from './audits.module.js';
export { type AuditRow, auditJson, auditRow, Audits, insertAudits } from './audits.service.js';
export * from './audits.types.js';
export type { ChainVerdict } from './chain/chain.types.js';
export { verifyTrail } from './chain/trail.verification.js';
