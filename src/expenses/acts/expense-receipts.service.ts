import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { ObjectId, Principal } from '../../common/index.js';
import { change, Transactions } from '../../database/index.js';
import { Files, type StoredFile, type UploadedFile } from '../../files/index.js';
import { notYourExpense, receiptIsThere, receiptNotFound, wrongStatus } from '../expense.errors.js';
import { ExpenseReader } from '../expense.reader.js';
import { ExpenseTrail } from '../expense.trail.js';
import type { ExpenseRow } from '../expense.types.js';

/** The bill of an expense, as a file. */
@Injectable()
export class ExpenseReceipts {
  constructor(
    private readonly dataSource: DataSource,
    private readonly transactions: Transactions,
    private readonly reader: ExpenseReader,
    private readonly files: Files,
    private readonly trail: ExpenseTrail,
  ) {}

  /**
   * Until it is decided on, a new receipt takes the place of the old; afterwards one that is missing may
   * still be added. Whoever decides must name the version that has it.
   * @throws DomainError that names `file`; 403 for an owner who did not write it; 409
   */
  attach(caller: Principal, id: ObjectId, upload: UploadedFile): Promise<ExpenseRow> {
    return this.transactions.run(async (manager) => {
      const expense = await this.reader.lock(caller, id, manager);
      const { status } = expense;
      if (caller.role === 'owner' && expense.created_by !== caller.userId) throw notYourExpense();
      if (status === 'rejected' || status === 'void') throw wrongStatus(status, 'changed');
      const open = status === 'draft' || status === 'pending';
      if (!open && expense.receipt_id !== null) throw receiptIsThere();
      const file = await this.files.store(manager, {
        accountId: expense.account_id,
        uploadedBy: caller.userId,
        purpose: 'expense_receipt',
        ...upload,
      });
      await change(
        manager,
        `UPDATE expenses SET receipt_id = $2, changed_by = CASE WHEN $4 THEN $3 ELSE changed_by END,
           version = version + 1, updated_at = now() WHERE id = $1`,
        [expense.id, file.id, caller.userId, open],
      );
      await this.trail.note(manager, caller, expense.id, 'receipt_added', {
        receipt: [expense.receipt_filename, file.filename],
        sha256: file.sha256,
      });
      return this.reader.read(caller, { id: expense.id }, manager);
    });
  }

  /** @throws DomainError `expense_not_found`, `receipt_not_found` */
  async read(caller: Principal, id: ObjectId): Promise<{ file: StoredFile; bytes: Buffer }> {
    const expense = await this.reader.read(caller, id);
    const found =
      expense.receipt_id === null
        ? null
        : await this.files.read(this.dataSource, expense.account_id, expense.receipt_id);
    if (!found) throw receiptNotFound();
    return found;
  }
}
