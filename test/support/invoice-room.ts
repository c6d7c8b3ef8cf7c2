import { Audits } from '../../src/audits/index.js';
import { BookingPayable, seedBookings } from '../../src/bookings/index.js';
import { type DomainError, gatewayActor } from '../../src/common/index.js';
import { Credits } from '../../src/credits/index.js';
import { Outbox, Statements, Transactions } from '../../src/database/index.js';
import { seedIdentity, Users } from '../../src/identity/index.js';
import type { CreateInvoiceDto } from '../../src/invoices/api/invoice-drafts.dto.js';
import { DraftPartiesReader } from '../../src/invoices/drafts/draft-parties.service.js';
import { InvoiceDrafts } from '../../src/invoices/drafts/invoice-drafts.service.js';
import { InvoicePayable, type InvoiceRow, Invoices } from '../../src/invoices/index.js';
import { CreditNotes } from '../../src/invoices/issuing/credit-notes.service.js';
import { InvoiceIssuing } from '../../src/invoices/issuing/invoice-issuing.service.js';
import { Reminders } from '../../src/invoices/issuing/reminders.service.js';
import { Payables } from '../../src/payments/index.js';
import { seedProperties } from '../../src/properties/index.js';
import { demoCaller } from './booking-room.js';
import { createTestDatabase } from './database.js';
import { insertRow } from './fixtures.js';

/** One line of 100.00 and 18 % of tax: 118.00 in all. */
export const ONE_LINE = {
  customer: 'customer@malipo.test',
  currency: 'TZS',
  lines: [{ description: 'Dinner', quantity: '1', unit_price: '100.00', tax_rate: '18' }],
} satisfies CreateInvoiceDto;

/** The room of invoices on a database of its own, with the demo's users and bookings, no invoices. */
export async function anInvoiceRoom() {
  const database = await createTestDatabase({ poolSize: 20 });
  const { dataSource } = database;
  const transactions = new Transactions(dataSource);
  await transactions.run(async (manager) => {
    await seedIdentity(manager);
    await seedProperties(manager);
    await seedBookings(manager);
  });
  const audits = new Audits();
  const payables = new Payables();
  payables.register(new BookingPayable(dataSource, new Statements(dataSource), audits));
  const payable = new InvoicePayable(dataSource, audits, new Credits(audits));
  const invoices = new Invoices(dataSource);
  const parties = new DraftPartiesReader(new Users(dataSource), payables);
  const config = { invoices: { dueDays: 14, remindBeforeDays: 3, remindAfterDays: 7 } };
  const drafts = new InvoiceDrafts(transactions, invoices, parties, audits);
  const issuing = new InvoiceIssuing(
    transactions,
    invoices,
    new Reminders(new Outbox(), config),
    audits,
    config,
  );
  const staff = demoCaller('staff');
  const rows = <Row>(sql: string, params: unknown[] = []): Promise<Row[]> =>
    dataSource.query(sql, params);
  const issued = async (wanted: Partial<CreateInvoiceDto> = {}): Promise<InvoiceRow> => {
    const draft = await drafts.create(staff, { ...ONE_LINE, ...wanted }, null);
    return issuing.issue(staff, { id: draft.id });
  };
  /** A payment row for the facts that name it; its own money is not looked at here. */
  const aPayment = async (invoice: InvoiceRow): Promise<number> => {
    const { id } = await insertRow<{ id: number }>(dataSource, 'payments', {
      account_id: invoice.account_id,
      payable_kind: 'invoice',
      payable_id: invoice.id,
      payable_uuid: invoice.uuid,
      payable_reference: invoice.number,
      currency: invoice.currency,
      amount_minor: '100',
      payment_method: 'mobile_money',
    });
    return id;
  };
  const move = (invoice: InvoiceRow, paymentId: number, minor: number) =>
    transactions.run(async (manager) => {
      await payable.lock(manager, { id: invoice.id });
      const fact = { payableId: invoice.id, paymentId, actor: gatewayActor('azampay') };
      if (minor < 0) {
        await payable.reverse(manager, { ...fact, amountMinor: BigInt(-minor) });
        return BigInt(minor);
      }
      const settled = await payable.settle(manager, { ...fact, amountMinor: BigInt(minor) });
      return settled.appliedMinor;
    });
  return {
    database,
    transactions,
    invoices,
    drafts,
    issuing,
    notes: new CreditNotes(transactions, invoices, audits),
    payable,
    staff,
    rows,
    issued,
    aPayment,
    /** As the settle path does it: lock, then settle; a negative amount is reversed. */
    move,
    read: (id: number): Promise<InvoiceRow> => invoices.find(staff, { id }),
  };
}
export type InvoiceRoom = Awaited<ReturnType<typeof anInvoiceRoom>>;

/** The code of the DomainError that `work` ends in; fails when it does not. */
export async function codeOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => null,
    (reason: DomainError) => reason,
  );
  expect(error).not.toBeNull();
  return error?.code ?? '';
}
