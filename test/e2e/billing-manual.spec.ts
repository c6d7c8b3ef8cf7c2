import { randomToken } from '../../src/common/index.js';
import { startApp, type TestApp } from '../support/app.js';
import { expectBooksToAgree } from '../support/books.js';
import { aManualDesk, type ManualDesk } from '../support/manual-desk.js';

/** A reported transfer from its submission to its end, and who may do what to it. */
describe('a manual payment', () => {
  let app: TestApp;
  let desk: ManualDesk;

  beforeAll(async () => {
    app = await startApp();
    desk = await aManualDesk(app);
  });
  afterAll(async () => {
    await expectBooksToAgree(app.database.dataSource);
    await app.close();
  });

  describe('is submitted', () => {
    it('with all that is known of the transfer, and masks where it came from', async () => {
      const payment = await desk.aPayment({
        value_date: '2026-01-22',
        payer_name: ' Asha Juma ',
        payer_account: '0150 9998 8877 7',
        amount: 2500,
        notes: 'first part',
      });
      expect(await desk.read(payment, desk.customer)).toMatchObject({
        amount: '2500.00',
        version: 2,
        status: 'pending_approval',
        manual: {
          claimed_amount: '2500.00',
          received_amount: null,
          value_date: '2026-01-22',
          requested_reference: expect.stringMatching(/^Invoice INV-/),
          destination: 'Malipo Demo Ltd, Demo Bank, 0150123456780',
          payer_name: 'Asha Juma',
          payer_account: '*********8777',
          notes: 'first part',
          submitted_by: 'customer@malipo.test',
          resubmission_of: null,
          reviews: [],
          proofs: [],
          reversals: null,
          possible_duplicates: null,
        },
      });
      expect(await desk.trail(payment)).toEqual([
        'payment.created',
        'transaction.recorded',
        'payment.pending_approval',
        'payment.transfer_reported',
      ]);
    });

    it('for what is due and not under way when no amount is named', async () => {
      const invoice = await desk.anInvoice('10000.00');
      await desk.submit(invoice, { amount: '4000.00' });
      const rest = await desk.submit(invoice);
      expect(await desk.read(rest)).toMatchObject({ amount: '6000.00' });
      expect(await desk.trySubmit(desk.submission(invoice))).toMatchObject({
        status: 409,
        body: { code: 'payable_has_open_attempt' },
      });
      const tooMuch = desk.submission(await desk.anInvoice('10000.00'), { amount: '10000.01' });
      expect(await desk.trySubmit(tooMuch)).toMatchObject({
        status: 400,
        body: { code: 'amount_exceeds_owed', errors: { amount: ['must be at most 10000.00'] } },
      });
    });

    it.each<[string, Record<string, unknown>]>([
      ['amount', { amount: '-5' }],
      ['amount', { amount: '1.001' }],
      ['amount', { amount: '999.99' }],
      ['value_date', { value_date: '2026-02-30' }],
      ['value_date', { value_date: '2999-01-01' }],
      ['reference', { reference: 'another' }],
      ['transaction_reference', { transaction_reference: '--' }],
      ['payment_method_id', { payment_method_id: 2 }],
      ['payment_method_id', { payment_method_id: 4 }],
      ['resubmission_of', { resubmission_of: 99_999 }],
      ['colour', { colour: 'blue' }],
    ])('not with a wrong %s: %j', async (field, more) => {
      const answer = await desk.trySubmit(desk.submission(await desk.anInvoice(), more));
      expect({ status: answer.status, named: Object.keys(Object(answer.body['errors'])) }).toEqual({
        status: 400,
        named: [field],
      });
    });

    it('once under one idempotency key, and says the same again', async () => {
      const body = desk.submission(await desk.anInvoice());
      const headers = { 'idempotency-key': randomToken() };
      const first = await desk.trySubmit(body, desk.customer, headers);
      const again = await desk.trySubmit(body, desk.customer, headers);
      expect(again).toMatchObject({ status: 201, body: first.body });
      expect(again.headers.get('idempotent-replayed')).toBe('true');
      const other = { ...body, notes: 'other' };
      expect(await desk.trySubmit(other, desk.customer, headers)).toMatchObject({ status: 422 });
    });

    it('by staff for a customer, whom nobody then needs to ask', async () => {
      const payment = await desk.submit(await desk.anInvoice(), {}, desk.staff);
      expect(await desk.read(payment, desk.customer)).toMatchObject({
        manual: { submitted_by: 'staff@malipo.test', proofs: null },
      });
      expect(await desk.approve(payment)).toMatchObject({
        status: 403,
        body: { code: 'own_payment' },
      });
      expect(await desk.approve(payment, { version: 2 }, desk.staff2)).toMatchObject({
        status: 200,
        body: { manual: { reviews: [{ decision: 'approved', by: 'staff2@malipo.test' }] } },
      });
    });

    it('not for a draft, a void or somebody else’s invoice', async () => {
      const outsider = await app.api.login('outsider');
      const invoice = await desk.anInvoice();
      const foreign = await desk.trySubmit(desk.submission(invoice), outsider);
      expect(foreign).toMatchObject({ status: 404, body: { code: 'invoice_not_found' } });
      await desk.expectStatus(
        200,
        desk.staff.post(`/api/v1/payments/invoices/${invoice}/void/`, { reason: 'wrong' }),
      );
      expect(await desk.trySubmit(desk.submission(invoice))).toMatchObject({
        status: 400,
        body: { code: 'nothing_owed' },
      });
    });
  });

  describe('is approved', () => {
    it('with what was received, also in parts, and credits that much', async () => {
      const invoice = await desk.anInvoice('10000.00');
      const before = await desk.credit();
      const payment = await desk.submit(invoice);
      const approved = await desk.approve(payment, {
        version: 2,
        received_amount: '7500.00',
        reason: 'line 18',
      });
      expect(approved).toMatchObject({
        status: 200,
        body: {
          status: 'completed',
          amount: '7500.00',
          manual: {
            claimed_amount: '10000.00',
            received_amount: '7500.00',
            reviews: [{ decision: 'approved', by: 'staff@malipo.test', version: 2 }],
          },
        },
      });
      expect(await desk.invoice(invoice)).toMatchObject({
        status: 'partially_paid',
        amount_paid: '7500.00',
        amount_due: '2500.00',
      });
      expect((await desk.credit()) - before).toBe(750_000n);
      expect(await desk.trail(payment)).toContain('payment.approved');
      expect(await desk.trail(payment)).toContain('payment.completed');
    });

    it('with more than is due: the rest is kept apart and credited to nobody', async () => {
      const invoice = await desk.anInvoice('10000.00');
      const before = await desk.credit();
      const payment = await desk.submit(invoice);
      await desk.expectStatus(
        200,
        desk.approve(payment, { version: 2, received_amount: '12000.00' }),
      );
      expect(await desk.invoice(invoice)).toMatchObject({ status: 'paid', amount_due: '0.00' });
      expect((await desk.credit()) - before).toBe(1_000_000n);
      expect(
        await desk.rows('SELECT applied_minor, excess_minor FROM payments WHERE id = $1', [
          payment,
        ]),
      ).toEqual([{ applied_minor: '1000000', excess_minor: '200000' }]);
    });

    it('once: another approval and a rejection are refused and change nothing', async () => {
      const payment = await desk.aPayment();
      await desk.expectStatus(200, desk.approve(payment));
      const after = await desk.read(payment);
      const version = Number(after['version']);
      expect(await desk.approve(payment)).toMatchObject({ status: 409 });
      expect(await desk.approve(payment, { version }, desk.admin)).toMatchObject({
        status: 409,
        body: { code: 'invalid_transition' },
      });
      expect(await desk.reject(payment, { version })).toMatchObject({ status: 409 });
      expect(await desk.revise(payment, { notes: 'late' })).toMatchObject({ status: 409 });
      expect(await desk.withdraw(payment)).toMatchObject({ status: 409 });
      expect(await desk.prove(payment)).toMatchObject({ status: 409 });
      expect(await desk.read(payment)).toEqual(after);
    });

    it('again under the same idempotency key without doing it twice', async () => {
      const payment = await desk.aPayment();
      const headers = { 'idempotency-key': randomToken() };
      const path = desk.path(payment, 'approve/');
      const first = await desk.staff.post(path, { version: 2 }, headers);
      const again = await desk.staff.post(path, { version: 2 }, headers);
      expect(first.status).toBe(200);
      expect(again).toMatchObject({ status: 200, body: first.body });
    });

    it('only on the version that was read, which is looked at before the state', async () => {
      const payment = await desk.aPayment();
      expect(await desk.approve(payment, { version: 1 })).toMatchObject({
        status: 409,
        body: { code: 'version_conflict' },
      });
      const missing = await desk.approve(payment, {});
      expect({ status: missing.status, named: missing.body['errors'] }).toMatchObject({
        status: 400,
        named: { version: expect.anything() },
      });
      await desk.expectStatus(200, desk.approve(payment));
      expect(await desk.approve(payment, { version: 2 }, desk.admin)).toMatchObject({
        status: 409,
        body: { code: 'version_conflict' },
      });
    });

    it('and submitted with nulls as if they were left out', async () => {
      const nothing = { amount: null, notes: null, payer_name: null, payment_method_id: null };
      const payment = await desk.aPayment({ ...nothing, reference: null, confirm_duplicate: null });
      expect(
        await desk.revise(payment, { ...nothing, payment_method_id: undefined }),
      ).toMatchObject({
        status: 200,
        body: { version: 2 },
      });
      const approval = { version: 2, received_amount: null, reason: null, confirm_duplicate: null };
      await desk.expectStatus(200, desk.approve(payment, approval));
    });

    it('not while it is no manual payment', async () => {
      const [booking] = await desk.rows<{ id: number }>(
        `SELECT id FROM payments WHERE payable_kind = 'order' AND account_id = 1 ORDER BY id LIMIT 1`,
      );
      expect(await desk.approve(Number(booking?.id), { version: 1 })).toMatchObject({
        status: 409,
        body: { code: 'not_manual' },
      });
      expect(await desk.read(Number(booking?.id))).toMatchObject({ manual: null });
    });
  });

  describe('is rejected', () => {
    it('with a reason, leaving the invoice and the credit as they were', async () => {
      const invoice = await desk.anInvoice();
      const before = await desk.credit();
      const payment = await desk.submit(invoice);
      const rejected = await desk.reject(payment, {
        reason: 'No such transfer',
        reason_code: 'not_received',
      });
      expect(rejected).toMatchObject({
        status: 200,
        body: {
          status: 'failed',
          failure_reason: 'No such transfer',
          processed_at: expect.any(String),
          manual: { reviews: [{ decision: 'rejected', reason_code: 'not_received' }] },
        },
      });
      expect(await desk.read(payment, desk.customer)).toMatchObject({
        manual: { reviews: [{ decision: 'rejected', reason: 'No such transfer', by: null }] },
      });
      expect(await desk.invoice(invoice)).toMatchObject({ status: 'issued', amount_paid: '0.00' });
      expect(await desk.credit()).toBe(before);
    });

    it('never without one', async () => {
      const payment = await desk.aPayment();
      for (const reason of [undefined, '', '  ']) {
        const answer = await desk.reject(payment, { reason });
        expect(answer).toMatchObject({
          status: 400,
          body: { errors: { reason: expect.anything() } },
        });
      }
    });

    it('and submitted again as a new payment that knows the old one', async () => {
      const invoice = await desk.anInvoice();
      const reference = `FT-${randomToken(6)}`;
      const old = await desk.submit(invoice, { transaction_reference: reference });
      await desk.expectStatus(200, desk.reject(old));
      const again = { transaction_reference: reference, resubmission_of: old };
      const next = await desk.submit(invoice, again);
      expect(await desk.manualOf(next)).toMatchObject({
        resubmission_of: old,
        possible_duplicates: [],
      });
      expect(await desk.manualOf(old)).toMatchObject({ resubmitted_as: next });
      expect(await desk.read(old)).toMatchObject({ status: 'failed' });
      expect(await desk.trySubmit(desk.submission(invoice, { ...again, amount: 1 }))).toMatchObject(
        {
          status: 409,
        },
      );
      await desk.expectStatus(200, desk.reject(next));
      expect(await desk.trySubmit(desk.submission(invoice, again))).toMatchObject({
        status: 409,
        body: { code: 'already_resubmitted' },
      });
      await desk.expectStatus(
        200,
        desk.approve(await desk.submit(invoice, { ...again, resubmission_of: next })),
      );
    });
  });

  describe('is corrected by its submitter', () => {
    it('which makes a new version that is decided on', async () => {
      const payment = await desk.aPayment({ value_date: '2026-01-20' });
      const revised = await desk.revise(payment, {
        amount: '9000.00',
        transaction_reference: `FT-${randomToken(6)}-b`,
        value_date: null,
        payer_name: 'Baraka',
        notes: 'typo',
        version: 2,
      });
      expect(revised).toMatchObject({
        status: 200,
        body: {
          version: 3,
          amount: '9000.00',
          transaction_reference: expect.stringMatching(/-b$/),
          manual: {
            claimed_amount: '9000.00',
            value_date: null,
            payer_name: 'Baraka',
            notes: 'typo',
          },
        },
      });
      expect(await desk.approve(payment, { version: 2 })).toMatchObject({ status: 409 });
      await desk.expectStatus(200, desk.approve(payment, { version: 3 }));
      expect(await desk.trail(payment)).toContain('payment.transfer_corrected');
    });

    it('not when nothing changes, for a stale version, or for more than is due', async () => {
      const payment = await desk.aPayment({ notes: 'same' });
      expect(await desk.revise(payment, { notes: 'same' })).toMatchObject({ body: { version: 2 } });
      expect(await desk.revise(payment, { notes: 'x', version: 1 })).toMatchObject({
        status: 409,
        body: { code: 'version_conflict' },
      });
      expect(await desk.revise(payment, { amount: '10000.01' })).toMatchObject({ status: 400 });
      expect(await desk.read(payment)).toMatchObject({ version: 2, amount: '10000.00' });
    });

    it('and by nobody else', async () => {
      const payment = await desk.aPayment();
      for (const by of [desk.staff, desk.admin]) {
        expect(await desk.revise(payment, { notes: 'x' }, by)).toMatchObject({
          status: 403,
          body: { code: 'not_submitter' },
        });
        expect(await desk.withdraw(payment, {}, by)).toMatchObject({ status: 403 });
      }
    });
  });

  it('is withdrawn by its submitter and frees the invoice', async () => {
    const invoice = await desk.anInvoice();
    const payment = await desk.submit(invoice);
    expect(await desk.withdraw(payment, { version: 1 })).toMatchObject({ status: 409 });
    expect(await desk.withdraw(payment)).toMatchObject({
      status: 200,
      body: { status: 'cancelled', manual: { reviews: [{ decision: 'withdrawn' }] } },
    });
    expect(await desk.withdraw(payment)).toMatchObject({ status: 200 });
    expect(await desk.approve(payment, { version: 3 })).toMatchObject({ status: 409 });
    await desk.expectStatus(200, desk.approve(await desk.submit(invoice)));
  });
});
