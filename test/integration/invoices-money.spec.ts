import { array, asyncProperty, assert, constantFrom, integer, tuple } from 'fast-check';
import { newUuid } from '../../src/common/index.js';
import type { CreateCreditNoteDto } from '../../src/invoices/api/invoice-drafts.dto.js';
import type { InvoiceRow } from '../../src/invoices/index.js';
import { anInvoiceRoom, codeOf, type InvoiceRoom } from '../support/invoice-room.js';

/** An invoice over 118.00: what payments and credit notes do to what is owed. */
describe('what is owed for an invoice', () => {
  let room: InvoiceRoom;
  let invoice: InvoiceRow;
  let payment: number;
  beforeEach(async () => {
    room = await anInvoiceRoom();
    invoice = await room.issued();
    payment = await room.aPayment(invoice);
  });
  afterEach(() => room.database.drop());

  const credit = (wanted: Partial<CreateCreditNoteDto> = {}, claimId: string | null = null) =>
    room.notes.create(room.staff, { id: invoice.id }, { reason: 'Spoilt', ...wanted }, claimId);
  const line = (unit_price: string, tax_rate = '0') => ({
    lines: [{ description: 'Wine', quantity: '1', unit_price, tax_rate }],
  });
  const state = async (): Promise<Record<string, unknown>> => {
    const row = await room.read(invoice.id);
    const payable = await room.payable.find({ id: invoice.id });
    return {
      status: row.status,
      paid: Number(row.paid_minor),
      credited: Number(row.credited_minor),
      owed: Number(payable?.owedMinor),
    };
  };
  const balance = async (): Promise<number> => {
    const [row] = await room.rows<{ balance_minor: string }>(
      'SELECT balance_minor FROM credit_accounts WHERE customer_id = 1',
    );
    return Number(row?.balance_minor ?? 0);
  };

  describe('payments', () => {
    it('pay in parts, never too much, and credit the customer', async () => {
      expect(await room.move(invoice, payment, 4_000)).toBe(4_000n);
      expect(await state()).toEqual({
        status: 'partially_paid',
        paid: 4_000,
        credited: 0,
        owed: 7_800,
      });
      expect(await room.move(invoice, payment, 10_000)).toBe(7_800n);
      expect(await state()).toEqual({ status: 'paid', paid: 11_800, credited: 0, owed: 0 });
      expect(await room.move(invoice, payment, 100)).toBe(0n);
      expect(await balance()).toBe(11_800);
    });

    it('go back in parts and take the credit back', async () => {
      await room.move(invoice, payment, 11_800);
      await room.move(invoice, payment, -1_800);
      expect(await state()).toEqual({
        status: 'partially_paid',
        paid: 10_000,
        credited: 0,
        owed: 1_800,
      });
      await room.move(invoice, payment, -10_000);
      expect(await state()).toEqual({ status: 'issued', paid: 0, credited: 0, owed: 11_800 });
      expect(await balance()).toBe(0);
      await expect(room.move(invoice, payment, -1)).rejects.toThrow('cannot give back');
    });

    it('share what is owed when they arrive at once', async () => {
      const applied = await Promise.all(
        Array.from({ length: 12 }, () => room.move(invoice, payment, 1_000)),
      );
      expect(applied.reduce((sum, one) => sum + one, 0n)).toBe(11_800n);
      expect(await state()).toEqual({ status: 'paid', paid: 11_800, credited: 0, owed: 0 });
      expect(await balance()).toBe(11_800);
    });

    it('tell the trail', async () => {
      await room.move(invoice, payment, 11_800);
      await room.move(invoice, payment, -11_800);
      const trail = await room.rows(
        `SELECT action, payment_id, changes FROM audit_entries
         WHERE object_type = 'invoice' AND payment_id IS NOT NULL ORDER BY id`,
      );
      expect(trail).toMatchObject([
        {
          action: 'invoice.paid',
          payment_id: payment,
          changes: { amount_paid: ['0.00', '118.00'] },
        },
        { action: 'invoice.payment_reversed', changes: { amount_paid: ['118.00', '0.00'] } },
      ]);
    });
  });

  describe('void', () => {
    const voided = () => room.issuing.void(room.staff, { id: invoice.id }, 'Wrong company');

    it('ends what is owed and takes nothing more, but keeps its number', async () => {
      expect(await voided()).toMatchObject({ status: 'void', void_reason: 'Wrong company' });
      expect(await state()).toMatchObject({ owed: 0 });
      expect(await room.move(invoice, payment, 11_800)).toBe(0n);
      expect(await codeOf(voided())).toBe('invoice_void');
      expect((await room.issued()).number).not.toBe(invoice.number);
    });

    it('is no way out of what is paid or credited, or of a draft', async () => {
      await room.move(invoice, payment, 100);
      expect(await codeOf(voided())).toBe('invoice_has_payments');
      await room.move(invoice, payment, -100);
      await credit(line('10.00'));
      expect(await codeOf(voided())).toBe('invoice_has_credit_notes');
      const draft = await room.drafts.create(
        room.staff,
        { customer_name: 'P', currency: 'TZS', ...line('1.00') },
        null,
      );
      const early = room.issuing.void(room.staff, { id: draft.id }, 'x');
      expect(await codeOf(early)).toBe('invoice_not_issued');
    });

    it('loses or wins whole against a payment at the same time', async () => {
      const [settled, ended] = await Promise.allSettled([
        room.move(invoice, payment, 11_800),
        voided(),
      ]);
      const { status } = await room.read(invoice.id);
      const expected = ended.status === 'fulfilled' ? ['void', 0n] : ['paid', 11_800n];
      expect([status, settled]).toEqual([expected[0], { status: 'fulfilled', value: expected[1] }]);
    });
  });

  describe('credit notes', () => {
    it('take off what is owed, numbered by themselves', async () => {
      const note = await credit(line('10.00', '18'));
      const year = note.issued_at.getUTCFullYear();
      expect(note).toMatchObject({
        number: `CN-${year}-000001`,
        invoice_number: invoice.number,
        subtotal_minor: '1000',
        tax_minor: '180',
        total_minor: '1180',
        lines: [{ description: 'Wine', tax_rate: '18' }],
      });
      expect(await state()).toEqual({ status: 'issued', paid: 0, credited: 1_180, owed: 10_620 });
      expect((await credit(line('1.00'))).number).toBe(`CN-${year}-000002`);
      expect(await room.move(invoice, payment, 11_800)).toBe(10_520n);
      expect(await state()).toEqual({ status: 'paid', paid: 10_520, credited: 1_280, owed: 0 });
    });

    it('void an invoice that they credit in full', async () => {
      const note = await credit();
      expect(note).toMatchObject({ total_minor: '11800', lines: [{ description: 'Dinner' }] });
      expect(await room.read(invoice.id)).toMatchObject({
        status: 'void',
        void_reason: `Credited in full by ${note.number}`,
        credit_notes: [{ number: note.number, total_minor: '11800' }],
      });
      expect(await room.move(invoice, payment, 11_800)).toBe(0n);
      expect(await codeOf(credit())).toBe('invoice_void');
    });

    it('settle an invoice that is paid in part', async () => {
      await room.move(invoice, payment, 10_000);
      expect(await codeOf(credit())).toBe('credit_lines_needed');
      await credit(line('18.00'));
      expect(await state()).toEqual({ status: 'paid', paid: 10_000, credited: 1_800, owed: 0 });
      // Refunded, it is owed again, and can be credited then.
      await room.move(invoice, payment, -10_000);
      expect(await state()).toEqual({ status: 'issued', paid: 0, credited: 1_800, owed: 10_000 });
      await credit(line('100.00'));
      expect(await state()).toEqual({ status: 'void', paid: 0, credited: 11_800, owed: 0 });
    });

    it('never come to more than is owed', async () => {
      await room.move(invoice, payment, 11_000);
      expect(await codeOf(credit(line('8.01')))).toBe('credit_exceeds_owed');
      await room.move(invoice, payment, 800);
      expect(await codeOf(credit(line('0.01')))).toBe('nothing_to_credit');
    });

    it('cannot together come to more than is owed', async () => {
      const notes = await Promise.allSettled(
        Array.from({ length: 6 }, () => credit(line('30.00'))),
      );
      expect(notes.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
      expect(await state()).toEqual({ status: 'issued', paid: 0, credited: 9_000, owed: 2_800 });
      // Those that were refused burnt no number.
      expect((await credit(line('1.00'))).number).toMatch(/-000004$/);
    });

    it('are made once per claim', async () => {
      const claim = newUuid();
      const first = await credit(line('10.00'), claim);
      expect((await credit(line('10.00'), claim)).id).toBe(first.id);
      expect(await state()).toMatchObject({ credited: 1_000 });
    });

    it('are of issued invoices', async () => {
      const draft = await room.drafts.create(
        room.staff,
        { customer_name: 'P', currency: 'TZS', ...line('1.00') },
        null,
      );
      const early = room.notes.create(room.staff, { id: draft.id }, { reason: 'x' }, null);
      expect(await codeOf(early)).toBe('invoice_not_issued');
    });

    it('do not change, and say what their invoice says', async () => {
      const note = await credit(line('10.00'));
      for (const sql of [
        `UPDATE credit_notes SET reason = 'x'`,
        'DELETE FROM credit_notes',
        'UPDATE credit_note_lines SET position = 2',
      ]) {
        await expect(room.rows(sql)).rejects.toThrow(/permission denied|append-only/);
        await expect(room.database.asOwner(sql)).rejects.toThrow(/append-only/);
      }
      const more = room.rows(
        `INSERT INTO credit_note_lines SELECT credit_note_id, 2, description, quantity,
           unit_price_minor, tax_rate, net_minor, tax_minor FROM credit_note_lines`,
      );
      await expect(more).rejects.toMatchObject({ constraint: 'credit_notes_lines_add_up' });
      const undone = room.rows('UPDATE invoices SET credited_minor = 0 WHERE id = $1', [
        invoice.id,
      ]);
      await expect(undone).rejects.toMatchObject({ constraint: 'invoices_credits_add_up' });
      expect((await room.read(invoice.id)).credit_notes).toMatchObject([{ number: note.number }]);
    });
  });

  it('follows a model of three numbers, whatever happens in whatever order', async () => {
    const script = array(tuple(constantFrom(...ACTS), integer({ min: 1, max: 9_000 })), {
      minLength: 1,
      maxLength: 12,
    });
    const refused = (): null => null;
    const perform = (act: Act, amount: number): Promise<number | null> => {
      if (act === 'settle') return room.move(invoice, payment, amount).then(Number);
      if (act === 'reverse') return room.move(invoice, payment, -amount).then(Number, refused);
      if (act === 'void') {
        const voided = room.issuing.void(room.staff, { id: invoice.id }, 'Twice');
        return voided.then(() => 0, refused);
      }
      const price = `${Math.floor(amount / 100)}.${String(amount % 100).padStart(2, '0')}`;
      return credit(line(price)).then(() => amount, refused);
    };
    await assert(
      asyncProperty(script, async (acts) => {
        invoice = await room.issued();
        payment = await room.aPayment(invoice);
        let model: Model = { paid: 0, credited: 0, isVoid: false };
        for (const [act, amount] of acts) {
          const [next, moved] = expected(model, act, amount);
          model = next;
          expect({ act, amount, moved: await perform(act, amount) }).toEqual({
            act,
            amount,
            moved,
          });
          expect(await state()).toEqual(shown(model));
        }
      }),
      { numRuns: 25 },
    );
    const [books] = await room.rows<{ paid: string; credit: string }>(
      `SELECT (SELECT sum(paid_minor) FROM invoices)::text AS paid,
         (SELECT coalesce(sum(balance_minor), 0) FROM credit_accounts)::text AS credit`,
    );
    expect(books?.credit).toBe(books?.paid);
  });
});

const ACTS = ['settle', 'reverse', 'credit', 'void'] as const;
type Act = (typeof ACTS)[number];
interface Model {
  paid: number;
  credited: number;
  isVoid: boolean;
}
const TOTAL = 11_800;

const owedOf = ({ paid, credited, isVoid }: Model): number =>
  isVoid ? 0 : TOTAL - paid - credited;

/** What an act makes of the model and how much it moves; null when it is refused. */
function expected(model: Model, act: Act, amount: number): [Model, number | null] {
  const owed = owedOf(model);
  const { paid, credited, isVoid } = model;
  const taken = Math.min(amount, owed);
  const all = credited + amount === TOTAL;
  const refused: [Model, null] = [model, null];
  const outcomes: Record<Act, [Model, number | null]> = {
    settle: [{ ...model, paid: paid + taken }, taken],
    reverse: amount > paid ? refused : [{ ...model, paid: paid - amount }, -amount],
    credit:
      isVoid || amount > owed
        ? refused
        : [{ paid, credited: credited + amount, isVoid: all }, amount],
    void: isVoid || paid > 0 || credited > 0 ? refused : [{ ...model, isVoid: true }, 0],
  };
  return outcomes[act];
}

function shown(model: Model): Record<string, unknown> {
  const { paid, credited, isVoid } = model;
  const owed = owedOf(model);
  const open = paid > 0 ? 'partially_paid' : 'issued';
  const byMoney = owed > 0 ? open : 'paid';
  return { status: isVoid ? 'void' : byMoney, paid, credited, owed };
}
