import { expectBooksToAgree } from '../support/books.js';
import { aReconciliationRoom, RECONCILIATION } from '../support/reconciliation-room.js';
import { waitFor } from '../support/wait.js';
import { WebhookDesk } from '../support/webhook-desk.js';

const LOOK_S = 800;

/** A gateway's events can come in any order, and AzamPay repeats none of them. */
describe('money behind a signed failure, whose success never arrived', () => {
  let desk: WebhookDesk;

  beforeAll(async () => {
    desk = await WebhookDesk.open({
      AZAMPAY_STATUS_QUERY: 'on',
      AZAMPAY_POLL_SCHEDULE_S: String(LOOK_S),
    });
  });
  afterEach(() => expectBooksToAgree(desk.app.database.dataSource));
  afterAll(() => desk?.app.close());

  /** Answered by the payer, and called failed by the only notification that arrived. */
  const calledFailed = async (answer: 'approve' | 'decline'): Promise<number> => {
    const { paymentId, reference } = await desk.anAttempt();
    await desk.app.sandbox.answer(reference, answer);
    await desk.concluded({ utilityref: reference, transactionstatus: 'failure' });
    expect(await desk.paymentStatus(paymentId)).toBe('failed');
    return paymentId;
  };
  const paidMinor = (paymentId: number): Promise<number> =>
    desk.number(
      `SELECT b.paid_minor FROM bookings b JOIN payments p ON p.payable_id = b.id
       WHERE p.payable_kind = 'booking' AND p.id = $1`,
      [paymentId],
    );
  const questions = async (): Promise<number> =>
    (await desk.app.sandbox.requests()).filter(({ path }) => path.includes('gettransactionstatus'))
      .length;

  it('is found by the look that was planned, which is the last', async () => {
    const paid = await calledFailed('approve');
    const declined = await calledFailed('decline');
    const before = await questions();
    await desk.moveClock(LOOK_S * 1.2);
    await waitFor('the money', async () => (await desk.paymentStatus(paid)) === 'completed');
    await waitFor('the end of all looks', async () => {
      const open = `SELECT count(*) FROM outbox WHERE topic = 'attempt.check' AND done_at IS NULL`;
      return (await desk.number(open)) === 0;
    });
    expect(await questions()).toBe(before + 2);
    expect(await desk.paymentStatus(declined)).toBe('failed');
    expect([await paidMinor(paid), await paidMinor(declined)]).toEqual([5_000_000, 0]);
  });

  it('is found by whoever asks the gateway about all of the last days', async () => {
    const room = await aReconciliationRoom(desk.app);
    const paid = await calledFailed('approve');
    const asked = await desk.staff.post(`${RECONCILIATION}runs/gateway/`, { provider: 'azampay' });
    const run = await room.completed(asked.body['id']);
    const found = (await room.items(run['id'])).find(({ record }) => record['payment'] === paid);
    expect(found).toMatchObject({ outcome: 'matched', healed: true });
    expect(await desk.paymentStatus(paid)).toBe('completed');
    expect(await paidMinor(paid)).toBe(5_000_000);
  });
});
