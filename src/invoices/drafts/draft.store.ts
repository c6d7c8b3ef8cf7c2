import type { EntityManager } from 'typeorm';
import type { Principal } from '../../common/index.js';
import { change } from '../../database/index.js';
import type { InvoiceLine } from '../invoice.types.js';
import type { DraftContent } from './draft.content.js';

const COLUMNS = `customer_id, customer_name, customer_email, customer_phone, booking_id,
  booking_reference, owner_id, currency, due_date, notes, subtotal_minor, tax_minor, total_minor`;

function valuesOf(content: DraftContent): unknown[] {
  return [
    content.customerId,
    content.customerName,
    content.customerEmail,
    content.customerPhone,
    content.bookingId,
    content.bookingReference,
    content.ownerId,
    content.currency,
    content.dueDate,
    content.notes,
    content.priced.subtotalMinor.toString(),
    content.priced.taxMinor.toString(),
    content.priced.totalMinor.toString(),
  ];
}

/** @returns the new draft's id */
export async function insertDraft(
  manager: EntityManager,
  caller: Principal,
  content: DraftContent,
  claimId: string | null,
): Promise<number> {
  const [row]: { id: number }[] = await manager.query(
    `INSERT INTO invoices (${COLUMNS}, account_id, created_by, idempotency_claim_id)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
     RETURNING id`,
    [...valuesOf(content), caller.accountId, caller.userId, claimId],
  );
  if (!row) throw new Error('the invoice was not inserted');
  await insertLines(manager, row.id, content.priced.lines);
  return row.id;
}

/** Under the draft's lock. */
export async function updateDraft(
  manager: EntityManager,
  id: number,
  content: DraftContent,
): Promise<void> {
  await change(
    manager,
    `UPDATE invoices SET (${COLUMNS}) = ($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14),
       version = version + 1, updated_at = now()
     WHERE id = $1`,
    [id, ...valuesOf(content)],
  );
  await change(manager, 'DELETE FROM invoice_lines WHERE invoice_id = $1', [id]);
  await insertLines(manager, id, content.priced.lines);
}

async function insertLines(
  manager: EntityManager,
  invoiceId: number,
  lines: readonly InvoiceLine[],
): Promise<void> {
  await manager.query(
    `INSERT INTO invoice_lines (invoice_id, position, description, quantity, unit_price_minor,
       tax_rate, net_minor, tax_minor)
     SELECT $1, ordinality, line ->> 'description', (line ->> 'quantity')::numeric,
       (line ->> 'unit_price_minor')::bigint, (line ->> 'tax_rate')::numeric,
       (line ->> 'net_minor')::bigint, (line ->> 'tax_minor')::bigint
     FROM jsonb_array_elements($2::jsonb) WITH ORDINALITY AS drawn (line, ordinality)`,
    [invoiceId, JSON.stringify(lines)],
  );
}
