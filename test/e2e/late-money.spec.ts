import { startApp } from '../support/app.js';
import { expectBooksToAgree } from '../support/books.js';
import { waitFor } from '../support/wait.js';

/** A payer may pay in the last second: after closing an attempt a gateway can be asked for longer. */
describe('money that arrives after the attempt was closed', () => {
  it('is found by asking, without any callback', async () => {
    const app = await startApp({
      AZAMPAY_PROMPT_LIFETIME_S: '60',
      AZAMPAY_POLL_SCHEDULE_S: '10,30,600,86400',
    });
    const customer = await app.api.login('customer');
    const made = await customer.post('/api/v1/payments/payments/', {
      booking: 123,
      amount: '1000.00',
      payment_method: 'mobile_money',
      mobile_money_provider: 'AIRTEL',
    });
    const path = `/api/v1/payments/payments/${String(made.body['id'])}/`;
    const { body } = await customer.post(`${path}initiate-gateway/`);
    const until = (status: string) =>
      waitFor(`the payment to be ${status}`, async () => {
        const read = await customer.get(path);
        return read.body['status'] === status;
      });
    await app.sandbox.moveClock(61);
    await until('expired');
    await app.sandbox.fault({ webhook: 'none' });
    await app.sandbox.answer(String(body['transaction_reference']), 'approve');
    await app.sandbox.moveClock(700);
    await until('completed');
    expect((await customer.get(path)).body).toMatchObject({ failure_code: null });
    await expectBooksToAgree(app.database.dataSource);
    await app.close();
  });
});
