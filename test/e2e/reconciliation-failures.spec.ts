import { startApp, type TestApp } from '../support/app.js';
import { callback, CALLBACK_KEY } from '../support/azampay-callbacks.js';
import { expectBooksToAgree } from '../support/books.js';
import { aReconciliationRoom, RECONCILIATION } from '../support/reconciliation-room.js';
import { waitFor } from '../support/wait.js';

const DOOR = '/api/v1/payments/webhook/azam-pay/';

/** A gateway's events can come in any order, and AzamPay repeats none of them. */
describe('money behind a signed failure, whose success never arrived', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await startApp({ AZAMPAY_PUBLIC_KEY: CALLBACK_KEY, AZAMPAY_POLL_SCHEDULE_S: '800' });
  });
  afterAll(() => app?.close());

  it('is found by asking the gateway, and completes the payment once', async () => {
    const room = await aReconciliationRoom(app);
    await app.sandbox.fault({ webhook: 'none' });
    const { body: payment } = await room.customer.post('/api/v1/payments/payments/', {
      booking: 123,
      amount: '50000.00',
      payment_method: 'mobile_money',
      mobile_money_provider: 'AIRTEL',
    });
    const path = `/api/v1/payments/payments/${String(payment['id'])}/`;
    const started = await room.customer.post(`${path}initiate-gateway/`);
    expect(started).toMatchObject({ status: 200 });
    const reference = String(started.body['transaction_reference']);
    const statusOf = async () => (await room.customer.get(path)).body['status'];

    await app.sandbox.answer(reference, 'approve');
    const failure = callback({ utilityref: reference, transactionstatus: 'failure' });
    const told = await app.api.send('POST', DOOR, failure, { 'content-type': 'application/json' });
    expect(told).toMatchObject({ status: 200 });
    await waitFor('the failure', async () => (await statusOf()) === 'failed');

    const asked = await room.staff.post(`${RECONCILIATION}runs/gateway/`, { provider: 'azampay' });
    const run = await room.completed(asked.body['id']);
    const items = await room.items(run['id']);
    const found = items.find(
      ({ record }) => record['transaction'] === started.body['transaction_id'],
    );
    expect(found).toMatchObject({ outcome: 'matched', healed: true });
    expect(await statusOf()).toBe('completed');
    const { body: booking } = await room.customer.get('/api/v1/bookings/123/');
    expect(booking).toMatchObject({ amount_paid: '50000.00' });
    await expectBooksToAgree(app.database.dataSource);
  });
});
