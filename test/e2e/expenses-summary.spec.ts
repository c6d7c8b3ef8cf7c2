import { CURRENCIES, formatMinor, Money } from '../../src/common/index.js';
import type { Answer, Api } from '../support/api.js';
import { EXPENSES, openExpenseRoom, type ExpenseRoom } from '../support/expense-room.js';

interface Total {
  currency: string;
  amount: string;
  count: number;
  month?: string;
  property?: number | null;
  category?: string;
}
interface Summary {
  statuses: string[];
  totals: Total[];
  by_month: Total[];
  by_property: Total[];
  by_category: Total[];
}
interface Row {
  amount: string;
  currency: string;
  status: string;
  date: string;
  property: number | null;
  category: string;
}
interface Page {
  results: Row[];
  next: string | null;
}

describe('the summary of expenses', () => {
  let room: ExpenseRoom;

  beforeAll(async () => {
    // Its rows are written past the product, which posts none of them.
    room = await openExpenseRoom({}, { books: false });
    await room.app.database.dataSource.query(
      `INSERT INTO properties (id, account_id, owner_id, kind, title, city, country)
       SELECT 9001, 1, id, 'house', 'House next door', 'Arusha', 'Tanzania'
       FROM users WHERE email = 'owner@malipo.test'`,
    );
    // 400 of all sorts: drafts, pending and void, approved and paid; 14 months; four currencies.
    await room.app.database.dataSource.query(
      `INSERT INTO expenses (account_id, property_id, category, amount_minor, currency, spent_on,
         created_by, changed_by, status, submitted_by, submitted_at, needs_approval, decided_at,
         paid_from, paid_by, paid_at, ledger_account, voided_by, voided_at, void_reason)
       SELECT 1, (ARRAY[124, 9001, NULL])[1 + n % 3],
         (ARRAY['rent', 'salaries', 'other', 'utilities'])[1 + n % 4], 1 + n * 37 % 999983,
         (ARRAY['TZS', 'USD', 'XOF', 'TND', 'TZS'])[1 + n % 5],
         date '2024-01-31' + n, 2, 2, status,
         CASE WHEN status NOT IN ('draft', 'void') THEN 2 END,
         CASE WHEN status NOT IN ('draft', 'void') THEN now() END, false,
         CASE WHEN status IN ('approved', 'paid') THEN now() END,
         CASE status WHEN 'paid' THEN 'advance' END, CASE status WHEN 'paid' THEN 2 END,
         CASE status WHEN 'paid' THEN now() END,
         CASE status WHEN 'paid' THEN 'expenses_payable' END,
         CASE status WHEN 'void' THEN 2 END, CASE status WHEN 'void' THEN now() END,
         CASE status WHEN 'void' THEN 'twice' END
       FROM (SELECT n, (ARRAY['draft', 'pending', 'approved', 'paid', 'void', 'approved', 'paid'])[
         1 + n % 7] AS status FROM generate_series(1, 400) AS n) AS made`,
    );
  });
  afterAll(() => room.close());

  async function listed(api: Api, query: string): Promise<Row[]> {
    const rows: Row[] = [];
    let path: string | null = `${EXPENSES}?cursor=&page_size=100&${query}`;
    while (path) {
      const page: Answer<Page> = await api.get<Page>(path);
      expect(page.status).toBe(200);
      rows.push(...page.body.results);
      path = page.body.next;
    }
    return rows;
  }

  async function summed(api: Api, query: string): Promise<Summary> {
    const { status, body } = await api.get(`${EXPENSES}summary/?${query}`);
    expect({ status, body }).toMatchObject({ status: 200 });
    return body as unknown as Summary;
  }

  /** Adds rows up by hand, exactly. */
  function added(rows: Row[], keyOf: (row: Row) => string): Map<string, string> {
    const sums = new Map<string, { minor: bigint; count: number; currency: string }>();
    for (const row of rows) {
      const key = `${keyOf(row)}|${row.currency}`;
      const sum = sums.get(key) ?? { minor: 0n, count: 0, currency: row.currency };
      sum.minor += Money.parse(row.amount, row.currency).minor;
      sum.count += 1;
      sums.set(key, sum);
    }
    const entries = [...sums].map(([key, { minor, count, currency }]): [string, string] => [
      key,
      `${formatMinor(minor, currency)} in ${count}`,
    ]);
    return new Map(entries);
  }

  const told = (totals: Total[], keyOf: (row: Total) => string): Map<string, string> =>
    new Map(
      totals.map((row) => [`${keyOf(row)}|${row.currency}`, `${row.amount} in ${row.count}`]),
    );

  it.each([
    '',
    'status=paid',
    'status=void',
    'currency=TND',
    'category=rent',
    'property=9001',
    'date_from=2024-03-01&date_to=2024-03-31',
    'property=124&category=salaries&currency=tzs',
    'paid_from=advance',
    'created_before=2020-01-01',
  ])('adds up to the list: ?%s', async (query) => {
    for (const api of [room.staff, room.owner, room.cashier]) {
      const summary = await summed(api, query);
      const rows = (await listed(api, query)).filter(({ status }) =>
        summary.statuses.includes(status),
      );
      expect(told(summary.totals, () => '')).toEqual(added(rows, () => ''));
      expect(told(summary.by_month, ({ month }) => String(month))).toEqual(
        added(rows, ({ date }) => date.slice(0, 7)),
      );
      expect(told(summary.by_property, ({ property }) => String(property))).toEqual(
        added(rows, ({ property }) => String(property)),
      );
      expect(told(summary.by_category, ({ category }) => String(category))).toEqual(
        added(rows, ({ category }) => category),
      );
    }
  });

  it('counts what is agreed, in every currency for itself', async () => {
    const summary = await summed(room.staff, '');
    expect(summary.statuses).toEqual(['approved', 'paid']);
    expect(summary.totals.map(({ currency }) => currency)).toEqual(['TND', 'TZS', 'USD', 'XOF']);
    for (const { currency, amount } of summary.totals) {
      const decimals = amount.includes('.') ? amount.split('.')[1]?.length : 0;
      expect(decimals).toBe(CURRENCIES.get(currency)?.exponent);
    }
    const months = summary.by_month.map(({ month }) => String(month));
    expect(months).toEqual(months.toSorted((a, b) => b.localeCompare(a)));
    expect((await summed(room.staff, 'vendor=nobody')).totals).toEqual([]);
  });

  it('shows an owner the properties that are theirs, and nothing of the account itself', async () => {
    const summary = await summed(room.owner, '');
    const properties = new Set(summary.by_property.map(({ property }) => property));
    expect(properties).toEqual(new Set([124, 9001]));
    expect((await room.customer.get(`${EXPENSES}summary/`)).status).toBe(403);
    expect((await summed(room.outsider, '')).totals).toEqual([
      { currency: 'TZS', amount: '20000.00', count: 1 },
    ]);
  });
});
