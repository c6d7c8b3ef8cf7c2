import type { WebhookEvent, WebhookVerdict } from '../../src/providers/index.js';
import { expectBooksToAgree } from '../support/books.js';
import { callback } from '../support/azampay-callbacks.js';
import { WebhookDesk } from '../support/webhook-desk.js';
import { waitFor } from '../support/wait.js';

describe('what becomes of a stored notification', () => {
  let desk: WebhookDesk;

  beforeAll(async () => {
    desk = await WebhookDesk.open({ JOBS_MAX_ATTEMPTS: '3' });
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await desk.app.database.asAdmin('UPDATE app_clock SET offset_s = 0');
    await expectBooksToAgree(desk.app.database.dataSource);
  });
  afterAll(() => desk.app.close());

  const auditsOf = (eventId: number) =>
    desk.rows<{ action: string; actor_label: string; changes: Record<string, unknown> }>(
      `SELECT action, actor_label, changes FROM audit_entries
       WHERE object_type = 'webhook_event' AND object_id = $1 ORDER BY id`,
      [eventId],
    );
  const eventOf = (reference: string): WebhookEvent => ({
    reference,
    dedupeKey: `test:${reference}`,
    state: 'paid',
    gatewayTransactionId: `g-${reference}`,
    amount: null,
    failure: null,
    wireStatus: 'success',
  });
  /** The adapter's verdicts, one after the other; the last stays. */
  const verdicts = (...list: (WebhookVerdict | Error)[]) => {
    const asked: boolean[] = [];
    desk.standIn({
      parseWebhook: (_, { trustCachedKeyOnly }) => {
        asked.push(trustCachedKeyOnly);
        const verdict = list.length > 1 ? list.shift() : list[0];
        return verdict instanceof Error
          ? Promise.reject(verdict)
          : Promise.resolve(verdict as WebhookVerdict);
      },
    });
    return asked;
  };

  it('another amount is parked and told in the trail of its payment, which stays as it is', async () => {
    const { paymentId, reference } = await desk.anAttempt();
    const event = await desk.concluded({ utilityref: reference, amount: '5000' });
    expect(event).toMatchObject({
      status: 'parked',
      reason: 'amount_mismatch',
      payment_id: paymentId,
      account_id: 1,
    });
    expect(await desk.paymentStatus(paymentId)).toBe('processing');
    expect(await auditsOf(event.id)).toEqual([
      {
        action: 'webhook_event.parked',
        actor_label: 'system',
        changes: { reason: 'amount_mismatch', reference, wire_status: 'success' },
      },
    ]);
  });

  it('a wrong amount that came first does not stand in the way of the right one', async () => {
    const { paymentId, reference } = await desk.anAttempt();
    await desk.concluded({ utilityref: reference, amount: '1' });
    expect((await desk.deliver(callback({ utilityref: reference }))).status).toBe(200);
    await waitFor('the payment', async () => (await desk.paymentStatus(paymentId)) === 'completed');
  });

  it('a reference of nobody is parked, without an account and so without a trail', async () => {
    const event = await desk.concluded({ utilityref: 'BOOKING-NOBODY' });
    expect(event).toMatchObject({
      status: 'parked',
      reason: 'unknown_reference',
      payment_id: null,
      account_id: null,
    });
    expect(await auditsOf(event.id)).toEqual([]);
  });

  it('an older event after the final one is ignored with its reason', async () => {
    const { paymentId, reference } = await desk.anAttempt();
    await desk.concluded({ utilityref: reference });
    const late = callback({ utilityref: reference, transactionstatus: 'failure', transid: 'late' });
    expect((await desk.deliver(late)).status).toBe(200);
    await waitFor('both events', async () => {
      const statuses = (await desk.events(reference)).map(({ status }) => status);
      return statuses.length === 2 && !statuses.includes('received');
    });
    const [, second] = await desk.events(reference);
    expect(second).toMatchObject({ status: 'ignored', reason: expect.any(String) });
    expect(await desk.paymentStatus(paymentId)).toBe('completed');
  });

  it('an unsigned one never moves money: parked where the gateway cannot be asked', async () => {
    const { paymentId, reference } = await desk.anAttempt();
    expect(await desk.concluded({ utilityref: reference }, 'nobody')).toMatchObject({
      status: 'parked',
      reason: 'unsigned',
      verification: 'unsigned',
      payment_id: null,
    });
    expect(await desk.paymentStatus(paymentId)).toBe('processing');
  });

  it('an unsigned copy that came first does not stand in the way of the signed one', async () => {
    const { paymentId, reference } = await desk.anAttempt();
    await desk.concluded({ utilityref: reference }, 'nobody');
    expect((await desk.deliver(callback({ utilityref: reference }))).status).toBe(200);
    await waitFor('the payment', async () => (await desk.paymentStatus(paymentId)) === 'completed');
  });

  describe('whose key was out of reach when it came', () => {
    it('is evidence once the key proves it', async () => {
      const { paymentId, reference } = await desk.anAttempt();
      const asked = verdicts({ verdict: 'undecided', event: eventOf(reference) });
      expect((await desk.deliver(callback({ utilityref: reference }))).status).toBe(200);
      await waitFor('the job to ask for the key', () => asked.includes(false));
      expect(asked[0]).toBe(true);
      expect(await desk.events(reference)).toMatchObject([
        { status: 'received', verification: 'undecided' },
      ]);
      expect(await desk.paymentStatus(paymentId)).toBe('processing');
      jest.restoreAllMocks();
      await desk.moveClock(31);
      expect(await desk.untilConcluded(reference)).toMatchObject({
        status: 'processed',
        verification: 'verified',
        payment_id: paymentId,
      });
      expect(await desk.paymentStatus(paymentId)).toBe('completed');
    });

    it('is ignored once the key proves it forged', async () => {
      const { paymentId, reference } = await desk.anAttempt();
      verdicts(
        { verdict: 'undecided', event: eventOf(reference) },
        { verdict: 'forged', reason: 'no match' },
      );
      expect((await desk.deliver('forged after all')).status).toBe(200);
      expect(await desk.untilConcluded(reference)).toMatchObject({
        status: 'ignored',
        reason: 'forged_signature',
        payment_id: null,
      });
      expect(await desk.paymentStatus(paymentId)).toBe('processing');
    });

    it('is parked for a person when the key never comes', async () => {
      const { paymentId, reference } = await desk.anAttempt();
      const asked = verdicts({ verdict: 'undecided', event: eventOf(reference) });
      expect((await desk.deliver('never decided')).status).toBe(200);
      await waitFor('the event to be parked', async () => {
        await desk.moveClock(3_601);
        const [row] = await desk.events(reference);
        return row?.status === 'parked';
      });
      expect(await desk.events(reference)).toMatchObject([
        { reason: 'signature_undecided', verification: 'undecided' },
      ]);
      expect(asked.filter((cachedOnly) => !cachedOnly)).toHaveLength(8);
      expect(['processing', 'expired']).toContain(await desk.paymentStatus(paymentId));
    });
  });

  it('work that fails is tried again and shows why; after too many times it is parked', async () => {
    const { paymentId, reference } = await desk.anAttempt();
    const event = eventOf(reference);
    verdicts({ verdict: 'undecided', event }, new Error('key store broke for 255653294241'));
    expect((await desk.deliver('breaks')).status).toBe(200);
    await waitFor('the reason to show before it is given up', async () => {
      const [row] = await desk.events(reference);
      return row?.status === 'received' && row.last_error?.includes('key store broke');
    });
    const parked = await desk.untilConcluded(reference, 'parked');
    expect(parked).toMatchObject({ reason: 'processing_failed', verification: 'undecided' });
    expect(parked.last_error).toContain('key store broke');
    expect(parked.last_error).not.toContain('653294241');
    expect(await desk.paymentStatus(paymentId)).toBe('processing');
  });

  it('an event whose gateway was switched off meanwhile is parked unless it was proven before', async () => {
    verdicts(
      { verdict: 'unsigned', event: eventOf('OFF-1') },
      { verdict: 'malformed', reason: 'not set up here' },
    );
    expect((await desk.deliver('was readable')).status).toBe(200);
    expect(await desk.untilConcluded('OFF-1')).toMatchObject({
      status: 'parked',
      reason: 'unreadable_now',
    });
  });

  it('every event is counted by what became of it', async () => {
    const { reference } = await desk.anAttempt();
    await desk.concluded({ utilityref: reference });
    expect(
      await desk.metric(
        /webhook_conclusions_total\{provider="azampay",status="processed",reason=""\} (\d+)/,
      ),
    ).toBeGreaterThan(0);
    const parked = await desk.number(`SELECT count(*) FROM webhook_events WHERE status = 'parked'`);
    expect(await desk.metric(/webhook_parked_events\{provider="azampay"\} (\d+)/)).toBe(parked);
  });
});
