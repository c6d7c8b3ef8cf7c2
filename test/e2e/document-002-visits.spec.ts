import type { Answer, Api } from '../support/api.js';
import { startApp, type TestApp } from '../support/app.js';
import { expectBooksToAgree } from '../support/books.js';
import { expectAsPrinted } from '../support/documented.js';
import { waitFor } from '../support/wait.js';

const HOURS = 3_600;
const VISIT = '/api/v1/properties/123/visit';
const TITLE = 'Beautiful 3 Bedroom House';
const CONTACT = { phone: '+255700000000', email: 'owner@example.com', name: 'John Doe' };
const LOCATION = {
  address: '123 Main Street, Dar es Salaam',
  region: 'Dar es Salaam',
  district: 'Kinondoni',
  latitude: -6.7924,
  longitude: 39.2083,
};
const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;
const INITIATE = { payment_method: 'mobile_money', mobile_money_provider: 'AIRTEL' };

const NOT_PAID = {
  has_paid: false,
  visit_cost: 5000,
  property_id: 123,
  property_title: TITLE,
};
const INITIATED = {
  success: true,
  message: 'Payment initiated successfully. You will receive a payment prompt on your phone.',
  payment_id: 70,
  visit_payment_id: 45,
  transaction_id: 16,
  gateway_transaction_id: 'AZM019be9446ac770a2a65c6243434f61d8',
  transaction_reference: 'VISIT-70-1769145132',
  phone_number_used: '255653294241',
  amount: 5000,
  property_id: 123,
  property_title: TITLE,
};

function expectHours(body: Record<string, unknown>): void {
  const [paid, expires] = [String(body['paid_at']), String(body['expires_at'])];
  expect(paid).toMatch(MOMENT);
  expect(expires).toMatch(MOMENT);
  expect(Date.parse(expires) - Date.parse(paid)).toBe(72 * HOURS * 1000);
}

/** Section 7 of document 002 and both of its complete flows, as printed, by the demo users. */
describe('document 002, visits', () => {
  let app: TestApp;
  let customer: Api;

  beforeAll(async () => {
    app = await startApp();
    customer = await app.api.login('customer');
  });
  afterAll(async () => {
    await expectBooksToAgree(app.database.dataSource);
    await app.close();
  });

  const untilPaid = (who: Api): Promise<Record<string, unknown>> =>
    waitFor('the paid visit', async () => {
      const { body } = await who.get(`${VISIT}/status/`);
      return body['has_paid'] === true ? body : null;
    });

  describe('section 7', () => {
    let initiated: Answer;
    let first: Record<string, unknown>;

    it('7.1 tells the price before it is paid, and nothing else', async () => {
      const { status, body } = await customer.get(`${VISIT}/status/`);
      expect(status).toBe(200);
      expectAsPrinted(body, NOT_PAID);
      expect(body).toEqual({ ...NOT_PAID, currency: 'TZS' });
    });

    it('7.2 prompts the caller’s own phone', async () => {
      initiated = await customer.post(`${VISIT}/initiate/`, INITIATE);
      const { status, body } = initiated;
      expect({ status, body }).toMatchObject({ status: 200 });
      expectAsPrinted(body, INITIATED);
      expect(body).toMatchObject({
        success: true,
        message: INITIATED.message,
        phone_number_used: '255653294241',
        amount: 5000,
        property_id: 123,
        property_title: TITLE,
      });
      const payment = String(body['payment_id']);
      expect(body['transaction_reference']).toMatch(new RegExp(`^VISIT-${payment}-[0-9A-Z]{16,}$`));
      expect(await app.sandbox.prompt(String(body['transaction_reference']))).toMatchObject({
        phone: '255653294241',
        currency: 'TZS',
        status: 'pending',
      });
    });

    it('7.2 stores the phone in the transaction’s payload', async () => {
      const { body } = await customer.get(
        `/api/v1/payments/transactions/${String(initiated.body['transaction_id'])}/`,
      );
      expect(body).toMatchObject({
        payment: initiated.body['payment_id'],
        azam_reference: initiated.body['transaction_reference'],
        gateway_transaction_id: initiated.body['gateway_transaction_id'],
        request_payload: {
          accountNumber: '255653294241',
          amount: 5000,
          currency: 'TZS',
          provider: 'Airtel',
        },
      });
    });

    it('7.3 refuses before it is paid', async () => {
      const { status, body } = await customer.post(`${VISIT}/verify/`, {
        transaction_id: initiated.body['gateway_transaction_id'],
      });
      expect(status).toBe(400);
      expect(body).toMatchObject({ success: false, error: expect.any(String) });
      expect(JSON.stringify(body)).not.toContain(CONTACT.phone);
    });

    it('7.3 verifies, and answers contact, location and 72 hours', async () => {
      await app.sandbox.answer(String(initiated.body['transaction_reference']), 'approve');
      await untilPaid(customer);
      const { status, body } = await customer.post(`${VISIT}/verify/`, {
        transaction_id: initiated.body['gateway_transaction_id'],
      });
      expect({ status, body }).toMatchObject({
        status: 200,
        body: {
          success: true,
          message: 'Payment verified successfully',
          owner_contact: CONTACT,
          location: LOCATION,
        },
      });
      expectHours(body);
      first = body;
    });

    it('7.3 says when it was verified before', async () => {
      for (const field of ['gateway_transaction_id', 'transaction_reference', 'transaction_id']) {
        const { status, body } = await customer.post(`${VISIT}/verify/`, {
          transaction_id: initiated.body[field],
        });
        expect({ field, status, body }).toMatchObject({
          status: 200,
          body: {
            success: true,
            message: 'Payment already verified',
            owner_contact: CONTACT,
            location: LOCATION,
            paid_at: first['paid_at'],
            expires_at: first['expires_at'],
            is_expired: false,
          },
        });
      }
    });

    it('7.1 answers contact and location once it is paid', async () => {
      const { status, body } = await customer.get(`${VISIT}/status/`);
      expect(status).toBe(200);
      expect(body).toMatchObject({
        ...NOT_PAID,
        has_paid: true,
        owner_contact: CONTACT,
        location: LOCATION,
        paid_at: first['paid_at'],
      });
    });

    it('7.2 does not charge again while it is active', async () => {
      const { status, body } = await customer.post(`${VISIT}/initiate/`, INITIATE);
      expect(status).toBe(200);
      expect(body).toMatchObject({
        success: true,
        message: 'Visit payment already completed and active',
        payment_id: initiated.body['payment_id'],
        status: 'completed',
        expires_at: first['expires_at'],
      });
      expect(body).not.toHaveProperty('owner_contact');
    });

    it('7.3 and 7.1 close after 72 hours, and not a minute earlier', async () => {
      const verify = () =>
        customer.post(`${VISIT}/verify/`, {
          transaction_id: initiated.body['gateway_transaction_id'],
        });
      await app.sandbox.moveClock(72 * HOURS - 60);
      expect((await verify()).body).toMatchObject({ message: 'Payment already verified' });
      expect((await customer.get(`${VISIT}/status/`)).body).toMatchObject({ has_paid: true });

      await app.sandbox.moveClock(72 * HOURS + 1);
      const { status, body } = await verify();
      expect({ status, body }).toMatchObject({
        status: 400,
        body: {
          success: false,
          error: 'Visit payment has expired. Please pay again to access property details.',
          is_expired: true,
          paid_at: first['paid_at'],
          expires_at: first['expires_at'],
        },
      });
      expect(body).not.toHaveProperty('owner_contact');
      expect(body).not.toHaveProperty('location');
      expect((await customer.get(`${VISIT}/status/`)).body).toEqual({
        ...NOT_PAID,
        currency: 'TZS',
      });
    });

    it('lets the visitor pay again after that', async () => {
      const again = await customer.post(`${VISIT}/initiate/`, INITIATE);
      expectAsPrinted(again.body, INITIATED);
      expect(again.body['visit_payment_id']).not.toBe(initiated.body['visit_payment_id']);
      expect(again.body['payment_id']).not.toBe(initiated.body['payment_id']);
      await app.sandbox.answer(String(again.body['transaction_reference']), 'approve');
      const paid = await untilPaid(customer);
      expect(Date.parse(String(paid['paid_at']))).toBeGreaterThan(
        Date.parse(String(first['expires_at'])),
      );
      const old = await customer.post(`${VISIT}/verify/`, {
        transaction_id: initiated.body['gateway_transaction_id'],
      });
      expect(old).toMatchObject({ status: 400, body: { is_expired: true } });
    });
  });

  it('shows the payment of a visit among the visitor’s payments', async () => {
    const { body } = await customer.get<{ results: Record<string, unknown>[] }>(
      '/api/v1/payments/payments/',
    );
    expect(body.results[0]).toMatchObject({
      booking: null,
      booking_id: null,
      booking_reference: null,
      amount: '5000.00',
      payment_method: 'mobile_money',
      mobile_money_provider: 'AIRTEL',
      status: 'completed',
    });
  });

  it('walks the complete flow for a visit payment', async () => {
    const visitor = await app.api.login('customer2');
    expect((await visitor.get(`${VISIT}/status/`)).body).toMatchObject({
      has_paid: false,
      visit_cost: 5000,
    });
    const step2 = await visitor.post(`${VISIT}/initiate/`, INITIATE);
    expect(step2).toMatchObject({ status: 200, body: { phone_number_used: '255684000222' } });
    // The gateway keeps quiet: verifying asks it.
    await app.sandbox.fault({ webhook: 'none' });
    await app.sandbox.answer(String(step2.body['transaction_reference']), 'approve');
    const step3 = await visitor.post(`${VISIT}/verify/`, {
      transaction_id: step2.body['transaction_id'],
    });
    await app.sandbox.fault({});
    expect(step3).toMatchObject({
      status: 200,
      body: { success: true, owner_contact: CONTACT, location: LOCATION },
    });
    expectHours(step3.body);
    expect((await visitor.get(`${VISIT}/status/`)).body).toMatchObject({
      has_paid: true,
      owner_contact: CONTACT,
      location: LOCATION,
    });
  });

  it('walks the complete flow for a booking payment', async () => {
    const step1 = await customer.post('/api/v1/payments/payments/', {
      booking: 123,
      amount: '50000.00',
      payment_method: 'mobile_money',
      mobile_money_provider: 'AIRTEL',
    });
    expect(step1).toMatchObject({ status: 201, body: { status: 'pending', amount: '50000.00' } });
    const path = `/api/v1/payments/payments/${String(step1.body['id'])}/`;
    const step2 = await customer.post(`${path}initiate-gateway/`);
    expect(step2).toMatchObject({ status: 200, body: { payment_id: step1.body['id'] } });
    const reference = String(step2.body['transaction_reference']);
    expect(await app.sandbox.prompt(reference)).toMatchObject({ phone: '255653294241' });
    await app.sandbox.answer(reference, 'approve');
    const step6 = await waitFor('the completed payment', async () => {
      const { body } = await customer.get(path);
      return body['status'] === 'completed' && body;
    });
    expect(step6).toMatchObject({ booking: 123, booking_reference: 'HTL-000008' });
  });

  it('documents the three routes as printed', async () => {
    const { body } = await app.api.get<{ paths: Record<string, object> }>('/api/schema/');
    const root = '/api/v1/properties/{property_id}/visit';
    expect(Object.keys(body.paths)).toEqual(
      expect.arrayContaining([`${root}/status/`, `${root}/initiate/`, `${root}/verify/`]),
    );
  });
});
