import { parse } from 'csv-parse/sync';
import type { Api } from '../support/api.js';
import { startApp, type TestApp } from '../support/app.js';

interface Account {
  code: string;
  currency: string;
  kind: string;
  debit: string;
  credit: string;
  balance: string;
}
interface Trial {
  at: string;
  currencies: {
    currency: string;
    debit: string;
    credit: string;
    balanced: boolean;
    accounts: Account[];
  }[];
}
interface Entries {
  count: number;
  results: {
    id: number;
    journal: number;
    account_code: string;
    amount: string;
    payment: number;
    memo: string;
  }[];
}

/** From a balance to its entries, to the payment behind each. */
describe('the books as people read them', () => {
  let app: TestApp;
  let staff: Api;
  let before: string;
  let paid: number;

  beforeAll(async () => {
    app = await startApp();
    staff = await app.api.login('staff');
    const cashier = await app.api.login('cashier');
    await cashier.post('/api/v1/cash-drawers/sessions/', {
      drawer: 1,
      opening: [{ currency: 'TZS', amount: '1000.00' }],
    });
    const [clock]: { now: Date }[] = await app.database.dataSource.query(
      'SELECT clock_timestamp() AS now',
    );
    before = clock?.now.toISOString() ?? '';
    const { status } = await cashier.post('/api/payments/initiate/', {
      booking_id: 123,
      provider: 'cash',
    });
    if (status !== 201) throw new Error(`cash was refused with ${status}`);
    const { body } = await staff.get<{ results: { id: number }[] }>(
      '/api/v1/payments/payments/?booking=123',
    );
    paid = body.results[0]?.id ?? 0;
  });
  afterAll(() => app.close());

  const accountOf = async (code: string, at?: string): Promise<Account | undefined> => {
    const query = at ? `?currency=TZS&at=${at}` : '?currency=TZS';
    const { body } = await staff.get<Account[]>(`/api/v1/ledger/accounts/${query}`);
    return body.find((account) => account.code === code);
  };

  it('shows balances now and at a date', async () => {
    expect(await accountOf('drawer:1')).toMatchObject({ kind: 'asset', balance: '51000.00' });
    expect(await accountOf('drawer:1', before)).toMatchObject({ balance: '1000.00' });
    expect((await accountOf('settled:booking', before))?.balance ?? '0.00').toBe('0.00');
    expect(await accountOf('settled:booking')).toMatchObject({
      kind: 'income',
      credit: '50000.00',
      balance: '-50000.00',
    });
  });

  it('balances per currency', async () => {
    const { body } = await staff.get<Trial>('/api/v1/ledger/trial-balance/');
    expect(body.currencies.map(({ currency }) => currency)).toContain('TZS');
    for (const { debit, credit, balanced, accounts } of body.currencies) {
      expect({ balanced, credit }).toEqual({ balanced: true, credit: debit });
      expect(accounts.length).toBeGreaterThan(1);
    }
    const then = await staff.get<Trial>(`/api/v1/ledger/trial-balance/?at=2020-01-01`);
    expect(then.body.at).toBe('2020-01-01T00:00:00.000Z');
    for (const { debit } of then.body.currencies) expect(Number(debit)).toBe(0);
  });

  it('leads from a balance to the payment', async () => {
    const { body } = await staff.get<Entries>(
      '/api/v1/ledger/entries/?account=settled:booking&currency=TZS',
    );
    expect(body.results).toMatchObject([{ amount: '-50000.00', payment: paid }]);
    const journal = body.results[0]?.journal ?? 0;
    const both = await staff.get<Entries>(`/api/v1/ledger/entries/?journal=${journal}`);
    expect(
      both.body.results
        .map(({ account_code: code }) => code)
        .toSorted((a, b) => a.localeCompare(b)),
    ).toEqual(['drawer:1', 'settled:booking']);
    const byPayment = await staff.get<Entries>(`/api/v1/ledger/entries/?payment=${paid}`);
    expect(byPayment.body.count).toBe(2);
  });

  it('exports the same entries', async () => {
    const { body, headers } = await staff.get<{ text: string }>(
      `/api/v1/ledger/entries/export/?payment=${paid}`,
    );
    expect(headers.get('content-disposition')).toContain('ledger-entries.csv');
    const rows: Record<string, string>[] = parse(body.text, { columns: true, bom: true });
    expect(rows).toHaveLength(2);
    expect(
      rows.map((row) => row['amount']).toSorted((a = '', b = '') => a.localeCompare(b)),
    ).toEqual(['-50000.00', '50000.00']);
  });

  it('refuses dates that are none', async () => {
    const answer = await staff.get('/api/v1/ledger/accounts/?at=2026-02-31');
    expect(answer).toMatchObject({ status: 400, body: { errors: { at: [expect.any(String)] } } });
  });
});
