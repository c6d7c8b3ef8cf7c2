import { newUuid } from '../../src/common/index.js';
import type { InvoiceRow } from '../../src/invoices/index.js';
import { demoCaller } from '../support/booking-room.js';
import { anInvoiceRoom, codeOf, type InvoiceRoom, ONE_LINE } from '../support/invoice-room.js';

describe('invoices', () => {
  let room: InvoiceRoom;
  const open = async (): Promise<void> => {
    room = await anInvoiceRoom();
  };
  const close = (): Promise<void> => room.database.drop();

  const refused = async (work: Promise<unknown>): Promise<string> => {
    const error = await work.then(
      () => null,
      (reason: { constraint?: string }) => reason,
    );
    return error?.constraint ?? 'not refused';
  };
  /** Its place in the year of its issue, which its number must name. */
  const sequenceOf = ({ number, issued_at: at }: InvoiceRow): number => {
    const [, year, sequence] = /^INV-(\d{4})-(\d{6})$/.exec(String(number)) ?? [];
    expect(year).toBe(String(at?.getUTCFullYear()));
    return Number(sequence);
  };

  describe('numbers', () => {
    beforeEach(open);
    afterEach(close);

    it('are consecutive when fifty invoices are issued at once', async () => {
      const drafts = await Promise.all(
        Array.from({ length: 50 }, () => room.drafts.create(room.staff, ONE_LINE, null)),
      );
      const issued = await Promise.all(
        drafts.map(({ id }) => room.issuing.issue(room.staff, { id })),
      );
      const numbers = issued.map(sequenceOf).toSorted((a, b) => a - b);
      expect(numbers).toEqual(Array.from({ length: 50 }, (_, index) => index + 1));
    });

    it('are not burnt by an issue that fails', async () => {
      await room.issued();
      const draft = await room.drafts.create(room.staff, ONE_LINE, null);
      // The last statement of an issue fails: its audit entry.
      await room.database.asOwner(`ALTER TABLE audit_entries ADD CONSTRAINT refuse_issue
        CHECK (action <> 'invoice.issued') NOT VALID`);
      await expect(room.issuing.issue(room.staff, { id: draft.id })).rejects.toThrow(
        'refuse_issue',
      );
      expect(await room.read(draft.id)).toMatchObject({ status: 'draft', number: null });
      await room.database.asOwner('ALTER TABLE audit_entries DROP CONSTRAINT refuse_issue');
      expect(sequenceOf(await room.issuing.issue(room.staff, { id: draft.id }))).toBe(2);
      const [counter] = await room.rows('SELECT last_number FROM invoice_counters');
      expect(counter).toEqual({ last_number: 2 });
    });

    it('start anew in each account and year', async () => {
      await room.issued();
      const outsider = demoCaller('outsider');
      const { customer: _, ...line } = ONE_LINE;
      const theirs = await room.drafts.create(outsider, { ...line, customer_name: 'P' }, null);
      const other = await room.issuing.issue(outsider, { id: theirs.id });
      expect(sequenceOf(other)).toBe(1);
      await room.database.asAdmin('UPDATE app_clock SET offset_s = 366 * 86400');
      expect(sequenceOf(await room.issued())).toBe(1);
      expect(sequenceOf(await room.issued())).toBe(2);
    });

    it('are given once, also when two issue the same draft', async () => {
      const draft = await room.drafts.create(room.staff, ONE_LINE, null);
      const ends = await Promise.allSettled(
        [1, 2, 3].map(() => room.issuing.issue(room.staff, { id: draft.id })),
      );
      expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      expect(await codeOf(room.issuing.issue(room.staff, { id: draft.id }))).toBe('invoice_issued');
      expect(sequenceOf(await room.issued())).toBe(2);
    });

    it('cannot leave a gap, or be changed, by anybody with the application’s rights', async () => {
      const { id } = await room.drafts.create(room.staff, ONE_LINE, null);
      const byHand = (seq: number): Promise<unknown> =>
        room.rows(
          `UPDATE invoices SET status = 'issued', number_year = 2026, number_seq = $2::int,
             number = 'INV-2026-' || lpad($2::text, 6, '0'), issued_at = '2026-05-01T12:00:00Z',
             due_date = '2026-05-02', issuer = '{}' WHERE id = $1`,
          [id, seq],
        );
      expect(await refused(byHand(2))).toBe('invoices_numbers_without_gaps');
      await byHand(1);
      expect(await refused(byHand(2))).toBe('invoices_issued_unchanged');
    });
  });

  describe('drafts', () => {
    beforeAll(open);
    afterAll(close);

    it('take what is not said from the customer, else from the booking', async () => {
      const mine = await room.drafts.create(room.staff, ONE_LINE, null);
      expect(mine).toMatchObject({
        status: 'draft',
        number: null,
        customer_id: 1,
        customer_name: 'Asha Juma',
        customer_phone: '255653294241',
        owner_id: null,
      });
      const { customer: _, ...rest } = ONE_LINE;
      const booked = await room.drafts.create(room.staff, { ...rest, booking: 123 }, null);
      expect(booked).toMatchObject({
        customer_id: 1,
        customer_email: 'customer@malipo.test',
        booking_id: 123,
        booking_reference: 'HTL-000008',
        owner_id: demoCaller('owner').userId,
      });
      const free = await room.drafts.create(
        room.staff,
        { ...rest, customer_name: 'Łukasz', customer_phone: '0653 294 241', customer_email: null },
        null,
      );
      expect(free).toMatchObject({
        customer_id: null,
        customer_name: 'Łukasz',
        customer_email: null,
        customer_phone: '255653294241',
      });
    });

    it.each([
      ['customer_name', { customer: null }],
      ['customer', { customer: 'staff@malipo.test' }],
      ['customer', { customer: 'nobody@malipo.test' }],
      ['booking', { booking: 129 }],
      ['booking', { booking: 999_999 }],
      ['currency', { currency: 'ABC' }],
      ['customer_phone', { customer_phone: '12' }],
    ])('name the field %s that is wrong', async (field, wrong) => {
      await expect(
        room.drafts.create(room.staff, { ...ONE_LINE, ...wrong }, null),
      ).rejects.toMatchObject({
        kind: 'invalid',
        extra: { errors: { [field]: expect.anything() } },
      });
    });

    it('are made once per claim', async () => {
      const claim = newUuid();
      const first = await room.drafts.create(room.staff, ONE_LINE, claim);
      const again = await room.drafts.create(room.staff, ONE_LINE, claim);
      expect(again.id).toBe(first.id);
    });

    it('change, by version, until they are issued', async () => {
      const { id } = await room.drafts.create(room.staff, ONE_LINE, null);
      const changed = await room.drafts.change(
        room.staff,
        { id },
        { notes: 'Thanks', lines: [{ description: 'Boat', quantity: 2, unit_price: '50.00' }] },
      );
      expect(changed).toMatchObject({
        notes: 'Thanks',
        customer_id: 1,
        total_minor: '10000',
        version: 2,
        lines: [{ description: 'Boat', quantity: '2', tax_rate: '0' }],
      });
      const stale = room.drafts.change(room.staff, { id }, { version: 1, notes: 'late' });
      expect(await codeOf(stale)).toBe('version_conflict');
      const other = room.drafts.change(room.staff, { id }, { currency: 'USD' });
      expect(await codeOf(other)).toBe('validation_failed');
      const unbooked = await room.drafts.change(room.staff, { id }, { customer: null });
      expect(unbooked).toMatchObject({ customer_id: null, customer_name: 'Asha Juma' });
      await room.issuing.issue(room.staff, { id });
      expect(await codeOf(room.drafts.change(room.staff, { id }, { notes: 'no' }))).toBe(
        'invoice_issued',
      );
      expect(await codeOf(room.drafts.remove(room.staff, { id }))).toBe('invoice_issued');
    });

    it('are deleted with their lines, leaving a trail', async () => {
      const { id } = await room.drafts.create(room.staff, ONE_LINE, null);
      await room.drafts.remove(room.staff, { id });
      expect(await codeOf(room.read(id))).toBe('invoice_not_found');
      expect(await room.rows('SELECT 1 FROM invoice_lines WHERE invoice_id = $1', [id])).toEqual(
        [],
      );
      expect(
        await room.rows(
          `SELECT action FROM audit_entries
           WHERE object_type = 'invoice' AND object_id = $1 ORDER BY id`,
          [id],
        ),
      ).toEqual([{ action: 'invoice.created' }, { action: 'invoice.deleted' }]);
    });

    it('are not shown to customers and owners before they are issued', async () => {
      const { id } = await room.drafts.create(room.staff, { ...ONE_LINE, booking: 123 }, null);
      for (const caller of ['customer', 'owner'] as const) {
        const asked = room.invoices.find(demoCaller(caller), { id });
        expect(await codeOf(asked)).toBe('invoice_not_found');
      }
      expect(await room.payable.find({ id })).toBeNull();
      await room.issuing.issue(room.staff, { id });
      for (const caller of ['customer', 'owner', 'cashier'] as const) {
        expect((await room.invoices.find(demoCaller(caller), { id })).status).toBe('issued');
      }
      for (const caller of ['customer2', 'outsider'] as const) {
        const asked = room.invoices.find(demoCaller(caller), { id });
        expect(await codeOf(asked)).toBe('invoice_not_found');
      }
    });
  });

  describe('an issued invoice', () => {
    beforeAll(open);
    afterAll(close);

    it('is due some days later, or when it says; not in the past', async () => {
      const [{ due }] = (await room.rows(
        `SELECT ((now() AT TIME ZONE 'UTC')::date + 14)::text AS due`,
      )) as [{ due: string }];
      expect((await room.issued()).due_date).toBe(due);
      expect((await room.issued({ due_date: '2099-12-31' })).due_date).toBe('2099-12-31');
      const late = await room.drafts.create(
        room.staff,
        { ...ONE_LINE, due_date: '2020-01-01' },
        null,
      );
      expect(await codeOf(room.issuing.issue(room.staff, { id: late.id }))).toBe('due_date_passed');
    });

    it('is overdue by the clock, as long as something is owed', async () => {
      const invoice = await room.issued();
      const paid = await room.issued();
      await room.move(paid, await room.aPayment(paid), 11_800);
      await room.move(invoice, await room.aPayment(invoice), 800);
      await room.database.asAdmin('UPDATE app_clock SET offset_s = 14 * 86400');
      expect((await room.read(invoice.id)).status).toBe('partially_paid');
      await room.database.asAdmin('UPDATE app_clock SET offset_s = 15 * 86400');
      expect((await room.read(invoice.id)).status).toBe('overdue');
      expect((await room.read(paid.id)).status).toBe('paid');
      await room.move(invoice, await room.aPayment(invoice), 11_000);
      expect((await room.read(invoice.id)).status).toBe('paid');
      await room.database.asAdmin('UPDATE app_clock SET offset_s = 0');
    });

    it('cannot be issued with lines that do not add up', async () => {
      const { id } = await room.drafts.create(room.staff, ONE_LINE, null);
      await room.rows(
        'UPDATE invoices SET subtotal_minor = 1, tax_minor = 0, total_minor = 1 WHERE id = $1',
        [id],
      );
      expect(await refused(room.issuing.issue(room.staff, { id }))).toBe('invoices_lines_add_up');
    });

    it('waits with its lines for whoever changes them at the same time', async () => {
      const { id } = await room.drafts.create(room.staff, ONE_LINE, null);
      const change = room.drafts.change(
        room.staff,
        { id },
        { lines: [{ description: 'Boat', quantity: 1, unit_price: '70.00' }] },
      );
      const ends = await Promise.allSettled([change, room.issuing.issue(room.staff, { id })]);
      expect(ends[1]?.status).toBe('fulfilled');
      const { lines, subtotal_minor: subtotal } = await room.read(id);
      expect(lines.map(({ net_minor: net }) => net)).toEqual([subtotal]);
    });

    it('keeps what its account was called', async () => {
      await room.rows(`UPDATE accounts SET legal_name = 'Old Ltd' WHERE id = 1`);
      const { id } = await room.issued();
      await room.rows(`UPDATE accounts SET legal_name = 'New Ltd' WHERE id = 1`);
      expect((await room.read(id)).issuer).toMatchObject({ legal_name: 'Old Ltd' });
    });
  });

  describe('an invoice in the database', () => {
    let only: number;
    beforeAll(async () => {
      await open();
      only = (await room.issued()).id;
    });
    afterAll(close);

    it.each([
      ['another text', `UPDATE invoices SET notes = 'x'`, 'invoices_issued_unchanged'],
      ['another customer', `UPDATE invoices SET customer_name = 'x'`, 'invoices_issued_unchanged'],
      ['another total', `UPDATE invoices SET total_minor = 1`, 'invoices_issued_unchanged'],
      ['another number', `UPDATE invoices SET number_seq = 2`, 'invoices_issued_unchanged'],
      [
        'another due date',
        `UPDATE invoices SET due_date = '2099-01-01'`,
        'invoices_issued_unchanged',
      ],
      ['another account', `UPDATE invoices SET account_id = 2`, 'invoices_issued_unchanged'],
      ['another issuer', `UPDATE invoices SET issuer = '{}'`, 'invoices_issued_unchanged'],
      ['to go', `DELETE FROM invoices`, 'invoices_issued_stay'],
      [
        'another line',
        `UPDATE invoice_lines SET description = 'x'`,
        'invoice_lines_issued_unchanged',
      ],
      ['to lose a line', `DELETE FROM invoice_lines`, 'invoice_lines_issued_unchanged'],
      [
        'one line more',
        `INSERT INTO invoice_lines SELECT invoice_id, 2, description, quantity, unit_price_minor,
           tax_rate, net_minor, tax_minor FROM invoice_lines`,
        'invoice_lines_issued_unchanged',
      ],
      [
        'more paid than owed',
        `UPDATE invoices SET paid_minor = total_minor + 1`,
        'invoices_paid_and_credited_at_most_total',
      ],
      [
        'a status without money',
        `UPDATE invoices SET status = 'paid'`,
        'invoices_status_follows_money',
      ],
      ['being a draft again', `UPDATE invoices SET status = 'draft'`, 'invoices_issued_whole'],
      [
        'credit without a note',
        `UPDATE invoices SET credited_minor = 1`,
        'invoices_credits_add_up',
      ],
    ])('refuses %s', async (_what, sql, constraint) => {
      const before = await room.read(only);
      expect(await refused(room.rows(sql))).toBe(constraint);
      expect(await room.read(only)).toEqual(before);
    });
  });
});
