import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import type { ObjectId, Principal } from '../common/index.js';
import { invoiceNotFound } from './invoice.errors.js';
import { type Queries, selectInvoice } from './invoice.query.js';
import type { InvoiceRow } from './invoice.types.js';
import { visibleInvoices } from './invoices.source.js';

/** Single invoices, as far as the caller may see them; one query each. */
@Injectable()
export class Invoices {
  constructor(private readonly dataSource: DataSource) {}

  /**
   * Inside a transaction pass its manager on.
   * @throws DomainError `invoice_not_found`, also for what exists and is not the caller's to see.
   */
  async find(
    caller: Principal,
    id: ObjectId,
    manager: Queries = this.dataSource,
  ): Promise<InvoiceRow> {
    const row = await selectInvoice(manager, id, visibleInvoices(caller));
    if (!row) throw invoiceNotFound();
    return row;
  }

  /** As `find`, under the row's lock. */
  async lock(caller: Principal, id: ObjectId, manager: EntityManager): Promise<InvoiceRow> {
    const row = await selectInvoice(manager, id, visibleInvoices(caller), 'FOR UPDATE OF i');
    if (!row) throw invoiceNotFound();
    return row;
  }
}
