import type { Answer, Api } from '../support/api.js';
import type { TestApp } from '../support/app.js';
import { HOURS, VisitDesk } from '../support/visits.js';
import { waitFor } from '../support/wait.js';

/** Visits to houses whose money comes late or goes back, and whose price changes in between. */
describe('visits', () => {
  let desk: VisitDesk;
  let app: TestApp;
  let customer2: Api;
  let staff: Api;

  beforeAll(async () => {
    desk = await VisitDesk.open();
    ({ app, customer2, staff } = desk);
  });
  afterEach(() => desk.settleDown());
  afterAll(() => app.close());

  describe('whose money comes late', () => {
    it('begin when it comes, and last from then', async () => {
      const house = await desk.aHouse();
      const answer = await desk.initiate(house);
      await desk.letPromptExpire(answer);
      await desk.approve(answer);
      await desk.untilPaid(house);
      await desk.passTime(71 * HOURS);
      expect(await desk.hasPaid(house)).toBe(true);
      await desk.passTime(HOURS + 60);
      expect(await desk.hasPaid(house)).toBe(false);
    });

    it('twice, keep the second payment out of the visit', async () => {
      const house = await desk.aHouse();
      const first = await desk.initiate(house);
      await desk.letPromptExpire(first);
      const second = await desk.initiate(house);
      expect(second.body['transaction_id']).not.toBe(first.body['transaction_id']);
      await desk.approve(second);
      await desk.untilPaid(house);
      const before = await desk.status(house);
      await desk.approve(first);
      await waitFor('the flagged overpayment', async () => {
        const { body } = await staff.get(
          `/api/v1/payments/transactions/${String(first.body['transaction_id'])}/`,
        );
        return body['overpayment'] === true;
      });
      expect(await desk.status(house)).toEqual(before);
    });
  });

  describe('whose price changes', () => {
    it('keep the price of an open prompt', async () => {
      const house = await desk.aHouse();
      const first = await desk.initiate(house);
      await staff.send('PATCH', `${house}/`, { visit_cost: '9000.00' });
      const again = await desk.initiate(house);
      expect(again.body).toMatchObject({
        amount: 3000,
        transaction_id: first.body['transaction_id'],
      });
      expect(await desk.status(house)).toMatchObject({
        visit_cost: 3000,
      });
      expect(await desk.status(house, customer2)).toMatchObject({
        visit_cost: 9000,
      });
      await desk.approve(first);
      await desk.untilPaid(house);
      expect(await desk.status(house)).toMatchObject({
        visit_cost: 3000,
      });
    });

    it('ask the new price of the next prompt', async () => {
      const house = await desk.aHouse();
      const first = await desk.initiate(house);
      await app.sandbox.answer(String(first.body['transaction_reference']), 'decline');
      await desk.untilPayment(first, 'failed');
      await staff.send('PATCH', `${house}/`, { visit_cost: '9000.00' });
      expect(await desk.status(house)).toMatchObject({
        visit_cost: 9000,
      });
      const second = await desk.initiate(house);
      expect(second.body).toMatchObject({ amount: 9000 });
      expect(second.body['payment_id']).not.toBe(first.body['payment_id']);
      await desk.approve(second);
      await desk.untilPaid(house);
      expect(await desk.rowsOf(house)).toEqual([{ status: 'active', cost_minor: '900000' }]);
    });

    it('are not sold at the price before by trying an old payment again', async () => {
      const house = await desk.aHouse();
      const first = await desk.initiate(house);
      await app.sandbox.answer(String(first.body['transaction_reference']), 'decline');
      await desk.untilPayment(first, 'failed');
      await staff.send('PATCH', `${house}/`, { visit_cost: '9000.00' });
      const second = await desk.initiate(house);
      await app.sandbox.answer(String(second.body['transaction_reference']), 'decline');
      await desk.untilPayment(second, 'failed');
      const again = await desk.customer.post(`${desk.paymentOf(first)}initiate-gateway/`);
      expect(again).toMatchObject({ status: 400, body: { code: 'amount_not_exact' } });
    });

    it('give the visit for money that was asked at the price before', async () => {
      const house = await desk.aHouse();
      const first = await desk.initiate(house);
      await desk.letPromptExpire(first);
      await staff.send('PATCH', `${house}/`, { visit_cost: '9000.00' });
      const second = await desk.initiate(house);
      expect(second.body).toMatchObject({ amount: 9000 });
      await desk.approve(first);
      await desk.untilPaid(house);
      expect(await desk.rowsOf(house)).toEqual([{ status: 'active', cost_minor: '300000' }]);
      await desk.approve(second);
      expect(await desk.untilPayment(second, 'completed')).toMatchObject({
        excess_amount: '9000.00',
      });
      expect(await desk.rowsOf(house)).toEqual([{ status: 'active', cost_minor: '300000' }]);
    });

    it('stay open to those who paid when the house offers no visits any more', async () => {
      const house = await desk.aHouse();
      await desk.aPaidVisit(house);
      await staff.send('PATCH', `${house}/`, { visit_cost: null });
      expect(await desk.status(house)).toMatchObject({
        has_paid: true,
        visit_cost: 3000,
        location: { district: 'Hai' },
      });
    });
  });

  describe('that are refunded', () => {
    const refund = async (answer: Answer, amount?: string): Promise<void> => {
      const made = await staff.post(`${desk.paymentOf(answer)}refunds/`, {
        ...(amount ? { amount } : {}),
        reason: 'The house was let already',
      });
      expect({ status: made.status, body: made.body }).toMatchObject({ status: 201 });
      const settled = await staff.post(
        `/api/v1/payments/refunds/${String(made.body['id'])}/settle/`,
        { method: 'mobile_money', evidence: 'payout 17' },
      );
      expect({ status: settled.status, body: settled.body }).toMatchObject({ status: 200 });
    };

    it('end at once, and can be paid anew', async () => {
      const house = await desk.aHouse();
      const answer = await desk.aPaidVisit(house);
      await refund(answer);
      expect(await desk.hasPaid(house)).toBe(false);
      const verified = await desk.verify(house, answer.body['gateway_transaction_id']);
      expect(verified).toMatchObject({
        status: 400,
        body: { success: false, code: 'visit_refunded' },
      });
      expect(verified.body).not.toHaveProperty('owner_contact');
      const again = await desk.aPaidVisit(house);
      expect(again.body['visit_payment_id']).not.toBe(answer.body['visit_payment_id']);
      expect((await desk.rowsOf(house)).map(({ status }) => status)).toEqual([
        'refunded',
        'active',
      ]);
    });

    it('in part stay open until all has gone back', async () => {
      const house = await desk.aHouse();
      const answer = await desk.aPaidVisit(house);
      await refund(answer, '1000.00');
      expect(await desk.hasPaid(house)).toBe(true);
      await refund(answer, '2000.00');
      expect(await desk.hasPaid(house)).toBe(false);
    });

    it('after their time are refunded all the same', async () => {
      const house = await desk.aHouse();
      const answer = await desk.aPaidVisit(house);
      await desk.passTime(73 * HOURS);
      await refund(answer);
      expect(await desk.verify(house, answer.body['transaction_id'])).toMatchObject({
        status: 400,
        body: { code: 'visit_refunded' },
      });
    });
  });
});
