import type { Api } from '../support/api.js';
import { expectBooksToAgree } from '../support/books.js';
import {
  type ExpenseAnswer,
  expenseBody,
  EXPENSES,
  LARGE,
  openExpenseRoom,
  PDF_BYTES,
  receiptForm,
  type ExpenseRoom,
} from '../support/expense-room.js';

describe('expenses', () => {
  let room: ExpenseRoom;

  beforeAll(async () => {
    room = await openExpenseRoom();
  });
  afterAll(() => room.close());

  const count = async (): Promise<unknown> => (await room.staff.get(EXPENSES)).body['count'];
  const act = (api: Api, id: number, name: string, body: unknown = {}) =>
    api.post<ExpenseAnswer & { code?: string; error?: string }>(`${EXPENSES}${id}/${name}/`, body);

  describe('above the limit', () => {
    it('wait for a second person, at it and below they do not', async () => {
      expect(await room.make({ amount: '1000000.00' })).toMatchObject({
        status: 'approved',
        needs_approval: false,
        decided_by: null,
      });
      expect(await room.make({ amount: LARGE })).toMatchObject({
        status: 'pending',
        version: 1,
        needs_approval: true,
      });
      expect(await room.make({ amount: '1000000.01', currency: 'USD' })).toMatchObject({
        status: 'pending',
      });
      expect(await room.make({ amount: '500.00', currency: 'USD' })).toMatchObject({
        status: 'approved',
      });
    });

    it('are approved by none who wrote, changed or submitted them', async () => {
      const draft = await room.make({ amount: LARGE, status: 'draft' });
      await room.staff2.send('PATCH', `${EXPENSES}${draft.id}/`, { notes: 'by staff2' });
      const { body } = await act(room.admin, draft.id, 'submit');
      expect(body).toMatchObject({ status: 'pending' });
      for (const api of [room.staff, room.staff2, room.admin]) {
        const decision = { version: body.version };
        const refused = { status: 403, body: { code: 'second_person_required' } };
        expect(await act(api, draft.id, 'approve', decision)).toMatchObject(refused);
        const reject = await act(api, draft.id, 'reject', { ...decision, reason: 'mine' });
        expect(reject).toMatchObject(refused);
      }
      expect((await room.read(draft.id)).status).toBe('pending');
    });

    it('are approved in the version that was read, by one of two at once', async () => {
      const pending = await room.make({ amount: LARGE }, room.owner);
      const changed = await room.owner.send<ExpenseAnswer>('PATCH', `${EXPENSES}${pending.id}/`, {
        amount: '9000000.00',
      });
      expect(changed.body).toMatchObject({ status: 'pending', amount: '9000000.00' });
      const stale = await act(room.staff, pending.id, 'approve', { version: pending.version });
      expect(stale).toMatchObject({ status: 409, body: { code: 'version_conflict' } });
      const { version } = changed.body;
      const both = await Promise.all([
        act(room.staff, pending.id, 'approve', { version }),
        act(room.staff2, pending.id, 'approve', { version }),
        act(room.admin, pending.id, 'reject', { version, reason: 'too dear' }),
      ]);
      expect(both.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409, 409]);
      const trail = await room.trail(pending.id);
      expect(trail.slice(0, 3)).toEqual([
        'expense.created',
        'expense.submitted',
        'expense.changed',
      ]);
      expect(trail).toHaveLength(4);
      expect(['expense.approved', 'expense.rejected']).toContain(trail[3]);
    });

    it('stay as they were approved', async () => {
      const pending = await room.make({ amount: LARGE });
      const { body } = await act(room.staff2, pending.id, 'approve', { version: pending.version });
      expect(body).toMatchObject({ status: 'approved', decided_by: 'Zawadi Lema' });
      const patch = await room.staff.send('PATCH', `${EXPENSES}${pending.id}/`, { amount: '1.00' });
      expect(patch).toMatchObject({ status: 409, body: { code: 'expense_approved' } });
      const again = await act(room.admin, pending.id, 'reject', {
        version: body.version,
        reason: 'late',
      });
      expect(again).toMatchObject({ status: 409, body: { code: 'expense_approved' } });
    });

    it('are approved at once when they are changed to stay within it', async () => {
      const pending = await room.make({ amount: LARGE });
      const { body } = await room.staff.send('PATCH', `${EXPENSES}${pending.id}/`, {
        amount: '10.00',
      });
      expect(body).toMatchObject({ status: 'approved', amount: '10.00', needs_approval: false });
    });

    it('are rejected for good', async () => {
      const pending = await room.make({ amount: LARGE });
      const { body } = await act(room.staff2, pending.id, 'reject', {
        version: pending.version,
        reason: 'never ordered',
      });
      expect(body).toMatchObject({ status: 'rejected', rejection_reason: 'never ordered' });
      expect((await act(room.staff, pending.id, 'void', { reason: 'x' })).status).toBe(409);
      expect((await act(room.staff, pending.id, 'pay', { paid_from: 'advance' })).status).toBe(409);
    });
  });

  describe('and their money', () => {
    it('is owed to whoever advanced it, from the approval on, until it is voided', async () => {
      const small = await room.make({ paid_from: 'advance' }, room.owner);
      expect(small).toMatchObject({ status: 'paid', paid_from: 'advance', paid_by: 'John Doe' });
      const large = await room.make({ amount: LARGE, paid_from: 'advance' }, room.owner);
      expect(large).toMatchObject({ status: 'pending', paid_at: null });
      await expectBooksToAgree(room.app.database.dataSource);
      const approved = await act(room.admin, large.id, 'approve', { version: large.version });
      expect(approved.body).toMatchObject({ status: 'paid', paid_from: 'advance' });
      await expectBooksToAgree(room.app.database.dataSource);
      const voided = await act(room.admin, large.id, 'void', { reason: 'bought twice' });
      expect(voided.body).toMatchObject({ status: 'void', void_reason: 'bought twice' });
      await expectBooksToAgree(room.app.database.dataSource);
      expect(await room.trail(large.id)).toEqual([
        'expense.created',
        'expense.submitted',
        'expense.approved',
        'expense.paid',
        'expense.voided',
      ]);
    });

    it('is paid once, by one of many at once', async () => {
      const { id } = await room.make();
      const pays = await Promise.all(
        [room.staff, room.staff2, room.admin].map((api) =>
          act(api, id, 'pay', { paid_from: 'advance' }),
        ),
      );
      expect(pays.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409, 409]);
      await expectBooksToAgree(room.app.database.dataSource);
    });

    it('needs to come from somewhere', async () => {
      const { id } = await room.make();
      const { status, body } = await act(room.staff, id, 'pay');
      expect({ status, body }).toMatchObject({ status: 400, body: { errors: { paid_from: {} } } });
      const cashier = await act(room.cashier, id, 'pay', { paid_from: 'advance' });
      expect(cashier.status).toBe(403);
    });

    it('comes from a drawer only while its session is open, else nothing happens', async () => {
      const before = await count();
      const made = await room.staff.post(EXPENSES, expenseBody({ paid_from: 'cash_drawer' }));
      expect(made).toMatchObject({ status: 409, body: { code: 'no_open_drawer_session' } });
      expect(await count()).toBe(before);
      // The owner has no drawer: a cashier pays it later.
      const later = await room.make({ paid_from: 'cash_drawer' }, room.owner);
      expect(later.status).toBe('approved');
      const paid = await act(room.cashier, later.id, 'pay');
      expect(paid).toMatchObject({ status: 409, body: { code: 'no_open_drawer_session' } });
      expect((await room.read(later.id)).status).toBe('approved');
      await expectBooksToAgree(room.app.database.dataSource);
    });
  });

  describe('paid in cash', () => {
    /** What lies in drawer 1, in TZS, by the books. */
    const inDrawer = async (): Promise<string> => {
      const rows: { minor: string }[] = await room.app.database.dataSource.query(
        `SELECT coalesce(sum(p.amount_minor), 0)::text AS minor FROM ledger_postings p
         JOIN ledger_accounts a ON a.id = p.ledger_account_id
         WHERE a.account_id = 1 AND a.code = 'drawer:1' AND a.currency = 'TZS'`,
      );
      return String(rows[0]?.minor);
    };

    beforeAll(async () => {
      const { status } = await room.cashier.post('/api/v1/cash-drawers/sessions/', {
        drawer: 1,
        opening: [{ currency: 'TZS', amount: '100000.00' }],
      });
      if (status !== 201) throw new Error(`the drawer's session was not opened: ${status}`);
    });

    it('come out of the drawer of whoever pays, and cannot be voided', async () => {
      const { id } = await room.make({ paid_from: 'cash_drawer' }, room.owner);
      const key = { 'idempotency-key': `pay-expense-${id}` };
      const pay = () => room.cashier.post<ExpenseAnswer>(`${EXPENSES}${id}/pay/`, {}, key);
      const { body } = await pay();
      expect(body).toMatchObject({
        status: 'paid',
        paid_from: 'cash_drawer',
        paid_by: 'Neema Kessy',
      });
      expect((await pay()).body).toEqual(body);
      expect(await inDrawer()).toBe('5500000');
      const voided = await act(room.admin, id, 'void', { reason: 'twice' });
      expect(voided).toMatchObject({ status: 409, body: { code: 'expense_paid_in_cash' } });
      await expectBooksToAgree(room.app.database.dataSource);
    });

    it('are made and paid once, also when the answers of the first calls were lost', async () => {
      const { dataSource } = room.app.database;
      const loseAnswers = () =>
        dataSource.query(
          `UPDATE idempotency_claims SET status = NULL, body = NULL,
             locked_until = now() - interval '1 second' WHERE key LIKE 'lost-%'`,
        );
      const make = () =>
        room.staff.post<ExpenseAnswer>(EXPENSES, expenseBody(), { 'idempotency-key': 'lost-1' });
      const made = await make();
      await loseAnswers();
      const madeAgain = await make();
      expect(madeAgain.headers.get('idempotent-replayed')).toBeNull();
      expect(madeAgain.body).toEqual(made.body);
      const { id, version } = made.body;
      const before = BigInt(await inDrawer());
      const pay = () =>
        room.cashier.post<ExpenseAnswer>(
          `${EXPENSES}${id}/pay/`,
          { paid_from: 'cash_drawer', version },
          { 'idempotency-key': 'lost-2' },
        );
      const paid = await pay();
      await loseAnswers();
      const paidAgain = await pay();
      expect(paidAgain.headers.get('idempotent-replayed')).toBeNull();
      expect(paidAgain).toMatchObject({ status: 200, body: paid.body });
      expect(BigInt(await inDrawer())).toBe(before - 4_500_000n);
      await expectBooksToAgree(dataSource);
    });

    it('are one payment, however many pay at once', async () => {
      const before = BigInt(await inDrawer());
      const { id } = await room.make({ amount: '1000.00' });
      const pays = await Promise.all(
        Array.from({ length: 5 }, () => act(room.cashier, id, 'pay', { paid_from: 'cash_drawer' })),
      );
      expect(pays.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([
        200, 409, 409, 409, 409,
      ]);
      expect(BigInt(await inDrawer())).toBe(before - 100_000n);
      await expectBooksToAgree(room.app.database.dataSource);
    });

    it('are no more than lies in the drawer', async () => {
      const before = await inDrawer();
      const { id } = await room.make({ amount: '900000.00' });
      const refused = await act(room.cashier, id, 'pay', { paid_from: 'cash_drawer' });
      expect(refused).toMatchObject({ status: 409, body: { code: 'not_enough_cash' } });
      expect(await room.read(id)).toMatchObject({ status: 'approved', paid_from: null });
      expect(await inDrawer()).toBe(before);
      await expectBooksToAgree(room.app.database.dataSource);
    });
  });

  describe('and their receipts', () => {
    it('are kept and handed out as they were', async () => {
      const { id, version } = await room.make({ amount: LARGE }, room.owner);
      const { status, body } = await room.owner.send<ExpenseAnswer>(
        'POST',
        `${EXPENSES}${id}/receipt/`,
        receiptForm(),
      );
      expect({ status, body }).toMatchObject({
        status: 201,
        body: {
          version: version + 1,
          receipt: {
            filename: 'bill.pdf',
            media_type: 'application/pdf',
            size: PDF_BYTES.length,
            url: `${room.app.url}${EXPENSES}${id}/receipt/`,
          },
        },
      });
      const file = await room.cashier.get(`${EXPENSES}${id}/receipt/`);
      expect(file.status).toBe(200);
      expect(file.headers.get('content-type')).toBe('application/pdf');
      expect(file.headers.get('content-disposition')).toContain('attachment; filename="bill.pdf"');
      expect(file.headers.get('x-content-type-options')).toBe('nosniff');
      expect(file.body['text']).toBe(PDF_BYTES);
    });

    it('are replaced until somebody decides, and only added afterwards', async () => {
      const upload = (id: number, name: string) =>
        room.staff.send('POST', `${EXPENSES}${id}/receipt/`, receiptForm(PDF_BYTES, name));
      const pending = await room.make({ amount: LARGE });
      await upload(pending.id, 'a.pdf');
      const { body } = await upload(pending.id, 'b.pdf');
      expect(body).toMatchObject({ receipt: { filename: 'b.pdf' } });
      await act(room.staff2, pending.id, 'approve', { version: body['version'] });
      expect(await upload(pending.id, 'c.pdf')).toMatchObject({
        status: 409,
        body: { code: 'receipt_exists' },
      });
      const bare = await room.make();
      expect((await upload(bare.id, 'late.pdf')).status).toBe(201);
      expect((await upload(bare.id, 'later.pdf')).status).toBe(409);
    });

    it('are what they claim to be, and there', async () => {
      const { id } = await room.make({ status: 'draft' });
      const html = await room.staff.send(
        'POST',
        `${EXPENSES}${id}/receipt/`,
        receiptForm('<script>alert(1)</script>'),
      );
      expect({ status: html.status, errors: html.body['errors'] }).toMatchObject({
        status: 400,
        errors: { file: {} },
      });
      const none = await room.staff.get(`${EXPENSES}${id}/receipt/`);
      expect(none).toMatchObject({ status: 404, body: { code: 'receipt_not_found' } });
    });
  });
});
