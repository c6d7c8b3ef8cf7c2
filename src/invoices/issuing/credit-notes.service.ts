import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Audits } from '../../audits/index.js';
import { actorOf, formatMinor, type ObjectId, type Principal } from '../../common/index.js';
import { change, Transactions } from '../../database/index.js';
import { ISSUER_JSON } from '../../documents/index.js';
import type { CreateCreditNoteDto } from '../api/invoice-drafts.dto.js';
import { type PricedLines, priceLines } from '../invoice.amounts.js';
import {
  creditExceedsOwed,
  creditLinesNeeded,
  invoiceNotIssued,
  invoiceVoid,
  nothingToCredit,
} from '../invoice.errors.js';
import { type CreditNoteRow, selectCreditNote } from '../credit-note.types.js';
import { type InvoiceRow, owedMinor } from '../invoice.types.js';
import { Invoices } from '../invoices.service.js';
import { type PaperNumber, takeNumber } from './paper-numbers.js';

/**
 * Credit notes take off what is still owed, never what is paid: paid money is refunded first, which makes
 * it owed again. A note that credits the whole of an invoice voids it.
 */
@Injectable()
export class CreditNotes {
  constructor(
    private readonly transactions: Transactions,
    private readonly invoices: Invoices,
    private readonly audits: Audits,
  ) {}

  /**
   * The same claim again answers the note it made before.
   * @throws DomainError 404, 409 for a draft or a void invoice, 400 for more than is owed.
   */
  create(
    caller: Principal,
    id: ObjectId,
    wanted: CreateCreditNoteDto,
    claimId: string | null,
  ): Promise<CreditNoteRow> {
    return this.transactions.run(async (manager) => {
      const invoice = await this.invoices.lock(caller, id, manager);
      const made = claimId && (await this.madeByClaim(manager, claimId));
      if (made) return this.read(manager, invoice.id, made);
      const priced = creditedLines(invoice, wanted);
      const number = await takeNumber(manager, invoice.account_id, 'credit_note');
      const reason = wanted.reason.trim();
      const noteId = await this.insert(manager, {
        caller,
        invoice,
        priced,
        number,
        reason,
        claimId,
      });
      await this.takeOff(manager, caller, invoice, priced.totalMinor, number);
      await this.audit(manager, caller, invoice, priced.totalMinor, { number, reason, noteId });
      return this.read(manager, invoice.id, noteId);
    });
  }

  private async read(
    manager: EntityManager,
    invoiceId: number,
    id: number,
  ): Promise<CreditNoteRow> {
    const row = await selectCreditNote(manager, invoiceId, { id });
    if (!row) throw new Error(`credit note ${id} of invoice ${invoiceId} is gone`);
    return row;
  }

  private async madeByClaim(manager: EntityManager, claimId: string): Promise<number | null> {
    const rows: { id: number }[] = await manager.query(
      'SELECT id FROM credit_notes WHERE idempotency_claim_id = $1',
      [claimId],
    );
    return rows[0]?.id ?? null;
  }

  private async insert(manager: EntityManager, note: NewCreditNote): Promise<number> {
    const { caller, invoice, priced, number, reason, claimId } = note;
    const [row]: { id: number }[] = await manager.query(
      `WITH note AS (
         INSERT INTO credit_notes (account_id, invoice_id, number, number_year, number_seq, currency,
           subtotal_minor, tax_minor, total_minor, reason, issuer, issued_at, issued_by,
           idempotency_claim_id)
         SELECT a.id, $2, $3, $4, $5, $6, $7, $8, $9, $10, ${ISSUER_JSON}, app_now(), $11, $12
         FROM accounts a WHERE a.id = $1
         RETURNING id
       ), lines AS (
         INSERT INTO credit_note_lines (credit_note_id, position, description, quantity,
           unit_price_minor, tax_rate, net_minor, tax_minor)
         SELECT note.id, ordinality, line ->> 'description', (line ->> 'quantity')::numeric,
           (line ->> 'unit_price_minor')::bigint, (line ->> 'tax_rate')::numeric,
           (line ->> 'net_minor')::bigint, (line ->> 'tax_minor')::bigint
         FROM note, jsonb_array_elements($13::jsonb) WITH ORDINALITY AS drawn (line, ordinality)
       )
       SELECT id FROM note`,
      [
        invoice.account_id,
        invoice.id,
        number.number,
        number.year,
        number.seq,
        invoice.currency,
        priced.subtotalMinor.toString(),
        priced.taxMinor.toString(),
        priced.totalMinor.toString(),
        reason,
        caller.userId,
        claimId,
        JSON.stringify(priced.lines),
      ],
    );
    if (!row) throw new Error('the credit note was not inserted');
    return row.id;
  }

  private async takeOff(
    manager: EntityManager,
    caller: Principal,
    invoice: InvoiceRow,
    creditMinor: bigint,
    { number }: PaperNumber,
  ): Promise<void> {
    const paid = BigInt(invoice.paid_minor) > 0n;
    const settled = creditMinor === owedMinor(invoice);
    const open = paid ? 'partially_paid' : 'issued';
    const status = settled ? (paid ? 'paid' : 'void') : open;
    await change(
      manager,
      `UPDATE invoices SET credited_minor = credited_minor + $2, status = $3,
         voided_at = CASE WHEN $3 = 'void' THEN app_now() END,
         voided_by = CASE WHEN $3 = 'void' THEN $4::int END,
         void_reason = CASE WHEN $3 = 'void' THEN $5 END,
         version = version + 1, updated_at = now()
       WHERE id = $1`,
      [invoice.id, creditMinor.toString(), status, caller.userId, `Credited in full by ${number}`],
    );
  }

  private audit(
    manager: EntityManager,
    caller: Principal,
    invoice: InvoiceRow,
    creditMinor: bigint,
    note: { number: PaperNumber; reason: string; noteId: number },
  ): Promise<void> {
    const shown = (minor: bigint): string => formatMinor(minor, invoice.currency);
    const owed = owedMinor(invoice);
    return this.audits.append(manager, [
      {
        accountId: invoice.account_id,
        actor: actorOf(caller),
        action: 'credit_note.issued',
        objectType: 'credit_note',
        objectId: note.noteId,
        changes: { number: note.number.number, invoice: invoice.number, reason: note.reason },
      },
      {
        accountId: invoice.account_id,
        actor: actorOf(caller),
        action: 'invoice.credited',
        objectType: 'invoice',
        objectId: invoice.id,
        changes: {
          credit_note: note.number.number,
          amount_due: [shown(owed), shown(owed - creditMinor)],
          currency: invoice.currency,
        },
      },
    ]);
  }
}

interface NewCreditNote {
  caller: Principal;
  invoice: InvoiceRow;
  priced: PricedLines;
  number: PaperNumber;
  reason: string;
  claimId: string | null;
}

/** The lines of the note: those named, else all of an invoice that nothing has been taken off yet. */
function creditedLines(invoice: InvoiceRow, wanted: CreateCreditNoteDto): PricedLines {
  if (invoice.status === 'draft') throw invoiceNotIssued();
  if (invoice.status === 'void') throw invoiceVoid();
  const owed = owedMinor(invoice);
  if (owed === 0n) throw nothingToCredit();
  if (!wanted.lines) {
    if (owed !== BigInt(invoice.total_minor)) throw creditLinesNeeded();
    return {
      lines: invoice.lines,
      subtotalMinor: BigInt(invoice.subtotal_minor),
      taxMinor: BigInt(invoice.tax_minor),
      totalMinor: owed,
    };
  }
  const priced = priceLines(wanted.lines, invoice.currency);
  if (priced.totalMinor > owed) {
    throw creditExceedsOwed(formatMinor(owed, invoice.currency), invoice.currency);
  }
  return priced;
}
