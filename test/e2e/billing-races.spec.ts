import { Proofs } from '../../src/billing/manual/proofs.service.js';
import { Reversals } from '../../src/billing/manual/reversals.service.js';
import { Reviews } from '../../src/billing/manual/reviews.service.js';
import { readSubmission } from '../../src/billing/manual/submission.reader.js';
import { Submissions } from '../../src/billing/manual/submissions.service.js';
import { newUuid, randomToken } from '../../src/common/index.js';
import type { Answer } from '../support/api.js';
import { startApp, type TestApp } from '../support/app.js';
import { demoCaller } from '../support/booking-room.js';
import { expectBooksToAgree } from '../support/books.js';
import { PDF } from '../support/forms.js';
import { aManualDesk, type ManualDesk } from '../support/manual-desk.js';

const ROUNDS = 5;

/** People who act on the same manual payment at once: one wins, the others are told. */
describe('manual payments under several hands', () => {
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

  const sorted = (numbers: number[]): number[] => numbers.toSorted((a, b) => a - b);
  const statuses = async (...answers: Promise<Answer>[]): Promise<number[]> =>
    sorted((await Promise.all(answers)).map(({ status }) => status));
  const reviewsOf = (payment: number) =>
    desk.rows<{ decision: string }>(
      'SELECT decision FROM manual_payment_reviews WHERE payment_id = $1',
      [payment],
    );
  const journalsOf = (payment: number) =>
    desk.rows<{ fact: string }>('SELECT fact FROM ledger_journals WHERE payment_id = $1', [
      payment,
    ]);

  it('are approved by one of two reviewers', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const before = await desk.credit();
      const payment = await desk.aPayment();
      const reviewers = [desk.staff, desk.staff2, desk.admin];
      const got = await statuses(
        ...reviewers.map((by) => desk.approve(payment, { version: 2 }, by)),
      );
      expect(got).toEqual([200, 409, 409]);
      expect(await reviewsOf(payment)).toEqual([{ decision: 'approved' }]);
      expect(await journalsOf(payment)).toEqual([{ fact: 'paid' }]);
      expect((await desk.credit()) - before).toBe(1_000_000n);
    }
  });

  it('are approved or rejected, never both', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const payment = await desk.aPayment();
      const got = await statuses(desk.approve(payment), desk.reject(payment, {}, desk.staff2));
      expect(got).toEqual([200, 409]);
      const [review] = await reviewsOf(payment);
      const status = review?.decision === 'approved' ? 'completed' : 'failed';
      expect(await desk.read(payment)).toMatchObject({ status });
      expect(await journalsOf(payment)).toHaveLength(status === 'completed' ? 1 : 0);
    }
  });

  it('are approved as they were read, or changed, while the submitter edits', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const payment = await desk.aPayment();
      const [approved, revised] = await Promise.all([
        desk.approve(payment),
        desk.revise(payment, { amount: '100.00' }),
      ]);
      expect(sorted([approved.status, revised.status])).toEqual([200, 409]);
      const won = approved.status === 200;
      expect(await desk.read(payment)).toMatchObject(
        won
          ? { status: 'completed', amount: '10000.00' }
          : { status: 'pending_approval', amount: '100.00', version: 3 },
      );
    }
  });

  it('are approved without the proof that comes at the same time, or not at all', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const payment = await desk.aPayment();
      const [approved, proved] = await Promise.all([desk.approve(payment), desk.prove(payment)]);
      expect([
        [200, 409],
        [409, 201],
      ]).toContainEqual([approved.status, proved.status]);
      const { proofs } = await desk.manualOf(payment);
      expect(proofs).toHaveLength(proved.status === 201 ? 1 : 0);
    }
  });

  it('are withdrawn or approved, never both', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const payment = await desk.aPayment();
      expect(await statuses(desk.approve(payment), desk.withdraw(payment))).toEqual([200, 409]);
      expect(await reviewsOf(payment)).toHaveLength(1);
    }
  });

  it('share what is due: two of all of it at once are one', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const invoice = await desk.anInvoice();
      const got = await statuses(
        ...[1, 2, 3].map(() => desk.trySubmit(desk.submission(invoice, { amount: '10000.00' }))),
      );
      expect(got).toEqual([201, 409, 409]);
    }
  });

  it('have one reference: of two with the same at once the second is asked', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const invoices = [await desk.anInvoice(), await desk.anInvoice(), await desk.anInvoice()];
      const reference = { transaction_reference: `FT-${randomToken(6)}` };
      const answers = await Promise.all(
        invoices.map((invoice) => desk.trySubmit(desk.submission(invoice, reference))),
      );
      expect(sorted(answers.map(({ status }) => status))).toEqual([201, 409, 409]);
      const codes = answers.flatMap(({ status, body }) => (status === 409 ? [body['code']] : []));
      expect(codes).toEqual(['possible_duplicate', 'possible_duplicate']);
    }
  });

  it('are resubmitted once', async () => {
    const invoice = await desk.anInvoice();
    const old = await desk.submit(invoice);
    await desk.expectStatus(200, desk.reject(old));
    const again = { resubmission_of: old };
    const got = await statuses(
      desk.trySubmit(desk.submission(invoice, { ...again, amount: '1000.00' })),
      desk.trySubmit(desk.submission(invoice, { ...again, amount: '1001.00' })),
    );
    expect(got).toEqual([201, 409]);
  });

  it('do nothing twice for one claim, even when the answer was lost', async () => {
    const [asCustomer, asStaff, asSecond] = [
      demoCaller('customer'),
      demoCaller('staff'),
      demoCaller('staff2'),
    ];
    const twice = <T>(act: (claim: string) => Promise<T>): Promise<T[]> => {
      const claim = newUuid();
      return Promise.all([act(claim), act(claim)]);
    };
    const submission = readSubmission({
      invoice_id: await desk.anInvoice(),
      payment_method: 'bank_transfer',
      transaction_reference: `FT-${randomToken(6)}`,
    });
    const before = await desk.credit();
    const submitted = await twice((claim) =>
      app.app.get(Submissions).submit(asCustomer, submission, claim),
    );
    const id = Number(submitted[0]?.id);
    expect(submitted.map((payment) => payment.id)).toEqual([id, id]);
    const file = { filename: 'a.pdf', bytes: PDF };
    const proofs = await twice((claim) => app.app.get(Proofs).add(asCustomer, { id }, file, claim));
    expect(proofs[0]?.id).toBe(proofs[1]?.id);
    const approval = { version: 3, receivedAmount: null, confirmDuplicate: false, reason: null };
    await twice((claim) => app.app.get(Reviews).approve(asStaff, { id }, approval, claim));
    expect((await desk.credit()) - before).toBe(1_000_000n);
    const proposal = { reason: 'recalled' };
    const reversals = app.app.get(Reversals);
    const proposed = await twice((claim) => reversals.propose(asStaff, { id }, proposal, claim));
    expect(proposed[0]?.id).toBe(proposed[1]?.id);
    const reversal = { id: Number(proposed[0]?.id) };
    const confirmed = await twice((claim) => reversals.confirm(asSecond, reversal, claim));
    expect(confirmed).toMatchObject([{ status: 'confirmed' }, { status: 'confirmed' }]);
    expect(await desk.credit()).toBe(before);
  });

  it('credit and take back in any order without a balance below nothing', async () => {
    const before = await desk.credit();
    const payments = await Promise.all([1, 2, 3, 4].map(() => desk.aPayment()));
    await Promise.all(payments.map((payment) => desk.expectStatus(200, desk.approve(payment))));
    expect((await desk.credit()) - before).toBe(4_000_000n);
    const proposals = await Promise.all(
      payments.map((payment) =>
        desk.expectStatus(
          200,
          desk.staff.post(desk.path(payment, 'reverse/'), { reason: 'recalled' }),
        ),
      ),
    );
    const got = await statuses(
      ...proposals.flatMap(({ id }) =>
        [desk.staff2, desk.admin].map((by) =>
          by.post(`/api/v1/billing/reversals/${String(id)}/confirm/`),
        ),
      ),
    );
    expect(got).toEqual([200, 200, 200, 200, 409, 409, 409, 409]);
    expect(await desk.credit()).toBe(before);
  });

  it('are reversed or refunded, never beyond what came', async () => {
    for (let round = 0; round < 3; round += 1) {
      const payment = await desk.aPayment();
      await desk.expectStatus(200, desk.approve(payment));
      const { id } = await desk.expectStatus(
        200,
        desk.staff.post(desk.path(payment, 'reverse/'), { reason: 'recalled' }),
      );
      await Promise.all([
        desk.admin.post(`/api/v1/billing/reversals/${String(id)}/confirm/`),
        desk.staff.post(`/api/v1/payments/payments/${payment}/refunds/`, { reason: 'unhappy' }),
      ]);
      const [row] = await desk.rows<{ left: string; status: string }>(
        `SELECT status, amount_minor - refunded_minor - refunding_minor AS left FROM payments
         WHERE id = $1`,
        [payment],
      );
      expect(row).toMatchObject({ left: '0' });
    }
  });
});
