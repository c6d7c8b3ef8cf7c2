import { type Answer, type Api, DEMO_PASSWORD } from '../support/api.js';
import { startApp, type TestApp } from '../support/app.js';
import { waitFor } from '../support/wait.js';

const CALLERS = [
  'nobody',
  'customer', // owes the booking
  'customer2', // owes another
  'owner', // owns the hotel that is booked
  'cashier',
  'staff',
  'admin',
  'outsider', // administrator of another account
] as const;
type Caller = (typeof CALLERS)[number];

/** Statuses in the order of CALLERS. */
interface Row {
  route: string;
  statuses: Record<Caller, number>;
}

function row(route: string, ...statuses: number[]): Row {
  if (statuses.length !== CALLERS.length) throw new Error(`${route}: a status for each caller`);
  const entries = CALLERS.map((caller, index) => [caller, statuses[index]]);
  return { route, statuses: Object.fromEntries(entries) as Row['statuses'] };
}

/**
 * Every route of the API and what each role gets from it, for objects of `customer` in account 1. 401
 * not logged in, 403 the role lacks the act, 404 not theirs to see; the rest is what the route answers.
 */
const TABLE: readonly Row[] = [
  // route                                                     nobody cust cust2 owner cashier staff admin outsider
  row('POST /api/v1/auth/token/', 200, 200, 200, 200, 200, 200, 200, 200),
  row('POST /api/v1/auth/token/refresh/', 401, 401, 401, 401, 401, 401, 401, 401),
  row('POST /api/v1/auth/logout/', 200, 200, 200, 200, 200, 200, 200, 200),
  row('POST /api/v1/auth/register/', 201, 201, 201, 201, 201, 201, 201, 201),
  row('GET /api/v1/auth/me/', 401, 200, 200, 200, 200, 200, 200, 200),
  row('PATCH /api/v1/auth/me/', 401, 200, 200, 200, 200, 200, 200, 200),
  row('GET /api/v1/payments/providers/', 401, 200, 200, 200, 200, 200, 200, 200),
  row('GET /api/v1/payments/payments/', 401, 200, 200, 200, 200, 200, 200, 200),
  row('POST /api/v1/payments/payments/', 401, 201, 404, 403, 201, 201, 201, 404),
  row('GET /api/v1/payments/payments/{id}/', 401, 200, 404, 200, 200, 200, 200, 404),
  row('PUT /api/v1/payments/payments/{id}/', 401, 200, 404, 403, 200, 200, 200, 404),
  row('PATCH /api/v1/payments/payments/{id}/', 401, 200, 404, 403, 200, 200, 200, 404),
  row('DELETE /api/v1/payments/payments/{id}/', 401, 204, 404, 403, 204, 204, 204, 404),
  row('POST /api/v1/payments/payments/{id}/cancel/', 401, 200, 404, 403, 200, 200, 200, 404),
  row(
    'POST /api/v1/payments/payments/{id}/initiate-gateway/',
    401,
    200,
    404,
    200,
    200,
    200,
    200,
    404,
  ),
  row('GET /api/v1/payments/payments/{id}/refunds/', 401, 200, 404, 200, 200, 200, 200, 404),
  row('POST /api/v1/payments/payments/{id}/refunds/', 401, 403, 403, 403, 403, 201, 201, 404),
  row('POST /api/v1/payments/refunds/{id}/settle/', 401, 403, 403, 403, 403, 200, 200, 404),
  row('POST /api/payments/initiate/', 404, 201, 404, 403, 201, 201, 201, 404),
  row('GET /api/payments/{id}/status/', 401, 200, 404, 200, 200, 200, 200, 404),
  row('GET /api/payments/verify/', 400, 400, 400, 400, 400, 400, 400, 400),
  row('POST /api/payments/verify/', 400, 400, 400, 400, 400, 400, 400, 400),
  row('GET /api/v1/payments/transactions/', 401, 200, 200, 200, 200, 200, 200, 200),
  row('GET /api/v1/payments/transactions/{id}/', 401, 200, 404, 200, 200, 200, 200, 404),
  row('POST /api/v1/payments/transactions/{id}/resolve/', 401, 403, 403, 403, 403, 200, 200, 404),
  row('GET /api/v1/payments/audits/', 401, 200, 200, 200, 200, 200, 200, 200),
  row('GET /api/v1/payments/audits/verify/', 401, 403, 403, 403, 403, 403, 200, 200),
  row('GET /api/v1/properties/', 401, 200, 200, 200, 200, 200, 200, 200),
  row('POST /api/v1/properties/', 401, 403, 403, 403, 403, 201, 201, 400),
  row('GET /api/v1/properties/{id}/', 401, 200, 200, 200, 200, 200, 200, 404),
  row('PATCH /api/v1/properties/{id}/', 401, 403, 403, 403, 403, 200, 200, 404),
  row('GET /api/v1/bookings/', 401, 200, 200, 200, 200, 200, 200, 200),
  row('POST /api/v1/bookings/', 401, 403, 403, 403, 403, 201, 201, 400),
  row('GET /api/v1/bookings/{id}/', 401, 200, 404, 200, 200, 200, 200, 404),
  row('POST /api/v1/bookings/{id}/cancel/', 401, 403, 403, 403, 403, 200, 200, 404),
  row('GET /api/v1/webhook-events/', 401, 403, 403, 403, 403, 403, 200, 200),
  row('GET /api/v1/webhook-events/{id}/', 401, 403, 403, 403, 403, 403, 200, 404),
  row('POST /api/v1/webhook-events/{id}/replay/', 401, 403, 403, 403, 403, 403, 200, 404),
];

describe('what each role gets on every route', () => {
  let app: TestApp;
  const clients = new Map<Caller, Api>();
  let counter = 0;

  beforeAll(async () => {
    app = await startApp();
    clients.set('nobody', app.api);
    for (const caller of CALLERS.slice(1) as Exclude<Caller, 'nobody'>[]) {
      clients.set(caller, await app.api.login(caller));
    }
  });
  afterAll(() => app.close());

  const as = (caller: Caller): Api => {
    const client = clients.get(caller);
    if (!client) throw new Error(`${caller} is not logged in`);
    return client;
  };
  const made = async (answer: Promise<Answer>): Promise<number> => {
    const { status, body } = await answer;
    expect({ status, body }).toMatchObject({ status: 201 });
    return Number(body['id']);
  };
  const bookingBody = () => ({
    property: 124,
    customer: 'customer@malipo.test',
    check_in: '2026-04-01',
    check_out: '2026-04-02',
    guests: 1,
    total_price: '5000.00',
    currency: 'TZS',
  });
  const aBooking = (): Promise<number> =>
    made(as('staff').post('/api/v1/bookings/', bookingBody()));
  const paymentBody = (booking: number) => ({
    booking,
    amount: '5000.00',
    payment_method: 'mobile_money',
    mobile_money_provider: 'AIRTEL',
  });
  const aPayment = async (): Promise<number> =>
    made(as('customer').post('/api/v1/payments/payments/', paymentBody(await aBooking())));
  /** One that waits for a person. */
  const aTransaction = async (): Promise<number> => {
    const { status, body } = await as('customer').post(
      `/api/v1/payments/payments/${await aPayment()}/initiate-gateway/`,
    );
    expect({ status, body }).toMatchObject({ status: 200 });
    const id = Number(body['transaction_id']);
    await app.database.dataSource.query(
      `UPDATE payment_transactions SET status = 'unknown', review_reason = 'outcome_unknown'
       WHERE id = $1`,
      [id],
    );
    return id;
  };
  const aPaidPayment = async (): Promise<number> => {
    const id = await aPayment();
    const { body } = await as('customer').post(`/api/v1/payments/payments/${id}/initiate-gateway/`);
    await app.sandbox.answer(String(body['transaction_reference']), 'approve');
    await waitFor('the completed payment', async () => {
      const read = await as('admin').get(`/api/v1/payments/payments/${id}/`);
      return read.body['status'] === 'completed';
    });
    return id;
  };
  const aRefund = async (): Promise<number> =>
    made(
      as('staff').post(`/api/v1/payments/payments/${await aPaidPayment()}/refunds/`, {
        reason: 'left early',
      }),
    );
  const anEvent = async (): Promise<number> => {
    const rows: { id: number }[] = await app.database.dataSource.query(
      `INSERT INTO webhook_events (provider, dedupe_key, verification, status, reason, raw_body, event,
         wire_status, reference, processed_at, transaction_id, payment_id, account_id)
       SELECT 'azampay', gen_random_uuid(), 'verified', 'parked', 'amount_mismatch', '{}', $2,
         'success', 'R', now(), t.id, t.payment_id, t.account_id
       FROM payment_transactions t WHERE t.id = $1 RETURNING id`,
      [
        await aTransaction(),
        {
          reference: 'R',
          dedupeKey: 'k',
          state: 'paid',
          gatewayTransactionId: null,
          amount: null,
          failure: null,
          wireStatus: 'success',
        },
      ],
    );
    return Number(rows[0]?.id);
  };
  const propertyBody = () => ({
    owner: 'owner@malipo.test',
    kind: 'lodge',
    title: 'Ngorongoro Lodge',
    city: 'Karatu',
    country: 'Tanzania',
  });

  /** Path and body of a request that succeeds for whom it may; a fresh object for each. */
  const requestOf = async (route: string): Promise<{ path: string; body?: unknown }> => {
    const [method, template = ''] = route.split(' ');
    const path = (id: number | string): string => template.replace('{id}', String(id));
    counter += 1;
    if (template.endsWith('/auth/token/')) {
      return { path: template, body: { username: 'john_doe', password: DEMO_PASSWORD } };
    }
    if (template.endsWith('/refresh/') || template.endsWith('/logout/')) {
      return { path: template, body: { refresh: 'nothing-of-ours' } };
    }
    if (template.endsWith('/register/')) {
      const email = `new-${counter}@example.test`;
      return { path: template, body: { email, password: 'karibu-zanzibar', name: 'New' } };
    }
    if (method === 'PATCH' && template.endsWith('/auth/me/')) return { path: template, body: {} };
    if (template.endsWith('/initiate/')) {
      const prompt = { mobile_money_provider: 'AIRTEL', phone_number: '255653294241' };
      return { path: template, body: { booking_id: await aBooking(), ...prompt } };
    }
    if (template.endsWith('/status/')) return { path: path(await aPayment()) };
    if (template.endsWith('/{id}/refunds/')) {
      const body = method === 'POST' ? { body: { reason: 'left early' } } : {};
      return { path: path(await aPaidPayment()), ...body };
    }
    if (template.includes('/refunds/{id}/')) {
      return { path: path(await aRefund()), body: { method: 'cash', evidence: 'receipt 7' } };
    }
    if (template.includes('/payments/payments/{id}/')) {
      const edits = ['PUT', 'PATCH'].includes(method ?? '');
      return { path: path(await aPayment()), ...(edits ? { body: { notes: 'n' } } : {}) };
    }
    if (route === 'POST /api/v1/payments/payments/') {
      return { path: template, body: paymentBody(await aBooking()) };
    }
    if (template.includes('/transactions/{id}/')) {
      const resolution = { outcome: 'failed', evidence: 'statement', reason: 'nothing came' };
      return {
        path: path(await aTransaction()),
        ...(method === 'POST' ? { body: resolution } : {}),
      };
    }
    if (template.includes('/properties/{id}/')) {
      return { path: path(124), ...(method === 'PATCH' ? { body: { title: 'Hotel' } } : {}) };
    }
    if (route === 'POST /api/v1/properties/') return { path: template, body: propertyBody() };
    if (route === 'POST /api/v1/bookings/') return { path: template, body: bookingBody() };
    if (template.includes('/bookings/{id}/')) return { path: path(await aBooking()) };
    if (template.includes('/webhook-events/{id}/')) return { path: path(await anEvent()) };
    return { path: template };
  };

  it('is written down for every route there is', async () => {
    const { body } = await app.api.get<{ paths: Record<string, Record<string, unknown>> }>(
      '/api/schema/',
    );
    const routes = Object.entries(body.paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const known = TABLE.map(({ route }) => route);
    expect(routes.toSorted()).toEqual(known.toSorted());
  });

  it.each(TABLE)('$route', async ({ route, statuses }) => {
    const [method = ''] = route.split(' ');
    const got: Record<string, number> = {};
    for (const caller of CALLERS) {
      const { path, body } = await requestOf(route);
      got[caller] = (await as(caller).send(method, path, body)).status;
    }
    expect(got).toEqual(statuses);
  });

  it.each(TABLE.filter(({ route }) => route.includes('{id}')))(
    '$route answers the same for what is another account’s and what does not exist',
    async ({ route }) => {
      const [method = '', template = ''] = route.split(' ');
      const { path, body } = await requestOf(route);
      const foreign = await as('outsider').send(method, path, body);
      for (const id of ['999999', '00000000-0000-4000-8000-000000000000', 'nonsense', '%00']) {
        const absent = await as('outsider').send(method, template.replace('{id}', id), body);
        expect({ id, status: absent.status }).toEqual({ id, status: foreign.status });
      }
      const absent = await as('outsider').send(method, template.replace('{id}', '999999'), body);
      const { request_id: _a, ...foreignBody } = foreign.body;
      const { request_id: _b, ...absentBody } = absent.body;
      expect(absentBody).toEqual(foreignBody);
    },
  );
});
