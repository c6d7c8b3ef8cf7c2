import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { ObjectId, Principal } from '../../common/index.js';
import type { PaperIssuer } from '../../documents/index.js';
import { ISSUER_JSON } from '../../documents/index.js';
import { Files } from '../../files/index.js';
import { selectCreditNote } from '../credit-note.types.js';
import { creditNoteNotFound } from '../invoice.errors.js';
import { Invoices } from '../invoices.service.js';
import { writeCreditNote } from './credit-note.paper.js';
import { writeInvoice } from './invoice.paper.js';

export interface Paper {
  filename: string;
  bytes: Buffer;
}

/** Invoices and credit notes as documents, for whoever may see the invoice. */
@Injectable()
export class Papers {
  constructor(
    private readonly dataSource: DataSource,
    private readonly invoices: Invoices,
    private readonly files: Files,
  ) {}

  /** A draft shows the account as it is now. @throws DomainError `invoice_not_found`. */
  async invoice(caller: Principal, id: ObjectId): Promise<Paper> {
    const row = await this.invoices.find(caller, id);
    const issuer = row.issuer ?? (await this.issuerNow(row.account_id));
    const logo = await this.logo(row.account_id, issuer);
    const bytes = await writeInvoice(row, issuer, logo);
    return { filename: `${row.number ?? `draft-${row.id}`}.pdf`, bytes };
  }

  /** @throws DomainError `invoice_not_found`, `credit_note_not_found`. */
  async creditNote(caller: Principal, id: ObjectId, noteId: ObjectId): Promise<Paper> {
    const invoice = await this.invoices.find(caller, id);
    const row = await selectCreditNote(this.dataSource, invoice.id, noteId);
    if (!row) throw creditNoteNotFound();
    const bytes = await writeCreditNote(row, await this.logo(row.account_id, row.issuer));
    return { filename: `${row.number}.pdf`, bytes };
  }

  private async issuerNow(accountId: number): Promise<PaperIssuer> {
    const [row]: { issuer: PaperIssuer }[] = await this.dataSource.query(
      `SELECT ${ISSUER_JSON} AS issuer FROM accounts a WHERE a.id = $1`,
      [accountId],
    );
    if (!row) throw new Error(`account ${accountId} is gone`);
    return row.issuer;
  }

  private async logo(accountId: number, issuer: PaperIssuer): Promise<Buffer | null> {
    if (!issuer.logo_file_id) return null;
    const found = await this.files.read(this.dataSource, accountId, issuer.logo_file_id);
    return found?.bytes ?? null;
  }
}
