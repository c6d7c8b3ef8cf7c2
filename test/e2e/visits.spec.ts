import type { Api } from '../support/api.js';
import type { TestApp } from '../support/app.js';
import { INITIATE, VisitDesk } from '../support/visits.js';

/** Visits to houses when something is missing, comes twice, fails, or is somebody else's. */
describe('visits', () => {
  let desk: VisitDesk;
  let app: TestApp;
  let customer: Api;
  let customer2: Api;
  let staff: Api;

  beforeAll(async () => {
    desk = await VisitDesk.open();
    ({ app, customer, customer2, staff } = desk);
  });
  afterEach(() => desk.settleDown());
  afterAll(() => app.close());

  describe('are refused', () => {
    it.each([
      ['GET', 'status', undefined],
      ['POST', 'initiate', INITIATE],
      ['POST', 'verify', { transaction_id: 'AZM1' }],
    ])('for a hotel: %s %s', async (method, act, body) => {
      const answer = await customer.send(method, `/api/v1/properties/124/visit/${act}/`, body);
      expect(answer).toMatchObject({
        status: 400,
        body: { success: false, code: 'visits_of_houses_only', error: expect.any(String) },
      });
    });

    it('for a house without a price', async () => {
      const house = await desk.aHouse({ visit_cost: null, visit_cost_currency: null });
      for (const answer of [
        await desk.initiate(house),
        await customer.get(`${house}/visit/status/`),
      ]) {
        expect(answer).toMatchObject({ status: 400, body: { code: 'visits_not_offered' } });
      }
      expect(await desk.rowsOf(house)).toEqual([]);
    });

    it('for a house of another account and one that is not there', async () => {
      const house = await desk.aHouse();
      const outsider = await app.api.login('outsider');
      for (const answer of [
        await desk.initiate(house, outsider),
        await outsider.get(`${house}/visit/status/`),
        await desk.verify(house, 'AZM1', outsider),
        await desk.initiate('/api/v1/properties/99999'),
      ]) {
        expect(answer).toMatchObject({ status: 404, body: { code: 'property_not_found' } });
      }
    });

    it('to whoever has no phone number', async () => {
      const house = await desk.aHouse();
      const admin = await app.api.login('admin');
      const answer = await desk.initiate(house, admin);
      expect(answer).toMatchObject({ status: 400, body: { code: 'phone_number_missing' } });
      expect(answer.body['error']).toContain('/api/v1/auth/me/');
      expect(await desk.rowsOf(house)).toEqual([]);
      await admin.send('PATCH', '/api/v1/auth/me/', { phone: '0754 000 990' });
      expect(await desk.initiate(house, admin)).toMatchObject({
        status: 200,
        body: { phone_number_used: '255754000990' },
      });
    });

    it.each([
      [{}, 'mobile_money_provider'],
      [{ payment_method: 'mobile_money' }, 'mobile_money_provider'],
      [{ mobile_money_provider: null }, 'mobile_money_provider'],
      [{ mobile_money_provider: 'VODA' }, 'mobile_money_provider'],
      [{ mobile_money_provider: 'WAVE' }, 'mobile_money_provider'],
      [{ payment_method: 'cash', mobile_money_provider: 'AIRTEL' }, 'payment_method'],
      [{ ...INITIATE, amount: 1 }, 'amount'],
      [{ ...INITIATE, phone_number: '255700000001' }, 'phone_number'],
    ])('for %j, naming %s', async (body, field) => {
      const house = await desk.aHouse();
      const answer = await customer.post(`${house}/visit/initiate/`, body);
      expect(answer.status).toBe(400);
      expect(answer.body['errors']).toHaveProperty(field);
      expect(await desk.rowsOf(house)).toEqual([]);
    });

    it.each([[{}], [{ transaction_id: '' }], [{ transaction_id: null }], [{ transaction_id: {} }]])(
      'to be verified by %j',
      async (body) => {
        const house = await desk.aHouse();
        const answer = await customer.post(`${house}/visit/verify/`, body);
        expect(answer.status).toBe(400);
        expect(answer.body['errors']).toHaveProperty('transaction_id');
      },
    );
  });

  it('take provider names in any case, and the house by its uuid', async () => {
    const house = await desk.aHouse();
    const uuid = String((await staff.get(`${house}/`)).body['uuid']);
    const answer = await customer.post(`/api/v1/properties/${uuid}/visit/initiate`, {
      mobile_money_provider: 'airtel',
    });
    expect(answer).toMatchObject({
      status: 200,
      body: { property_id: Number(house.split('/').at(-1)), amount: 3000 },
    });
  });

  it('ring the phone of staff when staff visit, not the owner’s', async () => {
    const house = await desk.aHouse();
    const answer = await desk.initiate(house, staff);
    expect(answer).toMatchObject({ status: 200, body: { phone_number_used: '255754000111' } });
    await desk.approve(answer);
    await desk.untilPaid(house, staff);
    expect(await desk.hasPaid(house, customer)).toBe(false);
  });

  describe('initiated twice', () => {
    it('by taps at the same time are one visit, one payment, one prompt', async () => {
      const house = await desk.aHouse();
      const answers = await Promise.all(Array.from({ length: 8 }, () => desk.initiate(house)));
      expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
      for (const field of ['visit_payment_id', 'payment_id', 'transaction_id'] as const) {
        expect(new Set(answers.map(({ body }) => body[field])).size).toBe(1);
      }
      const references = new Set(answers.map(({ body }) => body['transaction_reference']));
      expect(references.size).toBe(1);
      expect(answers.every(({ body }) => body['gateway_transaction_id'] !== null)).toBe(true);
      expect(await app.sandbox.promptRequests([...references].join(''))).toBe(1);
      expect(await desk.rowsOf(house)).toEqual([{ status: 'pending', cost_minor: '300000' }]);
    });

    it('by two visitors are a visit for each', async () => {
      const house = await desk.aHouse();
      const [a, b] = await Promise.all([desk.initiate(house), desk.initiate(house, customer2)]);
      expect([a?.status, b?.status]).toEqual([200, 200]);
      expect(a?.body['visit_payment_id']).not.toBe(b?.body['visit_payment_id']);
      if (a) await desk.approve(a);
      await desk.untilPaid(house);
      expect(await desk.hasPaid(house, customer2)).toBe(false);
    });

    it('while the prompt is open answer it again', async () => {
      const house = await desk.aHouse();
      const first = await desk.initiate(house);
      const second = await desk.initiate(house);
      expect(second).toEqual({ ...first, headers: second.headers });
      const reference = String(first.body['transaction_reference']);
      expect(await app.sandbox.promptRequests(reference)).toBe(1);
    });

    it('while the gateway keeps silent answer the attempt whose outcome nobody knows', async () => {
      const house = await desk.aHouse();
      await app.sandbox.fault({ initiate: 'timeout_after_accept', webhook: 'none' });
      const [a, b] = await Promise.all([desk.initiate(house), desk.initiate(house)]);
      for (const answer of [a, b]) {
        expect(answer).toMatchObject({
          status: 200,
          body: { success: true, status: 'processing', gateway_transaction_id: null },
        });
        expect(answer?.body['message']).toContain('not confirmed');
      }
      expect(a?.body['transaction_id']).toBe(b?.body['transaction_id']);
      const reference = String(a?.body['transaction_reference']);
      expect(await app.sandbox.promptRequests(reference)).toBe(1);
    });

    it('by the same idempotency key answer the same bytes', async () => {
      const house = await desk.aHouse();
      const key = { 'idempotency-key': `visit-${house}` };
      const first = await customer.post(`${house}/visit/initiate/`, INITIATE, key);
      await desk.approve(first);
      await desk.untilPaid(house);
      const again = await customer.post(`${house}/visit/initiate/`, INITIATE, key);
      expect(again.headers.get('idempotent-replayed')).toBe('true');
      expect(again.body).toEqual(first.body);
    });
  });

  describe('whose prompt failed', () => {
    it('tell so, and can be paid by another', async () => {
      const house = await desk.aHouse();
      await app.sandbox.fault({ initiate: 'decline', count: 1 });
      const declined = await desk.initiate(house);
      expect(declined).toMatchObject({ status: 400, body: { code: 'gateway_declined' } });
      expect(declined.body['error']).toBe('The gateway declined the payment');
      await desk.aPaidVisit(house);
      expect(await desk.rowsOf(house)).toEqual([{ status: 'active', cost_minor: '300000' }]);
    });

    it('at a gateway that took nothing answer 502 or 503', async () => {
      const house = await desk.aHouse();
      await app.sandbox.fault({ initiate: 'rate_limited', count: 1 });
      const answer = await desk.initiate(house);
      expect([502, 503]).toContain(answer.status);
    });

    it('cannot be verified; paid by another prompt they can, by either', async () => {
      const house = await desk.aHouse();
      const first = await desk.initiate(house);
      await app.sandbox.answer(String(first.body['transaction_reference']), 'decline');
      await desk.untilPayment(first, 'failed');
      expect(await desk.verify(house, first.body['gateway_transaction_id'])).toMatchObject({
        status: 400,
        body: { success: false, code: 'payment_failed' },
      });
      const second = await desk.aPaidVisit(house);
      expect(second.body['payment_id']).toBe(first.body['payment_id']);
      expect(await desk.verify(house, second.body['gateway_transaction_id'])).toMatchObject({
        status: 200,
        body: { message: 'Payment verified successfully' },
      });
    });
  });

  it('are verified with one answer that says it is the first, however many ask', async () => {
    const house = await desk.aHouse();
    const answer = await desk.aPaidVisit(house);
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => desk.verify(house, answer.body['transaction_reference'])),
    );
    const messages = answers.map(({ body }) => body['message']);
    expect(messages.filter((text) => text === 'Payment verified successfully')).toHaveLength(1);
    expect(messages.filter((text) => text === 'Payment already verified')).toHaveLength(5);
  });

  it('cannot be verified while the gateway cannot be asked', async () => {
    const house = await desk.aHouse();
    const answer = await desk.initiate(house);
    await app.sandbox.fault({ status: 'error_500', webhook: 'none' });
    const verified = await desk.verify(house, answer.body['gateway_transaction_id']);
    expect(verified.status).toBe(503);
    expect(verified.headers.get('retry-after')).toEqual(expect.any(String));
  });

  it('cannot be opened by transactions that are not the caller’s for this house', async () => {
    const house = await desk.aHouse();
    const elsewhere = await desk.aHouse();
    const mine = await desk.aPaidVisit(house);
    const other = await desk.aPaidVisit(elsewhere);
    const theirs = await desk.aPaidVisit(house, customer2);
    const booked = await customer.post('/api/v1/payments/payments/', {
      booking: 123,
      amount: '100.00',
      payment_method: 'mobile_money',
      mobile_money_provider: 'AIRTEL',
    });
    const booking = await customer.post(
      `/api/v1/payments/payments/${String(booked.body['id'])}/initiate-gateway/`,
    );
    await app.sandbox.answer(String(booking.body['transaction_reference']), 'approve');
    const names = ['transaction_id', 'gateway_transaction_id', 'transaction_reference'];
    const forged: unknown[] = [other, theirs, booking].flatMap(({ body }) =>
      names.map((name) => body[name]),
    );
    forged.push('AZM1', 1, 999_999, '%', "' OR true --", '2e3', 'null', 'x'.repeat(200));
    for (const transaction of forged) {
      const answer = await desk.verify(house, transaction);
      expect({ transaction, status: answer.status }).toEqual({
        transaction,
        status: [`' OR true --`].includes(String(transaction)) ? 400 : 404,
      });
      expect(answer.body).not.toHaveProperty('owner_contact');
    }
    expect((await desk.verify(house, mine.body['transaction_id'], customer2)).status).toBe(404);
    expect((await desk.verify(house, mine.body['transaction_id'])).status).toBe(200);
    // Nor by the verification that needs no login.
    const reference = String(mine.body['transaction_reference']);
    expect((await app.api.get(`/api/payments/verify/?tx_ref=${reference}`)).status).toBe(404);
  });
});
