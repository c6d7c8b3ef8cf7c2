import type { Api } from '../support/api.js';
import { startApp, type TestApp } from '../support/app.js';
import { expectBooksToAgree } from '../support/books.js';
import { waitFor } from '../support/wait.js';

/** Refunds that gateways carry out: at once, later, refused, and with the answer lost on the way. */
describe('refunds through gateways', () => {
  let app: TestApp;
  let staff: Api;
  let customer: Api;
  let clockS = 0;

  beforeAll(async () => {
    app = await startApp();
    staff = await app.api.login('staff');
    customer = await app.api.login('customer');
  });
  afterEach(async () => {
    await expectBooksToAgree(app.database.dataSource);
    await app.sandbox.reset();
  });
  afterAll(() => app.close());

  const aPaidPayment = async (currency: string, total: string): Promise<number> => {
    const booking = await staff.post<{ uuid: string }>('/api/v1/bookings/', {
      property: 124,
      customer: 'customer@malipo.test',
      check_in: '2026-03-01',
      check_out: '2026-03-04',
      guests: 2,
      total_price: total,
      currency,
    });
    const started = await customer.post<{ data: Record<string, string> }>(
      '/api/payments/initiate/',
      { booking_id: booking.body.uuid },
    );
    expect({ status: started.status, body: started.body }).toMatchObject({ status: 201 });
    const reference = started.body.data['transaction_reference'];
    const pages = (await (await fetch(`${app.sandbox.url}/api/checkouts`)).json()) as {
      id: string;
      reference: string;
    }[];
    const page = pages.find((checkout) => checkout.reference === reference);
    await fetch(`${app.sandbox.url}/api/checkouts/${page?.id}/pay`, { method: 'POST' });
    const uuid = String(started.body.data['payment_id']);
    const paid = await waitFor('the paid payment', async () => {
      await app.api.get(`/api/payments/verify/?tx_ref=${reference}`);
      const { body } = await staff.get(`/api/v1/payments/payments/${uuid}/`);
      return body['status'] === 'completed' ? body : null;
    });
    return Number(paid['id']);
  };
  const refund = async (payment: number, amount?: string): Promise<number> => {
    const { status, body } = await staff.post(`/api/v1/payments/payments/${payment}/refunds/`, {
      ...(amount ? { amount } : {}),
      reason: 'The guest left early',
    });
    expect({ status, body }).toMatchObject({ status: 201 });
    return Number(body['id']);
  };
  const untilRefund = (payment: number, id: number, status: string, withinMs?: number) =>
    waitFor(
      `refund ${id} to be ${status}`,
      async () => {
        const { body } = await staff.get<{ results: Record<string, unknown>[] }>(
          `/api/v1/payments/payments/${payment}/refunds/`,
        );
        return body.results.find((row) => row['id'] === id && row['status'] === status);
      },
      withinMs,
    );
  /** How often the gateway was told to carry out this refund. */
  const orders = async (id: number): Promise<number> => {
    const [row]: { provider: string; reference: string }[] = await app.database.dataSource.query(
      'SELECT provider, reference FROM refunds WHERE id = $1',
      [id],
    );
    const requests = await app.sandbox.requests(row?.provider);
    return requests.filter(
      ({ method, body }) => method === 'POST' && body.includes(String(row?.reference)),
    ).length;
  };
  const passTime = async (seconds: number): Promise<void> => {
    clockS += seconds;
    await app.sandbox.moveClock(clockS);
  };

  it('are complete at once where the gateway pays at once', async () => {
    const payment = await aPaidPayment('XOF', '1500');
    const id = await refund(payment);
    await untilRefund(payment, id, 'completed');
    expect((await staff.get(`/api/v1/payments/payments/${payment}/`)).body).toMatchObject({
      status: 'refunded',
      refunded_amount: '1500',
    });
  });

  it('need a person for a part, where the gateway refunds only the whole', async () => {
    const payment = await aPaidPayment('XOF', '1500');
    const id = await refund(payment, '500');
    expect(await untilRefund(payment, id, 'needs_attention')).toBeTruthy();
    expect(await orders(id)).toBe(0);
  });

  it('are followed until they are final where the gateway takes days', async () => {
    const payment = await aPaidPayment('ETB', '2000.00');
    const id = await refund(payment, '500.00');
    await waitFor('the order to be out', async () => (await orders(id)) === 1);
    await passTime(7 * 86_400);
    await untilRefund(payment, id, 'completed');
    expect((await staff.get(`/api/v1/payments/payments/${payment}/`)).body).toMatchObject({
      status: 'partially_refunded',
      refunded_amount: '500.00',
    });
  });

  it('that the gateway refuses fail, and give their reservation back', async () => {
    const payment = await aPaidPayment('ETB', '2000.00');
    await app.sandbox.fault({ refund: 'decline', count: 1 }, 'chapa');
    const id = await refund(payment);
    expect(await untilRefund(payment, id, 'failed')).toMatchObject({
      failure_reason: expect.any(String),
    });
    const again = await refund(payment);
    expect(again).not.toBe(id);
  });

  it('whose answer was lost are not sent a second time where that could pay twice', async () => {
    const payment = await aPaidPayment('ETB', '2000.00');
    await app.sandbox.fault({ refund: 'timeout_after_accept', count: 1 }, 'chapa');
    const id = await refund(payment);
    await untilRefund(payment, id, 'processing');
    await passTime(3_600);
    await passTime(7 * 86_400);
    // A look that had begun before the clock was moved plans the next one, six hours on, from there.
    const latestS = clockS + 8 * 3_600;
    await waitFor('an end or a person', async () => {
      if (clockS < latestS) await passTime(3_600);
      const { body } = await staff.get<{ results: Record<string, unknown>[] }>(
        `/api/v1/payments/payments/${payment}/refunds/`,
      );
      return ['completed', 'needs_attention'].includes(String(body.results[0]?.['status']));
    });
    expect(await orders(id)).toBe(1);
  });

  it('whose answer was lost are known within seconds where a repeat cannot pay twice', async () => {
    const payment = await aPaidPayment('XOF', '1500');
    await app.sandbox.fault({ refund: 'timeout_after_accept', count: 1 }, 'wave');
    const id = await refund(payment);
    await untilRefund(payment, id, 'processing', 40_000);
    expect(await untilRefund(payment, id, 'completed', 15_000)).toBeTruthy();
  });

  it('that did not reach the gateway are sent again within seconds', async () => {
    const payment = await aPaidPayment('XOF', '1500');
    await app.sandbox.fault({ refund: 'rate_limited', count: 1 }, 'wave');
    const id = await refund(payment);
    expect(await untilRefund(payment, id, 'completed')).toBeTruthy();
  });

  it('that another worker brought further are followed to their end, whatever a late answer says', async () => {
    const payment = await aPaidPayment('XOF', '10000');
    await app.sandbox.fault({ refund: 'rate_limited', count: 1 }, 'wave');
    // As the other worker would have done it while this one waited for its answer.
    await app.database.asOwner(`
      CREATE FUNCTION go_further() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN NEW.status := 'processing'; RETURN NEW; END $$;
      CREATE TRIGGER another_worker BEFORE UPDATE ON refunds FOR EACH ROW
        WHEN (OLD.sent_at IS NULL AND NEW.sent_at IS NOT NULL) EXECUTE FUNCTION go_further();`);
    try {
      const id = await refund(payment);
      expect(await untilRefund(payment, id, 'completed', 30_000)).toMatchObject({ id });
    } finally {
      await app.database.asOwner('DROP FUNCTION go_further CASCADE');
    }
  });
});
