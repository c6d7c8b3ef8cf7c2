import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { Audits } from '../audits/index.js';
import { formatMinor, type ObjectId } from '../common/index.js';
import { type CreditKind, Credits } from '../credits/index.js';
import { change } from '../database/index.js';
import type { Payable, PayableDescription, PayableFact, PayablePort } from '../payments/index.js';
import { selectInvoice } from './invoice.query.js';
import {
  INVOICE_COLUMNS,
  INVOICE_TABLES,
  type InvoiceRow,
  openMinor,
  owedMinor,
} from './invoice.types.js';
import type { Condition } from './invoices.source.js';

/** What an UPDATE of an invoice's money answers; amounts in minor units. */
interface Moved {
  account_id: number;
  customer_id: number | null;
  version: number;
  currency: string;
  total_minor: string;
  paid_minor: string;
  credited_minor: string;
  status: 'issued' | 'partially_paid' | 'paid';
  moved_minor: string;
}

const MOVED = `i.account_id, i.customer_id, i.version, i.currency, i.total_minor, i.paid_minor, i.credited_minor, i.status`;
/** A draft asks nobody for money yet. */
const ISSUED: Condition = { sql: `i.status <> 'draft'`, params: [] };

/** Invoices as the payments module reaches them. */
@Injectable()
export class InvoicePayable implements PayablePort {
  readonly kind = 'invoice';

  constructor(
    private readonly dataSource: DataSource,
    private readonly audits: Audits,
    private readonly credits: Credits,
  ) {}

  async find(id: ObjectId): Promise<Payable | null> {
    const row = await selectInvoice(this.dataSource, id, [ISSUED]);
    return row && toPayable(row);
  }

  async lock(manager: EntityManager, id: ObjectId): Promise<Payable | null> {
    const row = await selectInvoice(manager, id, [ISSUED], 'FOR UPDATE OF i');
    return row && toPayable(row);
  }

  /** A void or fully paid invoice takes nothing. */
  async settle(manager: EntityManager, fact: PayableFact): Promise<{ appliedMinor: bigint }> {
    assertPositive(fact);
    const [moved] = await change<Moved>(
      manager,
      `UPDATE invoices i
       SET paid_minor = i.paid_minor + owed.taken,
         status = CASE WHEN i.paid_minor + i.credited_minor + owed.taken = i.total_minor
           THEN 'paid' ELSE 'partially_paid' END,
         version = i.version + 1, updated_at = now()
       FROM (
         SELECT id, least($2::bigint, total_minor - paid_minor - credited_minor) AS taken
         FROM invoices WHERE id = $1 AND status IN ('issued', 'partially_paid') FOR UPDATE
       ) AS owed
       WHERE i.id = owed.id AND owed.taken > 0
       RETURNING ${MOVED}, owed.taken AS moved_minor`,
      [fact.payableId, fact.amountMinor.toString()],
    );
    if (!moved) return { appliedMinor: 0n };
    const appliedMinor = BigInt(moved.moved_minor);
    await this.audit(manager, fact, moved, `invoice.${moved.status}`, -appliedMinor);
    await this.credit(manager, fact, moved, 'payment', appliedMinor);
    return { appliedMinor };
  }

  /** @throws Error when the invoice never got as much. */
  async reverse(manager: EntityManager, fact: PayableFact): Promise<void> {
    assertPositive(fact);
    const [moved] = await change<Moved>(
      manager,
      `UPDATE invoices i
       SET paid_minor = i.paid_minor - $2::bigint,
         status = CASE WHEN i.paid_minor = $2::bigint THEN 'issued' ELSE 'partially_paid' END,
         version = i.version + 1, updated_at = now()
       WHERE i.id = $1 AND i.paid_minor >= $2::bigint
       RETURNING ${MOVED}, $2::bigint AS moved_minor`,
      [fact.payableId, fact.amountMinor.toString()],
    );
    if (!moved) {
      throw new Error(
        `invoice ${fact.payableId} cannot give back ${fact.amountMinor} of payment ${fact.paymentId}`,
      );
    }
    await this.audit(manager, fact, moved, 'invoice.payment_reversed', fact.amountMinor);
    await this.credit(manager, fact, moved, 'reversal', -fact.amountMinor);
  }

  async describe(ids: number[]): Promise<Map<number, PayableDescription>> {
    const rows: InvoiceRow[] = await this.dataSource.query(
      `SELECT ${INVOICE_COLUMNS} FROM ${INVOICE_TABLES} WHERE i.id = ANY ($1)`,
      [ids],
    );
    return new Map(rows.map((row) => [row.id, describeInvoice(row)]));
  }

  /** Named by the invoice's version, which each change of its money makes anew. */
  private async credit(
    manager: EntityManager,
    fact: PayableFact,
    moved: Moved,
    kind: CreditKind,
    amountMinor: bigint,
  ): Promise<void> {
    await this.credits.add(manager, {
      accountId: moved.account_id,
      customerId: moved.customer_id,
      currency: moved.currency,
      amountMinor,
      kind,
      paymentId: fact.paymentId,
      sourceType: 'invoice',
      sourceId: `${fact.payableId}:${moved.version}`,
      actor: fact.actor,
    });
  }

  private audit(
    manager: EntityManager,
    fact: PayableFact,
    moved: Moved,
    action: string,
    backMinor: bigint,
  ): Promise<void> {
    const shown = (minor: bigint | string): string => formatMinor(minor, moved.currency);
    return this.audits.append(manager, [
      {
        accountId: moved.account_id,
        actor: fact.actor,
        action,
        objectType: 'invoice',
        objectId: fact.payableId,
        paymentId: fact.paymentId,
        changes: {
          status: moved.status,
          amount_paid: [shown(BigInt(moved.paid_minor) + backMinor), shown(moved.paid_minor)],
          amount_due: shown(openMinor(moved)),
          currency: moved.currency,
        },
      },
    ]);
  }
}

function assertPositive({ amountMinor, paymentId }: PayableFact): void {
  if (amountMinor <= 0n) throw new Error(`payment ${paymentId} moves ${amountMinor}`);
}

/** Payments know an invoice by its number, which every issued one has. */
function numberOf(row: InvoiceRow): string {
  if (row.number === null) throw new Error(`invoice ${row.id} is a draft`);
  return row.number;
}

function toPayable(row: InvoiceRow): Payable {
  return {
    kind: 'invoice',
    id: row.id,
    uuid: row.uuid,
    accountId: row.account_id,
    reference: numberOf(row),
    title: `Invoice ${numberOf(row)}`,
    currency: row.currency,
    totalMinor: BigInt(row.total_minor),
    paidMinor: BigInt(row.paid_minor),
    owedMinor: owedMinor(row),
    customerId: row.customer_id,
    customerName: row.customer_name,
    customerEmail: row.customer_email,
    customerPhone: row.customer_phone,
    ownerId: row.owner_id,
    acceptsParts: true,
  };
}

function describeInvoice(row: InvoiceRow): PayableDescription {
  return {
    kind: 'invoice',
    id: row.id,
    uuid: row.uuid,
    reference: numberOf(row),
    status: row.status,
    title: `Invoice ${numberOf(row)}`,
    property: null,
    location: null,
    checkIn: null,
    checkOut: null,
    guests: null,
    customerName: row.customer_name,
    customerEmail: row.customer_email,
    customerPhone: row.customer_phone,
  };
}
