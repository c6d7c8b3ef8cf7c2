import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Audits } from '../../audits/index.js';
import {
  actorOf,
  formatMinor,
  maskPhone,
  type ObjectId,
  type Principal,
} from '../../common/index.js';
import { change, Transactions } from '../../database/index.js';
import type { CreateInvoiceDto, UpdateInvoiceDto } from '../api/invoice-drafts.dto.js';
import { invoiceChanged, invoiceIssued } from '../invoice.errors.js';
import type { InvoiceRow } from '../invoice.types.js';
import { Invoices } from '../invoices.service.js';
import { composeDraft, contentOf, type DraftContent } from './draft.content.js';
import { DraftPartiesReader } from './draft-parties.service.js';
import { insertDraft, updateDraft } from './draft.store.js';

/** Invoices as staff write them, before anybody else sees them. */
@Injectable()
export class InvoiceDrafts {
  constructor(
    private readonly transactions: Transactions,
    private readonly invoices: Invoices,
    private readonly parties: DraftPartiesReader,
    private readonly audits: Audits,
  ) {}

  /**
   * The same claim again answers the draft it made before.
   * @throws DomainError that names the field at fault.
   */
  async create(
    caller: Principal,
    wanted: CreateInvoiceDto,
    claimId: string | null,
  ): Promise<InvoiceRow> {
    const content = composeDraft(wanted, await this.parties.read(caller, wanted), null);
    return this.transactions.run(async (manager) => {
      const made = await this.madeByClaim(manager, claimId);
      if (made) return this.invoices.find(caller, { id: made }, manager);
      const id = await insertDraft(manager, caller, content, claimId);
      await this.audit(manager, caller, id, 'invoice.created', shown(content));
      return this.invoices.find(caller, { id }, manager);
    });
  }

  /** @throws DomainError 404, 409 once it is issued or of another version, or naming a field. */
  async change(caller: Principal, id: ObjectId, wanted: UpdateInvoiceDto): Promise<InvoiceRow> {
    const parties = await this.parties.read(caller, wanted);
    return this.transactions.run(async (manager) => {
      const draft = await this.lockDraft(manager, caller, id, wanted.version);
      const before = contentOf(draft);
      const content = composeDraft(wanted, parties, before);
      await updateDraft(manager, draft.id, content);
      const changes = differences(before, content);
      await this.audit(manager, caller, draft.id, 'invoice.updated', changes);
      return this.invoices.find(caller, { id: draft.id }, manager);
    });
  }

  /** @throws DomainError 404, 409 once it is issued: its number would be missing. */
  async remove(caller: Principal, id: ObjectId): Promise<void> {
    await this.transactions.run(async (manager) => {
      const draft = await this.lockDraft(manager, caller, id, undefined);
      await change(manager, 'DELETE FROM invoices WHERE id = $1', [draft.id]);
      const changes = shown(contentOf(draft));
      await this.audit(manager, caller, draft.id, 'invoice.deleted', changes);
    });
  }

  private async lockDraft(
    manager: EntityManager,
    caller: Principal,
    id: ObjectId,
    version: number | undefined,
  ): Promise<InvoiceRow> {
    const row = await this.invoices.lock(caller, id, manager);
    if (version !== undefined && version !== row.version) throw invoiceChanged(row.version);
    if (row.status !== 'draft') throw invoiceIssued(row.number);
    return row;
  }

  private async madeByClaim(
    manager: EntityManager,
    claimId: string | null,
  ): Promise<number | null> {
    if (!claimId) return null;
    const rows: { id: number }[] = await manager.query(
      'SELECT id FROM invoices WHERE idempotency_claim_id = $1',
      [claimId],
    );
    return rows[0]?.id ?? null;
  }

  private audit(
    manager: EntityManager,
    caller: Principal,
    id: number,
    action: string,
    changes: Record<string, unknown>,
  ): Promise<void> {
    return this.audits.append(manager, [
      {
        accountId: caller.accountId,
        actor: actorOf(caller),
        action,
        objectType: 'invoice',
        objectId: id,
        changes,
      },
    ]);
  }
}

/** As the audit trail tells it; lines by what they come to. */
function shown(content: DraftContent): Record<string, unknown> {
  return {
    customer_id: content.customerId,
    customer_name: content.customerName,
    customer_email: content.customerEmail,
    customer_phone: content.customerPhone && maskPhone(content.customerPhone),
    booking: content.bookingReference,
    lines: content.priced.lines.map(
      (line) =>
        `${line.quantity} × ${formatMinor(line.unit_price_minor, content.currency)} ${line.description}`,
    ),
    total: formatMinor(content.priced.totalMinor, content.currency),
    currency: content.currency,
    due_date: content.dueDate,
    notes: content.notes,
  };
}

function differences(before: DraftContent, after: DraftContent): Record<string, unknown> {
  const [old, now] = [shown(before), shown(after)];
  const changed = Object.keys(now).filter(
    (name) => JSON.stringify(old[name]) !== JSON.stringify(now[name]),
  );
  return Object.fromEntries(changed.map((name) => [name, [old[name], now[name]]]));
}
