import type { Principal } from '../common/index.js';
import { maskText } from '../http/index.js';
import type { ChainVerdict } from './chain/chain.types.js';
import type { AuditDto, ChainVerdictDto } from './audit.dto.js';

/** One row of the trail as the database hands it out; bigints are text. */
export interface AuditRow {
  id: string;
  at: Date;
  actor_id: number | null;
  actor_label: string;
  actor_role: string;
  action: string;
  object_type: string;
  object_id: string;
  payment_id: number | null;
  changes: Record<string, unknown>;
  request_id: string | null;
  hash: string | null;
}

/** As `caller` may see it. */
export function presentAudit(row: AuditRow, caller: Principal): AuditDto {
  return {
    id: Number(row.id),
    at: row.at.toISOString(),
    actor: actorFor(row, caller),
    actor_id: row.actor_id,
    role: row.actor_role,
    action: row.action,
    object_type: row.object_type,
    object_id: Number(row.object_id),
    payment: row.payment_id,
    changes: row.changes,
    request_id: row.request_id,
    hash: row.hash,
  };
}

/** Owners are mostly called by their e-mail, which is for staff alone: it is what visits are paid for. */
function actorFor(row: AuditRow, { role, userId }: Principal): string {
  const known = role === 'staff' || role === 'admin' || row.actor_id === userId;
  return known || row.actor_role !== 'owner' ? row.actor_label : maskText(row.actor_label);
}

export function presentVerdict({ checked, pending, head, broken }: ChainVerdict): ChainVerdictDto {
  return {
    valid: broken === null,
    checked,
    pending,
    head: { seq: Number(head.seq), hash: head.hash },
    broken: broken && {
      entry_id: broken.entryId === null ? null : Number(broken.entryId),
      seq: broken.seq === null ? null : Number(broken.seq),
      reason: broken.reason,
    },
  };
}
