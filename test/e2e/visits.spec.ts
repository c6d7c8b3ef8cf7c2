import type { Answer, Api } from '../support/api.js';
import { startApp, type TestApp } from '../support/app.js';
import { expectBooksToAgree } from '../support/books.js';
import { waitFor } from '../support/wait.js';

const HOURS = 3_600;
/** Ours; the virtual phone shows a prompt for longer. */
const LIFETIME_S = 60;
const INITIATE = { payment_method: 'mobile_money', mobile_money_provider: 'AIRTEL' };
const HOUSE = {
  owner: 'owner@malipo.test',
  kind: 'house',
  title: 'House with a well',
  city: 'Moshi',
  country: 'Tanzania',
  district: 'Hai',
  visit_cost: '3000.00',
  visit_cost_currency: 'TZS',
};

/** Visits to houses when things go wrong, come twice, come late, or are somebody else's. */
describe('visits', () => {
  let app: TestApp;
  let customer: Api;
  let customer2: Api;
  let staff: Api;
  let clockS = 0;

  beforeAll(async () => {
    app = await startApp({ AZAMPAY_PROMPT_LIFETIME_S: String(LIFETIME_S) });
    customer = await app.api.login('customer');
    customer2 = await app.api.login('customer2');
    staff = await app.api.login('staff');
  });
  afterEach(async () => {
    await expectBooksToAgree(app.database.dataSource);
    await app.sandbox.reset();
    await app.sandbox.moveClock(clockS);
  });
  afterAll(() => app.close());

  const passTime = async (seconds: number): Promise<void> => {
    clockS += seconds;
    await app.sandbox.moveClock(clockS);
  };
  const aHouse = async (more: Record<string, unknown> = {}): Promise<string> => {
    const { status, body } = await staff.post('/api/v1/properties/', { ...HOUSE, ...more });
    expect({ status, body }).toMatchObject({ status: 201 });
    return `/api/v1/properties/${String(body['id'])}`;
  };
  const initiate = (house: string, who = customer): Promise<Answer> =>
    who.post(`${house}/visit/initiate/`, INITIATE);
  const hasPaid = async (house: string, who = customer): Promise<boolean> =>
    (await who.get(`${house}/visit/status/`)).body['has_paid'] === true;
  const untilPaid = (house: string, who = customer) =>
    waitFor('the paid visit', () => hasPaid(house, who));
  const verify = (house: string, transaction: unknown, who = customer): Promise<Answer> =>
    who.post(`${house}/visit/verify/`, { transaction_id: transaction });
  const approve = (answer: Answer): Promise<void> =>
    app.sandbox.answer(String(answer.body['transaction_reference']), 'approve');
  const aPaidVisit = async (house: string, who = customer): Promise<Answer> => {
    const answer = await initiate(house, who);
    expect(answer).toMatchObject({ status: 200 });
    await approve(answer);
    await untilPaid(house, who);
    return answer;
  };
  const paymentOf = (answer: Answer): string =>
    `/api/v1/payments/payments/${String(answer.body['payment_id'])}/`;
  const untilPayment = (answer: Answer, wanted: string) =>
    waitFor(`the payment to be ${wanted}`, async () => {
      const { body } = await staff.get(paymentOf(answer));
      return body['status'] === wanted && body;
    });
  const rowsOf = (house: string): Promise<{ status: string; cost_minor: string }[]> =>
    app.database.dataSource.query(
      'SELECT status, cost_minor FROM visits WHERE property_id = $1 ORDER BY id',
      [Number(house.split('/').at(-1))],
    );

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
      const house = await aHouse({ visit_cost: null, visit_cost_currency: null });
      for (const answer of [await initiate(house), await customer.get(`${house}/visit/status/`)]) {
        expect(answer).toMatchObject({ status: 400, body: { code: 'visits_not_offered' } });
      }
      expect(await rowsOf(house)).toEqual([]);
    });

    it('for a house of another account and one that is not there', async () => {
      const house = await aHouse();
      const outsider = await app.api.login('outsider');
      for (const answer of [
        await initiate(house, outsider),
        await outsider.get(`${house}/visit/status/`),
        await verify(house, 'AZM1', outsider),
        await initiate('/api/v1/properties/99999'),
      ]) {
        expect(answer).toMatchObject({ status: 404, body: { code: 'property_not_found' } });
      }
    });

    it('to whoever has no phone number', async () => {
      const house = await aHouse();
      const admin = await app.api.login('admin');
      const answer = await initiate(house, admin);
      expect(answer).toMatchObject({ status: 400, body: { code: 'phone_number_missing' } });
      expect(answer.body['error']).toContain('/api/v1/auth/me/');
      expect(await rowsOf(house)).toEqual([]);
      await admin.send('PATCH', '/api/v1/auth/me/', { phone: '0754 000 990' });
      expect(await initiate(house, admin)).toMatchObject({
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
      const house = await aHouse();
      const answer = await customer.post(`${house}/visit/initiate/`, body);
      expect(answer.status).toBe(400);
      expect(answer.body['errors']).toHaveProperty(field);
      expect(await rowsOf(house)).toEqual([]);
    });

    it.each([[{}], [{ transaction_id: '' }], [{ transaction_id: null }], [{ transaction_id: {} }]])(
      'to be verified by %j',
      async (body) => {
        const house = await aHouse();
        const answer = await customer.post(`${house}/visit/verify/`, body);
        expect(answer.status).toBe(400);
        expect(answer.body['errors']).toHaveProperty('transaction_id');
      },
    );
  });

  it('take provider names in any case, and the house by its uuid', async () => {
    const house = await aHouse();
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
    const house = await aHouse();
    const answer = await initiate(house, staff);
    expect(answer).toMatchObject({ status: 200, body: { phone_number_used: '255754000111' } });
    await approve(answer);
    await untilPaid(house, staff);
    expect(await hasPaid(house, customer)).toBe(false);
  });

  describe('initiated twice', () => {
    it('by taps at the same time are one visit, one payment, one prompt', async () => {
      const house = await aHouse();
      const answers = await Promise.all(Array.from({ length: 8 }, () => initiate(house)));
      expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
      for (const field of ['visit_payment_id', 'payment_id', 'transaction_id'] as const) {
        expect(new Set(answers.map(({ body }) => body[field])).size).toBe(1);
      }
      const references = new Set(answers.map(({ body }) => body['transaction_reference']));
      expect(references.size).toBe(1);
      expect(answers.every(({ body }) => body['gateway_transaction_id'] !== null)).toBe(true);
      expect(await app.sandbox.promptRequests([...references].join(''))).toBe(1);
      expect(await rowsOf(house)).toEqual([{ status: 'pending', cost_minor: '300000' }]);
    });

    it('by two visitors are a visit for each', async () => {
      const house = await aHouse();
      const [a, b] = await Promise.all([initiate(house), initiate(house, customer2)]);
      expect([a?.status, b?.status]).toEqual([200, 200]);
      expect(a?.body['visit_payment_id']).not.toBe(b?.body['visit_payment_id']);
      if (a) await approve(a);
      await untilPaid(house);
      expect(await hasPaid(house, customer2)).toBe(false);
    });

    it('while the prompt is open answer it again', async () => {
      const house = await aHouse();
      const first = await initiate(house);
      const second = await initiate(house);
      expect(second).toEqual({ ...first, headers: second.headers });
      const reference = String(first.body['transaction_reference']);
      expect(await app.sandbox.promptRequests(reference)).toBe(1);
    });

    it('while the gateway keeps silent answer the attempt whose outcome nobody knows', async () => {
      const house = await aHouse();
      await app.sandbox.fault({ initiate: 'timeout_after_accept', webhook: 'none' });
      const [a, b] = await Promise.all([initiate(house), initiate(house)]);
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
      const house = await aHouse();
      const key = { 'idempotency-key': `visit-${house}` };
      const first = await customer.post(`${house}/visit/initiate/`, INITIATE, key);
      await approve(first);
      await untilPaid(house);
      const again = await customer.post(`${house}/visit/initiate/`, INITIATE, key);
      expect(again.headers.get('idempotent-replayed')).toBe('true');
      expect(again.body).toEqual(first.body);
    });
  });

  describe('whose prompt failed', () => {
    it('tell so, and can be paid by another', async () => {
      const house = await aHouse();
      await app.sandbox.fault({ initiate: 'decline', count: 1 });
      const declined = await initiate(house);
      expect(declined).toMatchObject({ status: 400, body: { code: 'gateway_declined' } });
      expect(declined.body['error']).toBe('The gateway declined the payment');
      await aPaidVisit(house);
      expect(await rowsOf(house)).toEqual([{ status: 'active', cost_minor: '300000' }]);
    });

    it('at a gateway that took nothing answer 502 or 503', async () => {
      const house = await aHouse();
      await app.sandbox.fault({ initiate: 'rate_limited', count: 1 });
      const answer = await initiate(house);
      expect([502, 503]).toContain(answer.status);
    });

    it('cannot be verified; paid by another prompt they can, by either', async () => {
      const house = await aHouse();
      const first = await initiate(house);
      await app.sandbox.answer(String(first.body['transaction_reference']), 'decline');
      await untilPayment(first, 'failed');
      expect(await verify(house, first.body['gateway_transaction_id'])).toMatchObject({
        status: 400,
        body: { success: false, code: 'payment_failed' },
      });
      const second = await aPaidVisit(house);
      expect(second.body['payment_id']).toBe(first.body['payment_id']);
      expect(await verify(house, second.body['gateway_transaction_id'])).toMatchObject({
        status: 200,
        body: { message: 'Payment verified successfully' },
      });
    });
  });

  describe('whose money comes late', () => {
    it('begin when it comes, and last from then', async () => {
      const house = await aHouse();
      const answer = await initiate(house);
      await app.sandbox.fault({ webhook: 'none' });
      await passTime(LIFETIME_S + 1);
      await untilPayment(answer, 'expired');
      await app.sandbox.fault({});
      await approve(answer);
      await untilPaid(house);
      await passTime(71 * HOURS);
      expect(await hasPaid(house)).toBe(true);
      await passTime(HOURS + 60);
      expect(await hasPaid(house)).toBe(false);
    });

    it('twice, keep the second payment out of the visit', async () => {
      const house = await aHouse();
      const first = await initiate(house);
      await app.sandbox.fault({ webhook: 'none' });
      await passTime(LIFETIME_S + 1);
      await untilPayment(first, 'expired');
      await app.sandbox.fault({});
      const second = await initiate(house);
      expect(second.body['transaction_id']).not.toBe(first.body['transaction_id']);
      await approve(second);
      await untilPaid(house);
      const { body: before } = await customer.get(`${house}/visit/status/`);
      await approve(first);
      await waitFor('the flagged overpayment', async () => {
        const { body } = await staff.get(
          `/api/v1/payments/transactions/${String(first.body['transaction_id'])}/`,
        );
        return body['overpayment'] === true;
      });
      expect((await customer.get(`${house}/visit/status/`)).body).toEqual(before);
    });
  });

  describe('whose price changes', () => {
    it('keep the price of an open prompt', async () => {
      const house = await aHouse();
      const first = await initiate(house);
      await staff.send('PATCH', `${house}/`, { visit_cost: '9000.00' });
      const again = await initiate(house);
      expect(again.body).toMatchObject({
        amount: 3000,
        transaction_id: first.body['transaction_id'],
      });
      expect((await customer.get(`${house}/visit/status/`)).body).toMatchObject({
        visit_cost: 3000,
      });
      expect((await customer2.get(`${house}/visit/status/`)).body).toMatchObject({
        visit_cost: 9000,
      });
      await approve(first);
      await untilPaid(house);
      expect((await customer.get(`${house}/visit/status/`)).body).toMatchObject({
        visit_cost: 3000,
      });
    });

    it('ask the new price of the next prompt', async () => {
      const house = await aHouse();
      const first = await initiate(house);
      await app.sandbox.answer(String(first.body['transaction_reference']), 'decline');
      await untilPayment(first, 'failed');
      await staff.send('PATCH', `${house}/`, { visit_cost: '9000.00' });
      expect((await customer.get(`${house}/visit/status/`)).body).toMatchObject({
        visit_cost: 9000,
      });
      const second = await initiate(house);
      expect(second.body).toMatchObject({ amount: 9000 });
      expect(second.body['payment_id']).not.toBe(first.body['payment_id']);
      await approve(second);
      await untilPaid(house);
      expect(await rowsOf(house)).toEqual([{ status: 'active', cost_minor: '900000' }]);
    });

    it('give the visit for money that was asked at the price before', async () => {
      const house = await aHouse();
      const first = await initiate(house);
      await app.sandbox.fault({ webhook: 'none' });
      await passTime(LIFETIME_S + 1);
      await untilPayment(first, 'expired');
      await app.sandbox.fault({});
      await staff.send('PATCH', `${house}/`, { visit_cost: '9000.00' });
      const second = await initiate(house);
      expect(second.body).toMatchObject({ amount: 9000 });
      await approve(first);
      await untilPaid(house);
      expect(await rowsOf(house)).toEqual([{ status: 'active', cost_minor: '300000' }]);
      await approve(second);
      expect(await untilPayment(second, 'completed')).toMatchObject({ excess_amount: '9000.00' });
      expect(await rowsOf(house)).toEqual([{ status: 'active', cost_minor: '300000' }]);
    });

    it('stay open to those who paid when the house offers no visits any more', async () => {
      const house = await aHouse();
      await aPaidVisit(house);
      await staff.send('PATCH', `${house}/`, { visit_cost: null });
      expect((await customer.get(`${house}/visit/status/`)).body).toMatchObject({
        has_paid: true,
        visit_cost: 3000,
        location: { district: 'Hai' },
      });
    });
  });

  describe('that are refunded', () => {
    const refund = async (answer: Answer, amount?: string): Promise<void> => {
      const made = await staff.post(`${paymentOf(answer)}refunds/`, {
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
      const house = await aHouse();
      const answer = await aPaidVisit(house);
      await refund(answer);
      expect(await hasPaid(house)).toBe(false);
      const verified = await verify(house, answer.body['gateway_transaction_id']);
      expect(verified).toMatchObject({
        status: 400,
        body: { success: false, code: 'visit_refunded' },
      });
      expect(verified.body).not.toHaveProperty('owner_contact');
      const again = await aPaidVisit(house);
      expect(again.body['visit_payment_id']).not.toBe(answer.body['visit_payment_id']);
      expect((await rowsOf(house)).map(({ status }) => status)).toEqual(['refunded', 'active']);
    });

    it('in part stay open until all has gone back', async () => {
      const house = await aHouse();
      const answer = await aPaidVisit(house);
      await refund(answer, '1000.00');
      expect(await hasPaid(house)).toBe(true);
      await refund(answer, '2000.00');
      expect(await hasPaid(house)).toBe(false);
    });

    it('after their time are refunded all the same', async () => {
      const house = await aHouse();
      const answer = await aPaidVisit(house);
      await passTime(73 * HOURS);
      await refund(answer);
      expect(await verify(house, answer.body['transaction_id'])).toMatchObject({
        status: 400,
        body: { code: 'visit_refunded' },
      });
    });
  });

  it('are verified with one answer that says it is the first, however many ask', async () => {
    const house = await aHouse();
    const answer = await aPaidVisit(house);
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => verify(house, answer.body['transaction_reference'])),
    );
    const messages = answers.map(({ body }) => body['message']);
    expect(messages.filter((text) => text === 'Payment verified successfully')).toHaveLength(1);
    expect(messages.filter((text) => text === 'Payment already verified')).toHaveLength(5);
  });

  it('cannot be verified while the gateway cannot be asked', async () => {
    const house = await aHouse();
    const answer = await initiate(house);
    await app.sandbox.fault({ status: 'error_500', webhook: 'none' });
    const verified = await verify(house, answer.body['gateway_transaction_id']);
    expect(verified.status).toBe(503);
    expect(verified.headers.get('retry-after')).toEqual(expect.any(String));
  });

  it('cannot be opened by transactions that are not the caller’s for this house', async () => {
    const house = await aHouse();
    const elsewhere = await aHouse();
    const mine = await aPaidVisit(house);
    const other = await aPaidVisit(elsewhere);
    const theirs = await aPaidVisit(house, customer2);
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
      const answer = await verify(house, transaction);
      expect({ transaction, status: answer.status }).toEqual({
        transaction,
        status: [`' OR true --`].includes(String(transaction)) ? 400 : 404,
      });
      expect(answer.body).not.toHaveProperty('owner_contact');
    }
    expect((await verify(house, mine.body['transaction_id'], customer2)).status).toBe(404);
    expect((await verify(house, mine.body['transaction_id'])).status).toBe(200);
    // Nor by the verification that needs no login.
    const reference = String(mine.body['transaction_reference']);
    expect((await app.api.get(`/api/payments/verify/?tx_ref=${reference}`)).status).toBe(404);
  });
});
