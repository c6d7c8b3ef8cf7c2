import { type Answer, type Api, DEMO_PASSWORD } from '../support/api.js';
import { startApp, type TestApp } from '../support/app.js';
import { expectBooksToAgree } from '../support/books.js';
import { readPdf } from '../support/pdf.js';

interface Session {
  id: number;
  uuid: string;
  number: number;
  status: string;
  review_required: boolean;
  currencies: {
    currency: string;
    declared_opening: string;
    expected_opening: string | null;
    expected: string | null;
    counted: string | null;
    variance: string | null;
  }[];
}
interface Started {
  status: string;
  data: { payment_id: string; payment_status: string; checkout_url: string | null };
}
interface Report {
  concealed?: boolean;
  number?: number;
  hash?: string;
  previous_hash?: string | null;
  sealed_text?: string;
  event_count: number;
  currencies: Record<string, unknown>[];
  tenders: Record<string, unknown>[];
  cashiers: Record<string, unknown>[];
}

const DRAWERS = '/api/v1/cash-drawers/';
const SESSIONS = '/api/v1/cash-drawers/sessions/';

/** Cash from the booking to the Z report, as the people at a counter meet it over HTTP. */
describe('cash drawers over HTTP', () => {
  let app: TestApp;
  let cashier: Api;
  let staff: Api;
  let staff2: Api;
  let admin: Api;

  beforeAll(async () => {
    app = await startApp();
    cashier = await app.api.login('cashier');
    staff = await app.api.login('staff');
    staff2 = await app.api.login('staff2');
    admin = await app.api.login('admin');
  });
  afterEach(() => expectBooksToAgree(app.database.dataSource));
  afterAll(() => app.close());

  const aBooking = async (total: string, currency = 'TZS'): Promise<number> => {
    const { body } = await staff.post<{ id: number }>('/api/v1/bookings/', {
      property: 124,
      customer: 'customer@malipo.test',
      check_in: '2026-03-01',
      check_out: '2026-03-04',
      guests: 2,
      total_price: total,
      currency,
    });
    return body.id;
  };
  const payCash = (booking: number, by: Api = cashier): Promise<Answer<Started>> =>
    by.post<Started>('/api/payments/initiate/', { booking_id: booking, provider: 'cash' });
  const open = async (drawer: number, amount: string, by: Api = cashier): Promise<Session> => {
    const { status, body } = await by.post<Session>(SESSIONS, {
      drawer,
      opening: [{ currency: 'TZS', amount }],
    });
    expect({ status, body }).toMatchObject({ status: 201 });
    return body;
  };
  const act = (
    session: { id: number },
    name: string,
    body: unknown,
    by: Api = cashier,
  ): Promise<Answer<Session>> => by.post<Session>(`${SESSIONS}${session.id}/${name}/`, body);
  const counted = (amount: string) => ({ counted: [{ currency: 'TZS', amount }] });
  const aDrawer = async (more: Record<string, unknown> = {}): Promise<number> => {
    const { status, body } = await staff.post<{ id: number }>(DRAWERS, {
      name: `Till ${Math.random()}`,
      currencies: [{ currency: 'TZS' }],
      ...more,
    });
    expect(status).toBe(201);
    return body.id;
  };
  /** What the cashier reads in the file. */
  const pdf = async (session: { id: number }, kind: 'x' | 'z'): Promise<string> => {
    const login = { username: 'cashier@malipo.test', password: DEMO_PASSWORD };
    const { body } = await app.api.post<{ access: string }>('/api/v1/auth/token/', login);
    const answer = await fetch(`${app.url}${SESSIONS}${session.id}/${kind}-report/?format=pdf`, {
      headers: { authorization: `Bearer ${body.access}` },
    });
    expect(answer.headers.get('content-type')).toBe('application/pdf');
    const pages = readPdf(Buffer.from(await answer.arrayBuffer()));
    return pages.flatMap(({ lines }) => lines).join('\n');
  };
  const report = async (
    session: { id: number },
    kind: 'x' | 'z',
    by: Api = staff,
  ): Promise<Report> => (await by.get<Report>(`${SESSIONS}${session.id}/${kind}-report/`)).body;

  it('has a drawer at which nobody works yet', async () => {
    const { body } = await cashier.get<{ results: Record<string, unknown>[] }>(DRAWERS);
    expect(body.results).toEqual([
      expect.objectContaining({ id: 1, name: 'Reception', open_session: null, archived_at: null }),
    ]);
    const booking = await aBooking('1000.00');
    const refused = await payCash(booking);
    expect(refused).toMatchObject({ status: 409, body: { code: 'no_open_drawer_session' } });
  });

  it('takes cash for bookings, gives some back, and closes with reports in both forms', async () => {
    const session = await open(1, '50000.00');
    expect(session).toMatchObject({ number: 1, status: 'open' });
    const paid = await payCash(await aBooking('12000.00'));
    expect(paid).toMatchObject({
      status: 201,
      body: { data: { payment_status: 'completed', checkout_url: null } },
    });

    const booking = await aBooking('8000.00');
    const { body: announced } = await staff.post<{ id: number }>('/api/v1/payments/payments/', {
      booking,
      amount: '8000.00',
      payment_method: 'cash',
    });
    const collect = `/api/v1/payments/payments/${announced.id}/collect/`;
    expect(await cashier.post(collect)).toMatchObject({
      status: 200,
      body: { status: 'completed' },
    });

    const { body: refund } = await staff.post<{ id: number; status: string }>(
      `/api/v1/payments/payments/${announced.id}/refunds/`,
      { amount: '3000.00', reason: 'left early' },
    );
    expect(refund.status).toBe('needs_attention');
    const settle = `/api/v1/payments/refunds/${refund.id}/settle/`;
    const evidence = { method: 'cash', evidence: 'signed slip 7' };
    expect(await staff.post(settle, evidence)).toMatchObject({
      status: 409,
      body: { code: 'no_open_drawer_session' },
    });
    const second = await open(await aDrawer(), '5000.00', staff);
    expect(await staff.post(settle, evidence)).toMatchObject({
      status: 200,
      body: { status: 'completed' },
    });
    expect(await act(second, 'close', counted('2000.00'), staff)).toMatchObject({ status: 200 });

    const drop = { type: 'drop_to_safe', amount: '20000.00', currency: 'TZS', reason: 'noon' };
    expect(await act(session, 'events', drop)).toMatchObject({
      status: 201,
      body: { type: 'drop_to_safe', direction: 'out', amount: '20000.00', received: null },
    });
    const x = await report(session, 'x', cashier);
    expect(x).toMatchObject({
      concealed: false,
      event_count: 4,
      currencies: [
        expect.anything(),
        { currency: 'TZS', expected: '50000.00', cash_in: '70000.00', cash_out: '20000.00' },
        expect.anything(),
        expect.anything(),
      ],
      tenders: [{ tender: 'cash', sales_count: 2, sales: '20000.00' }],
    });
    expect(await staff.get(`${SESSIONS}${session.id}/z-report/`)).toMatchObject({
      status: 404,
      body: { code: 'z_report_not_found' },
    });

    expect(await act(session, 'count', counted('50000.00'))).toMatchObject({
      status: 200,
      body: { status: 'counting' },
    });
    expect(await payCash(await aBooking('100.00'))).toMatchObject({
      status: 409,
      body: { code: 'drawer_session_counting' },
    });
    const closed = await act(session, 'close', {});
    expect(closed).toMatchObject({
      status: 200,
      body: { status: 'closed', review_required: false },
    });
    expect(closed.body.currencies.find(({ currency }) => currency === 'TZS')).toMatchObject({
      expected: '50000.00',
      counted: '50000.00',
      variance: '0.00',
    });

    const z = await report(session, 'z', cashier);
    expect(z).toMatchObject({ number: 1, previous_hash: null, event_count: 4 });
    expect(JSON.parse(z.sealed_text ?? '')).toMatchObject({ currencies: z.currencies });
    for (const [kind, title] of [
      ['x', 'X report, session 1'],
      ['z', 'Z report 1 of Reception'],
    ] as const) {
      const words = await pdf(session, kind);
      for (const word of [title, '50000.00', 'Neema Kessy']) expect(words).toContain(word);
    }
    const { body: listed } = await cashier.get<{ results: Report[] }>(`${DRAWERS}1/z-reports/`);
    expect(listed.results.map(({ hash }) => hash)).toEqual([z.hash]);
    expect(await admin.get(`${DRAWERS}1/z-reports/verify/`)).toMatchObject({
      status: 200,
      body: { valid: true, reports: 1, head: z.hash },
    });
  });

  it('lets no sale get lost or slip by while the drawer closes', async () => {
    const drawer = await aDrawer();
    const session = await open(drawer, '1000.00');
    const bookings = await Promise.all(Array.from({ length: 20 }, () => aBooking('10.00')));
    const sales = bookings.map((booking) => payCash(booking));
    const closes = Promise.all(sales.slice(0, 3)).then(() =>
      Promise.all([
        act(session, 'close', counted('1030.00')),
        act(session, 'close', counted('1030.00'), staff),
      ]),
    );
    const answers = await Promise.all(sales);
    const results = await closes;
    expect(results.map(({ status }) => status)).toEqual(expect.arrayContaining([200, 409]));
    // 503: its turn did not come in time, and nothing happened.
    expect(answers.every(({ status }) => [201, 409, 503].includes(status))).toBe(true);
    const taken = answers.filter(({ status }) => status === 201).length;
    const z = await report(session, 'z');
    expect(z.event_count).toBe(taken + 1);
    expect(z.currencies).toMatchObject([{ expected: `${1000 + 10 * taken}.00` }]);
    const { body } = await staff.get<{ results: { status: string }[] }>(
      `/api/v1/payments/payments/?page_size=100&status=completed`,
    );
    expect(body.results.length).toBeGreaterThanOrEqual(taken);
  });

  it('hides from who counts blind what is expected, before the close', async () => {
    const drawer = await aDrawer({ blind: true });
    const session = await open(drawer, '100.00');
    await payCash(await aBooking('55.00'));
    for (const answer of [
      await cashier.get(`${SESSIONS}${session.id}/`),
      await cashier.get(`${SESSIONS}?drawer=${drawer}`),
      await cashier.get(`${SESSIONS}${session.id}/x-report/`),
      await act(session, 'count', counted('155.00')),
    ]) {
      expect(answer.status).toBe(200);
      const text = JSON.stringify(answer.body).replaceAll('"counted":"155.00"', '');
      expect(text).not.toContain('155.00');
      expect(text).not.toContain('55.00');
    }
    expect(await report(session, 'x')).toMatchObject({
      concealed: false,
      currencies: [{ expected: '155.00' }],
    });
    const words = await pdf(session, 'x');
    expect(words).toContain('Blind count');
    expect(words).not.toContain('Expected');
    const closed = await act(session, 'close', {});
    expect(closed.body.currencies).toMatchObject([{ expected: '155.00', variance: '0.00' }]);
    expect(await report(session, 'x', cashier)).toMatchObject({ concealed: false });
  });

  it('waits for a second person when the count is off by more than the limit', async () => {
    const drawer = await aDrawer({ currencies: [{ currency: 'TZS', variance_limit: '50.00' }] });
    const session = await open(drawer, '1000.00');
    expect(await act(session, 'close', counted('900.00'), staff)).toMatchObject({
      status: 200,
      body: { status: 'closed', review_required: true },
    });
    const pending = await admin.get<{ results: Session[] }>(`${SESSIONS}?review=pending`);
    expect(pending.body.results.map(({ id }) => id)).toEqual([session.id]);
    const next = { drawer, opening: [{ currency: 'TZS', amount: '900.00' }] };
    expect(await cashier.post(SESSIONS, next)).toMatchObject({
      status: 409,
      body: { code: 'drawer_review_pending' },
    });
    expect(await act(session, 'review', {}, cashier)).toMatchObject({ status: 403 });
    expect(await act(session, 'review', {}, staff)).toMatchObject({
      status: 403,
      body: { code: 'second_person_required' },
    });
    expect(await act(session, 'review', { notes: 'known' }, staff2)).toMatchObject({
      status: 200,
      body: { status: 'reviewed', review_notes: 'known' },
    });
    const reopened = await open(drawer, '900.00');
    await act(reopened, 'close', counted('900.00'));
  });

  it('takes no more cash at its holding limit, until some is dropped', async () => {
    const drawer = await aDrawer({ currencies: [{ currency: 'TZS', holding_limit: '500.00' }] });
    const session = await open(drawer, '400.00');
    expect((await payCash(await aBooking('200.00'))).status).toBe(201);
    const booking = await aBooking('10.00');
    expect(await payCash(booking)).toMatchObject({
      status: 409,
      body: { code: 'holding_limit_reached' },
    });
    await act(session, 'events', { type: 'drop_to_safe', amount: 500, currency: 'TZS' });
    expect((await payCash(booking)).status).toBe(201);
    await act(session, 'close', counted('110.00'));
  });

  it('keeps one answer for one idempotency key', async () => {
    const drawer = await aDrawer();
    const key = { 'idempotency-key': 'open-and-close' };
    const body = { drawer, opening: [{ currency: 'TZS', amount: '10.00' }] };
    const first = await cashier.post<Session>(SESSIONS, body, key);
    const again = await cashier.post<Session>(SESSIONS, body, key);
    expect([first.status, again.status]).toEqual([201, 201]);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    const path = `${SESSIONS}${first.body.id}/`;
    const drop = { type: 'drop_to_safe', amount: '1.00', currency: 'TZS' };
    const events = [
      await cashier.post(`${path}events/`, drop, key),
      await cashier.post(`${path}events/`, drop, key),
    ];
    expect(events[0]?.body['id']).toBe(events[1]?.body['id']);
    const closes = [
      await cashier.post(`${path}close/`, counted('9.00'), key),
      await cashier.post(`${path}close/`, counted('9.00'), key),
    ];
    expect(closes.map(({ status }) => status)).toEqual([200, 200]);
    expect(closes[1]?.body).toEqual(closes[0]?.body);
  });
});
