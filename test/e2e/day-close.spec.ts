import { createHash } from 'node:crypto';
import { type Api, DEMO_PASSWORD } from '../support/api.js';
import { startApp, type TestApp } from '../support/app.js';
import { expectBooksToAgree } from '../support/books.js';
import {
  aCashDay,
  DAY_CLOSES,
  dayOf,
  expectNoFaults,
  moveDays,
  sealed,
} from '../support/day-room.js';
import { aManualDesk } from '../support/manual-desk.js';
import { readPdf } from '../support/pdf.js';

interface Balance {
  code: string;
  currency: string;
  opening: string;
  movement: string;
  closing: string;
}
interface Close {
  id: number;
  uuid: string;
  number: number;
  date: string;
  from: string | null;
  until: string;
  previous_hash: string | null;
  hash: string;
  sealed_text: string;
  closed_by: { id: number; name: string } | null;
  audit: { seq: number; hash: string };
  drawers: {
    z_reports: { id: number; number: number; session: number; hash: string }[];
    totals: Record<string, string>[];
    open_sessions: { id: number; cashier: string }[];
  };
  manual_payments: {
    approved: Record<string, unknown>[];
    totals: Record<string, unknown>[];
  };
  gateways: Record<string, unknown>[];
  ledger: { journals: number; digest: string; accounts: Balance[] };
  unallocated: Record<string, unknown>[];
}
interface Failure {
  code: string;
  error: string;
}

/** A day of a branch, from its first sale to the paper that closes it. */
describe('closing a day over HTTP', () => {
  let app: TestApp;
  let staff: Api;
  let admin: Api;
  let cashier: Api;

  beforeAll(async () => {
    app = await startApp({}, { fromNoon: true });
    staff = await app.api.login('staff');
    admin = await app.api.login('admin');
    cashier = await app.api.login('cashier');
  });
  afterEach(async () => {
    await expectBooksToAgree(app.database.dataSource);
    await sealed(app);
    await expectNoFaults(app);
  });
  afterAll(() => app?.close());

  const post = <Body = Close>(date: string, headers: Record<string, string> = {}) =>
    staff.post<Body>(DAY_CLOSES, { date }, headers);

  const aManualPayment = async (): Promise<{ payment: number; invoice: number }> => {
    const desk = await aManualDesk(app);
    const invoice = await desk.anInvoice('40000.00');
    const payment = await desk.submit(invoice, { transaction_reference: 'FT26-DAY-1' });
    await desk.expectStatus(200, desk.approve(payment));
    return { payment, invoice };
  };

  it('refuses days that are not over, and those before the account', async () => {
    const today = await dayOf(app, 0);
    const early = await post<Failure>(today);
    expect(early).toMatchObject({ status: 400, body: { code: 'day_not_over' } });
    expect(early.body.error).toContain(today);
    expect(await post<Failure>(await dayOf(app, -1))).toMatchObject({
      status: 400,
      body: { code: 'day_before_account' },
    });
    for (const date of ['2026-02-30', 'yesterday', '']) {
      expect(await post<Failure>(date)).toMatchObject({ status: 400 });
    }
    expect((await staff.get(DAY_CLOSES)).body).toMatchObject({ count: 0, results: [] });
  });

  it('ties drawers, manual payments, gateways, ledger and audit head together', async () => {
    const session = await aCashDay(cashier, staff);
    const manual = await aManualPayment();
    const { body: open } = await cashier.post<{ id: number }>('/api/v1/cash-drawers/sessions/', {
      drawer: 1,
      opening: [{ currency: 'TZS', amount: '26000.00' }],
    });
    const { body: report } = await staff.get<{ hash: string }>(
      `/api/v1/cash-drawers/sessions/${session}/z-report/`,
    );
    const date = await dayOf(app, 0);
    await moveDays(app, 1);

    const { status, body } = await post(date);
    expect(status).toBe(201);
    expect(body).toMatchObject({
      number: 1,
      date,
      from: null,
      until: `${await dayOf(app, 0)}T00:00:00.000Z`,
      previous_hash: null,
      closed_by: { name: 'Juma Mollel' },
      drawers: {
        z_reports: [{ number: 1, session, hash: report.hash }],
        totals: [{ currency: 'TZS', expected: '26000.00', counted: '26000.00', variance: '0.00' }],
        open_sessions: [{ id: open.id }],
      },
      manual_payments: {
        approved: [{ ...manual, reference: 'FT26-DAY-1', currency: 'TZS', amount: '40000.00' }],
        totals: [{ currency: 'TZS', count: 1, amount: '40000.00' }],
      },
    });
    expect(body.gateways).toContainEqual({
      provider: 'manual',
      currency: 'TZS',
      paid_count: expect.any(Number),
      paid: expect.stringMatching(/^\d+\.00$/),
      refunded_count: 0,
      refunded: '0.00',
      other: '0.00',
      movement: expect.stringMatching(/^\d+\.00$/),
    });
    for (const gateway of body.gateways) expect(gateway).toMatchObject({ other: /^0(\.00)?$/ });
  });

  it('states the balances that the ledger’s own reports show, and what they come from', async () => {
    const { body: list } = await staff.get<{ results: Close[] }>(DAY_CLOSES);
    const { body } = await staff.get<Close>(`${DAY_CLOSES}${list.results[0]?.uuid}/`);
    const { body: accounts } = await staff.get<
      { code: string; currency: string; balance: string }[]
    >(`/api/v1/ledger/accounts/?at=${body.until}`);
    const balance = ({ code, currency }: { code: string; currency: string }): string =>
      `${currency} ${code}`;
    expect(
      Object.fromEntries(body.ledger.accounts.map((each) => [balance(each), each.closing])),
    ).toEqual(Object.fromEntries(accounts.map((each) => [balance(each), each.balance])));
    const [journals]: { count: number }[] = await app.database.dataSource.query(
      'SELECT count(*)::int AS count FROM ledger_journals WHERE account_id = 1',
    );
    expect(body.ledger.journals).toBe(journals?.count);
    const owed = accounts.filter(({ code }) => code === 'unallocated');
    expect(body.unallocated).toHaveLength(owed.length);
  });

  it('is sealed: its text hashes to its hash, and names the head of the audit trail', async () => {
    const { body: list } = await staff.get<{ results: Close[] }>(DAY_CLOSES);
    const { body } = await staff.get<Close>(`${DAY_CLOSES}${list.results[0]?.id}/`);
    const hash = createHash('sha256').update(`\n${body.sealed_text}`).digest('hex');
    expect(body.hash).toBe(hash);
    const { body: verdict } = await admin.get(
      `/api/v1/payments/audits/verify/?seq=${body.audit.seq}&hash=${body.audit.hash}`,
    );
    expect(verdict).toMatchObject({ valid: true });
    const { body: trail } = await staff.get<{ results: { actor: string; changes: object }[] }>(
      '/api/v1/payments/audits/?action=day.closed',
    );
    expect(trail.results).toMatchObject([
      { actor: 'staff@malipo.test', changes: { date: body.date, number: 1, hash } },
    ]);
  });

  it('is a paper that says the same each time', async () => {
    const { body: list } = await staff.get<{ results: Close[] }>(DAY_CLOSES);
    const { body: close } = await staff.get<Close>(`${DAY_CLOSES}${list.results[0]?.id}/`);
    const fetchPdf = async (): Promise<Buffer> => {
      const login = { username: 'staff@malipo.test', password: DEMO_PASSWORD };
      const { body } = await app.api.post<{ access: string }>('/api/v1/auth/token/', login);
      const answer = await fetch(`${app.url}${DAY_CLOSES}${close.id}/?format=pdf`, {
        headers: { authorization: `Bearer ${body.access}` },
      });
      expect(answer.headers.get('content-disposition')).toContain(`day-close-1-${close.date}.pdf`);
      return Buffer.from(await answer.arrayBuffer());
    };
    const bytes = await fetchPdf();
    const text = readPdf(bytes)
      .map((page) => page.text)
      .join('\n');
    for (const part of ['Day close 1', close.hash, close.ledger.digest, 'FT26-DAY-1', '26000.00']) {
      expect(text).toContain(part);
    }
    expect(await fetchPdf()).toEqual(bytes);
  });

  it('goes on the next day only, from the balances of the day before', async () => {
    const { body: list } = await staff.get<{ results: Close[] }>(DAY_CLOSES);
    const { body: first } = await staff.get<Close>(`${DAY_CLOSES}${list.results[0]?.id}/`);
    await moveDays(app, 2);
    expect(await post<Failure>(first.date)).toMatchObject({
      status: 409,
      body: { code: 'day_closed' },
    });
    expect(await post<Failure>(await dayOf(app, -1))).toMatchObject({
      status: 409,
      body: { code: 'day_out_of_order' },
    });
    const date = await dayOf(app, -2);
    const key = { 'idempotency-key': 'close-the-second-day' };
    const { status, body } = await post(date, key);
    expect(status).toBe(201);
    expect(body).toMatchObject({
      number: 2,
      date,
      from: `${date}T00:00:00.000Z`,
      previous_hash: first.hash,
      drawers: { z_reports: [], totals: [] },
      ledger: { journals: 0 },
    });
    for (const { opening, movement, closing } of body.ledger.accounts) {
      expect(movement).toMatch(/^0(\.00)?$/);
      expect(closing).toBe(opening);
    }
    expect(body.ledger.accounts.map(({ opening }) => opening)).toEqual(
      first.ledger.accounts.map(({ closing }) => closing),
    );
    const again = await post(date, key);
    expect(again.status).toBe(201);
    expect(again.body).toEqual(body);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
  });

  it('lists an account’s own days, by day', async () => {
    const { body: list } = await staff.get<{ count: number; results: Close[] }>(
      `${DAY_CLOSES}?ordering=date`,
    );
    expect(list.results.map(({ number }) => number)).toEqual([1, 2]);
    const from = list.results[1]?.date;
    const { body: later } = await staff.get(`${DAY_CLOSES}?date_from=${from}`);
    expect(later).toMatchObject({
      count: 1,
      results: [{ number: 2, closed_by: { name: 'Juma Mollel' } }],
    });
    const { body: earlier } = await staff.get(`${DAY_CLOSES}?date_to=${list.results[0]?.date}`);
    expect(earlier).toMatchObject({ count: 1, results: [{ number: 1 }] });
    expect(await staff.get(`${DAY_CLOSES}?date_from=soon`)).toMatchObject({ status: 400 });

    const outsider = await app.api.login('outsider');
    expect((await outsider.get(DAY_CLOSES)).body).toMatchObject({ count: 0 });
    const id = list.results[0]?.id;
    expect((await outsider.get(`${DAY_CLOSES}${id}/?format=pdf`)).status).toBe(404);
    // Another account's days are its own: the first is numbered 1, whatever this one has closed.
    const { body: theirs } = await outsider.post(DAY_CLOSES, { date: from });
    expect(theirs).toMatchObject({ number: 1, previous_hash: null, account: { id: 2 } });
  });
});
