import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Audits } from '../../audits/index.js';
import { actorOf, formatMinor, type ObjectId, type Principal } from '../../common/index.js';
import { CONFIG, type Config } from '../../config/index.js';
import { change, Transactions } from '../../database/index.js';
import { ISSUER_JSON } from '../../documents/index.js';
import {
  dueDatePassed,
  invoiceHasCreditNotes,
  invoiceHasPayments,
  invoiceIssued,
  invoiceNotIssued,
  invoiceVoid,
} from '../invoice.errors.js';
import { type InvoiceRow, TODAY } from '../invoice.types.js';
import { Invoices } from '../invoices.service.js';
import { takeNumber } from './paper-numbers.js';
import { Reminders } from './reminders.service.js';

/** Issues invoices and voids them. From issue on an invoice says for ever what it says. */
@Injectable()
export class InvoiceIssuing {
  constructor(
    private readonly transactions: Transactions,
    private readonly invoices: Invoices,
    private readonly reminders: Reminders,
    private readonly audits: Audits,
    @Inject(CONFIG) private readonly config: Pick<Config, 'invoices'>,
  ) {}

  /** @throws DomainError 404, 409 when it is issued already, 400 when its due date is over. */
  issue(caller: Principal, id: ObjectId): Promise<InvoiceRow> {
    return this.transactions.run(async (manager) => {
      const draft = await this.invoices.lock(caller, id, manager);
      if (draft.status !== 'draft') throw invoiceIssued(draft.number);
      const dueDate = await this.dueDate(manager, draft);
      await this.reminders.plan(manager, draft.id, dueDate);
      // Last of all: whoever issues next waits from here to the commit.
      const { number, year, seq } = await takeNumber(manager, draft.account_id, 'invoice');
      await change(
        manager,
        `UPDATE invoices i SET status = 'issued', number = $2, number_year = $3, number_seq = $4,
           due_date = $5, issued_at = app_now(), issued_by = $6, issuer = ${ISSUER_JSON},
           version = i.version + 1, updated_at = now()
         FROM accounts a WHERE i.id = $1 AND a.id = i.account_id`,
        [draft.id, number, year, seq, dueDate, caller.userId],
      );
      await this.audit(manager, caller, draft, 'invoice.issued', {
        status: ['draft', 'issued'],
        number,
        total: formatMinor(draft.total_minor, draft.currency),
        currency: draft.currency,
        due_date: dueDate,
      });
      return this.invoices.find(caller, { id: draft.id }, manager);
    });
  }

  /**
   * Its number stays taken. Money that arrives afterwards is kept as unallocated.
   * @throws DomainError 404, 409 for a draft, a void one, or one that is partly paid or credited.
   */
  void(caller: Principal, id: ObjectId, reason: string): Promise<InvoiceRow> {
    return this.transactions.run(async (manager) => {
      const invoice = await this.invoices.lock(caller, id, manager);
      if (invoice.status === 'draft') throw invoiceNotIssued();
      if (invoice.status === 'void') throw invoiceVoid();
      if (BigInt(invoice.paid_minor) > 0n) throw invoiceHasPayments();
      if (BigInt(invoice.credited_minor) > 0n) throw invoiceHasCreditNotes();
      await change(
        manager,
        `UPDATE invoices SET status = 'void', voided_at = app_now(), voided_by = $2,
           void_reason = $3, version = version + 1, updated_at = now()
         WHERE id = $1`,
        [invoice.id, caller.userId, reason],
      );
      await this.audit(manager, caller, invoice, 'invoice.voided', {
        status: [invoice.status, 'void'],
        number: invoice.number,
        reason,
      });
      return this.invoices.find(caller, { id: invoice.id }, manager);
    });
  }

  /** @throws DomainError when it lies before today. */
  private async dueDate(manager: EntityManager, draft: InvoiceRow): Promise<string> {
    const [row]: { due: string; passed: boolean }[] = await manager.query(
      `SELECT due, due < today AS passed
       FROM (SELECT ${TODAY} AS today, coalesce($1::date, ${TODAY} + $2::int) AS due) AS days`,
      [draft.due_date, this.config.invoices.dueDays],
    );
    if (!row) throw new Error('the database knows no day');
    if (row.passed) throw dueDatePassed(row.due);
    return row.due;
  }

  private audit(
    manager: EntityManager,
    caller: Principal,
    invoice: InvoiceRow,
    action: string,
    changes: Record<string, unknown>,
  ): Promise<void> {
    return this.audits.append(manager, [
      {
        accountId: invoice.account_id,
        actor: actorOf(caller),
        action,
        objectType: 'invoice',
        objectId: invoice.id,
        changes,
      },
    ]);
  }
}
