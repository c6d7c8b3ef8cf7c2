import { startApp, type TestApp } from '../support/app.js';
import { expectBooksToAgree } from '../support/books.js';
import { aManualDesk, type ManualDesk } from '../support/manual-desk.js';

/** Approved transfers that the bank recalled, taken back by two people. */
describe('a reversal', () => {
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

  const approved = async (invoice: number): Promise<number> => {
    const payment = await desk.submit(invoice);
    await desk.expectStatus(200, desk.approve(payment));
    return payment;
  };
  const propose = (payment: number, body: Record<string, unknown> = {}, by = desk.staff) =>
    by.post(desk.path(payment, 'reverse/'), { reason: 'recalled by the bank', ...body });
  const confirm = (id: unknown, by = desk.staff2) =>
    by.post(`/api/v1/billing/reversals/${String(id)}/confirm/`);
  const decline = (id: unknown, by = desk.staff2, body?: unknown) =>
    by.post(`/api/v1/billing/reversals/${String(id)}/decline/`, body);

  it('moves nothing until a second person confirms it', async () => {
    const invoice = await desk.anInvoice();
    const before = await desk.credit();
    const payment = await approved(invoice);
    const proposal = await desk.expectStatus(200, propose(payment));
    expect(proposal).toMatchObject({
      payment_id: payment,
      status: 'proposed',
      amount: '10000.00',
      currency: 'TZS',
      reason: 'recalled by the bank',
      proposed_by: 'staff@malipo.test',
      decided_by: null,
      decided_at: null,
    });
    expect(await desk.read(payment)).toMatchObject({ status: 'completed' });
    expect(await confirm(proposal['id'], desk.staff)).toMatchObject({
      status: 403,
      body: { code: 'own_reversal' },
    });
    expect(await desk.invoice(invoice)).toMatchObject({ status: 'paid' });

    expect(await confirm(proposal['id'])).toMatchObject({
      status: 200,
      body: { status: 'confirmed', decided_by: 'staff2@malipo.test' },
    });
    expect(await desk.read(payment)).toMatchObject({
      status: 'refunded',
      manual: { reversals: [{ status: 'confirmed' }] },
    });
    expect(await desk.invoice(invoice)).toMatchObject({ status: 'issued', amount_due: '10000.00' });
    expect(await desk.credit()).toBe(before);
    expect(await desk.trail(payment)).toEqual(
      expect.arrayContaining([
        'payment.reversal_proposed',
        'payment.reversal_confirmed',
        'payment.reversed',
        'credit.taken_back',
      ]),
    );
    expect(await confirm(proposal['id'], desk.admin)).toMatchObject({
      status: 409,
      body: { code: 'reversal_decided' },
    });
    expect(await propose(payment)).toMatchObject({ status: 409 });
    // The invoice is owed and may be paid again.
    await desk.expectStatus(200, desk.approve(await desk.submit(invoice)));
  });

  it('takes back what a received excess left over as well', async () => {
    const invoice = await desk.anInvoice();
    const payment = await desk.submit(invoice);
    const received = { version: 2, received_amount: '11000.00' };
    await desk.expectStatus(200, desk.approve(payment, received));
    const proposal = await desk.expectStatus(200, propose(payment));
    expect(proposal).toMatchObject({ amount: '11000.00' });
    await desk.expectStatus(200, confirm(proposal['id']));
    expect(
      await desk.rows(
        'SELECT applied_minor, excess_minor, refunded_minor FROM payments WHERE id = $1',
        [payment],
      ),
    ).toEqual([{ applied_minor: '0', excess_minor: '0', refunded_minor: '1100000' }]);
  });

  it('leaves alone what was moved elsewhere', async () => {
    const payment = await desk.submit(await desk.anInvoice());
    const received = { version: 2, received_amount: '11000.00' };
    await desk.expectStatus(200, desk.approve(payment, received));
    const unallocated = '/api/v1/payments/unallocated/';
    const { results } = await desk.expectStatus(200, desk.staff.get(`${unallocated}?kind=excess`));
    const receipt = (results as { id: number; payment: number }[]).find(
      (row) => row.payment === payment,
    );
    const kept = await desk.expectStatus(
      201,
      desk.staff.post(`${unallocated}${receipt?.id}/credit/`, { reason: 'keep it' }),
    );
    expect(kept).toMatchObject({ status: 'done', amount: '1000.00' });
    const proposal = await desk.expectStatus(200, propose(payment));
    expect(proposal).toMatchObject({ amount: '10000.00' });
    await desk.expectStatus(200, confirm(proposal['id']));
    expect(await desk.read(payment)).toMatchObject({ status: 'partially_refunded' });
    expect(await propose(payment)).toMatchObject({ status: 409 });
  });

  it('is declined, also by whoever proposed it, and may be proposed anew', async () => {
    const payment = await approved(await desk.anInvoice());
    const first = await desk.expectStatus(200, propose(payment));
    expect(await propose(payment, {}, desk.admin)).toMatchObject({
      status: 409,
      body: { code: 'reversal_pending' },
    });
    expect(await decline(first['id'], desk.staff, { reason: 'mixed up' })).toMatchObject({
      status: 200,
      body: { status: 'declined', decision_reason: 'mixed up', decided_by: 'staff@malipo.test' },
    });
    expect(await decline(first['id'])).toMatchObject({ status: 200 });
    expect(await confirm(first['id'])).toMatchObject({ status: 409 });
    expect(await desk.read(payment)).toMatchObject({ status: 'completed' });
    const second = await desk.expectStatus(200, propose(payment));
    await desk.expectStatus(200, confirm(second['id']));
    expect(await decline(second['id'])).toMatchObject({ status: 409 });
  });

  it('is no more when a refund came between', async () => {
    const payment = await approved(await desk.anInvoice());
    const proposal = await desk.expectStatus(200, propose(payment));
    const { id } = await desk.expectStatus(
      201,
      desk.staff.post(`/api/v1/payments/payments/${payment}/refunds/`, {
        amount: '4000.00',
        reason: 'unhappy',
      }),
    );
    expect(await confirm(proposal['id'])).toMatchObject({
      status: 409,
      body: { code: 'refund_under_way' },
    });
    await desk.expectStatus(
      200,
      desk.staff.post(`/api/v1/payments/refunds/${String(id)}/settle/`, {
        method: 'bank_transfer',
        evidence: 'statement line 4',
      }),
    );
    expect(await confirm(proposal['id'])).toMatchObject({
      status: 409,
      body: { code: 'reversal_outdated' },
    });
    await desk.expectStatus(200, decline(proposal['id']));
    const rest = await desk.expectStatus(200, propose(payment));
    expect(rest).toMatchObject({ amount: '6000.00' });
    await desk.expectStatus(200, confirm(rest['id']));
    expect(await desk.read(payment)).toMatchObject({ status: 'refunded' });
  });

  it('is for approved payments, on the version that was read', async () => {
    const waiting = await desk.aPayment();
    expect(await propose(waiting)).toMatchObject({
      status: 409,
      body: { code: 'invalid_transition' },
    });
    const payment = await approved(await desk.anInvoice());
    expect(await propose(payment, { version: 2 })).toMatchObject({
      status: 409,
      body: { code: 'version_conflict' },
    });
    expect(await propose(payment, { reason: ' ' })).toMatchObject({
      status: 400,
      body: { errors: { reason: expect.anything() } },
    });
    const headers = { 'idempotency-key': 'reverse-it-once' };
    const body = { reason: 'recalled' };
    const once = await desk.staff.post(desk.path(payment, 'reverse/'), body, headers);
    const twice = await desk.staff.post(desk.path(payment, 'reverse/'), body, headers);
    expect(twice).toMatchObject({ status: 200, body: once.body });
  });
});
