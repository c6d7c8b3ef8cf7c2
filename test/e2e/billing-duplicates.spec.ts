import { randomToken } from '../../src/common/index.js';
import { startApp, type TestApp } from '../support/app.js';
import { expectBooksToAgree } from '../support/books.js';
import { aManualDesk, type ManualDesk } from '../support/manual-desk.js';

/** Signs that one transfer is claimed twice; nobody submits or approves over them in silence. */
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

  describe('may be a duplicate', () => {
    it('by its reference, however it is written, which somebody must confirm twice', async () => {
      const reference = `FT ${randomToken(6)}`;
      const first = await desk.aPayment({ transaction_reference: reference });
      const invoice = await desk.anInvoice();
      const body = desk.submission(invoice, {
        transaction_reference: reference.toUpperCase().replace(' ', '-'),
      });
      const refused = await desk.trySubmit(body);
      expect(refused).toMatchObject({ status: 409, body: { code: 'possible_duplicate' } });
      expect(refused.body).not.toHaveProperty('duplicates');
      expect(await desk.trySubmit(body, desk.staff)).toMatchObject({
        status: 409,
        body: { duplicates: [{ payment_id: first, signals: ['reference'] }] },
      });
      const second = await desk.submit(invoice, { ...body, confirm_duplicate: true });
      expect(await desk.manualOf(first)).toMatchObject({
        possible_duplicates: [{ payment_id: second, signals: ['reference'] }],
      });
      expect(await desk.approve(second)).toMatchObject({
        status: 409,
        body: {
          code: 'possible_duplicate',
          duplicates: [{ payment_id: first, signals: ['reference'] }],
        },
      });
      expect(await desk.read(second)).toMatchObject({ status: 'pending_approval', version: 2 });
      await desk.expectStatus(200, desk.approve(second, { version: 2, confirm_duplicate: true }));
    });

    it('when a correction makes it one', async () => {
      const reference = `FT ${randomToken(6)}`;
      await desk.aPayment({ transaction_reference: reference });
      const payment = await desk.aPayment();
      expect(await desk.revise(payment, { reference })).toMatchObject({
        status: 409,
        body: { code: 'possible_duplicate' },
      });
      expect(await desk.revise(payment, { reference, confirm_duplicate: true })).toMatchObject({
        status: 200,
        body: { transaction_reference: reference },
      });
    });

    it('by payer, amount and day', async () => {
      const transfer = { value_date: '2026-01-19', amount: '3333.00', payer_account: '0150777766' };
      const first = await desk.aPayment({ ...transfer, payer_name: 'Asha' });
      const other = await desk.aPayment({ ...transfer, amount: '3334.00' });
      const second = await desk.aPayment({ ...transfer, payer_name: 'A. Juma' });
      expect(await desk.manualOf(second)).toMatchObject({
        possible_duplicates: [{ payment_id: first, signals: ['payer_amount_date'] }],
      });
      expect(await desk.manualOf(other)).toMatchObject({ possible_duplicates: [] });
      await desk.expectStatus(200, desk.approve(other));
    });

    it('but not of the same reference in another account', async () => {
      const outsider = await app.api.login('outsider');
      const reference = `FT ${randomToken(6)}`;
      await desk.aPayment({ transaction_reference: reference });
      const foreign = desk.submission(3, { transaction_reference: reference });
      expect(await desk.trySubmit(foreign, outsider)).toMatchObject({ status: 201 });
    });
  });
});
