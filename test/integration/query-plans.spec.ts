import { Client } from 'pg';
import { seedPayments } from '../../tools/bench/world/seeding.js';
import type { Api } from '../support/api.js';
import { startApp, type TestApp } from '../support/app.js';
import { sealed } from '../support/day-room.js';
import { planOf, type SentStatement, statementsOf } from '../support/statements.js';
import { waitFor } from '../support/wait.js';

/** Enough that a wrong plan is dearer than a right one. */
const PAYMENTS = 20_000;
/** Tables that `seedPayments` fills: of these PostgreSQL knows real statistics. */
const FILLED = new Set([
  'bookings',
  'payments',
  'payment_transactions',
  'webhook_events',
  'audit_entries',
  'ledger_journals',
  'ledger_postings',
]);
/** As many as the product offers, whatever is paid with them. */
const FIXED = new Set(['payment_method_configs', 'app_clock', 'accounts']);
/** More rows than anybody has under one booking, invoice or journal. */
const FEW = 500;

/** Values for filters that are neither a choice nor a number. */
const VALUES: Record<string, string> = {
  account: 'clearing:azampay',
  action: 'payment.created',
  created_after: '2026-06-01',
  created_before: '2026-10-01',
  customer: 'customer@malipo.test',
  city: 'Dodoma',
  currency: 'TZS',
  date_from: '2026-01-01',
  date_to: '2026-12-31',
  due_after: '2026-01-01',
  due_before: '2026-12-31',
};
const PAGING = new Set(['page', 'page_size', 'cursor', 'ordering']);

interface Parameter {
  name: string;
  in: string;
  schema: { enum?: string[] };
}
interface Document {
  paths: Record<string, { get?: { parameters?: Parameter[] } }>;
}

describe('lists over tables that grow', () => {
  let app: TestApp;
  let callers: Record<'admin' | 'staff' | 'owner' | 'customer', Api>;
  let database: Client;
  let lists: { path: string; filters: string[] }[];

  beforeAll(async () => {
    app = await startApp({}, { books: false });
    const [admin, staff, owner, customer] = await Promise.all([
      app.api.login('admin'),
      app.api.login('staff'),
      app.api.login('owner'),
      app.api.login('customer'),
    ]);
    callers = { admin, staff, owner, customer };
    // What the demo data lacks and a path names.
    await staff.post('/api/v1/cash-drawers/sessions/', {
      drawer: 1,
      opening: [{ currency: 'USD', amount: '100.00' }],
    });
    const run = await staff.post<{ id: number }>('/api/v1/reconciliation/runs/gateway/', {
      provider: 'azampay',
    });
    await customer.post('/api/v1/billing/payments/manual/', {
      invoice_id: 1,
      payment_method: 'bank_transfer',
      transaction_reference: 'FT26023XK1',
    });
    // While rows are filled in, no trigger marks an entry that the product itself writes.
    await waitFor('the run to end', async () => {
      const { body } = await staff.get(`/api/v1/reconciliation/runs/${run.body.id}/`);
      return body['status'] === 'completed';
    });
    await sealed(app);
    await seedPayments(app.database.adminUrl, PAYMENTS);
    database = new Client({ connectionString: app.database.adminUrl });
    await database.connect();
    lists = await documentedLists();
  });
  afterAll(async () => {
    await database.end();
    await app.close();
  });

  async function documentedLists(): Promise<typeof lists> {
    const answer = await fetch(new URL('/swagger.json', app.url));
    const { paths } = (await answer.json()) as Document;
    return Object.entries(paths).flatMap(([path, { get }]) => {
      const parameters = (get?.parameters ?? []).filter((parameter) => parameter.in === 'query');
      const isList = parameters.some(({ name }) => name === 'cursor');
      if (!isList || /\/(export|summary|report)\/$/.test(path)) return [];
      const filters = parameters
        .filter(({ name }) => !PAGING.has(name))
        .map(({ name, schema }) => `${name}=${schema.enum?.[0] ?? VALUES[name] ?? '10001'}`);
      return [{ path, filters }];
    });
  }

  /** One that has what the list is of. */
  async function idFor(path: string): Promise<string> {
    const table = /^\/api\/v1\/(payments|billing)\/payments\//.exec(path)?.[1];
    if (table === undefined) return '1';
    const { rows } = await database.query<{ id: number }>(
      table === 'billing'
        ? 'SELECT payment_id AS id FROM manual_payments LIMIT 1'
        : 'SELECT min(id) AS id FROM payments WHERE id > 10000 AND account_id = 1',
    );
    return String(rows[0]?.id);
  }

  /** What each caller's pages of a list ask the database, by the request's query. */
  async function* pagesOf(list: (typeof lists)[number]) {
    const path = list.path.replace('{id}', await idFor(list.path));
    for (const [role, api] of Object.entries(callers)) {
      const filters = role === 'admin' ? list.filters : [];
      for (const filter of ['', 'ordering=created_at', ...filters]) {
        const request = `${path}?cursor=&${filter}`;
        let status = 0;
        const sent = await statementsOf(async () => {
          ({ status } = await api.get(request));
        });
        const statements = sent.filter(({ text }) => /^\s*SELECT[^]*\bLIMIT\b/.test(text));
        if (status !== 403) yield { name: `${role} ${request}`, status, statements };
      }
    }
  }

  /** Nothing that grows with the table, by what PostgreSQL knows of it. */
  async function faultsOf(statement: SentStatement): Promise<string[]> {
    await database.query('RESET enable_seqscan; RESET enable_sort');
    const chosen = await planOf(database, statement);
    // Of small tables it says how they would be read if they were large.
    await database.query('SET enable_seqscan = off; SET enable_sort = off');
    const possible = await planOf(database, statement);
    return [
      ...chosen.scanned.filter((table) => FILLED.has(table)).map((table) => `scans ${table}`),
      ...possible.scanned.filter((table) => !FIXED.has(table)).map((table) => `scans ${table}`),
      ...[...chosen.sorted, ...possible.sorted]
        .filter(({ rows }) => rows > FEW)
        .map(({ rows, by }) => `sorts ${rows} rows by ${by}`),
      ...(/count\(\*\)/i.test(statement.text) ? ['counts'] : []),
    ];
  }

  it('have rows to walk that the product itself finds nothing wrong with', async () => {
    const { status, body } = await callers.admin.get('/api/v1/payments/audits/verify/');
    expect({ status, broken: body['broken'] }).toEqual({ status: 200, broken: null });
    expect(Number(body['checked'])).toBeGreaterThan(PAYMENTS * 2);
    const { rows } = await database.query<{ altered: number }>(
      `SELECT count(*)::int AS altered FROM ledger_seals
       WHERE hash <> encode(sha256(convert_to(ledger_journal_text(journal_id), 'UTF8')), 'hex')`,
    );
    expect(rows).toEqual([{ altered: 0 }]);
    expect(await orphans()).toEqual([]);
  });

  /** Foreign keys that some row does not keep to. */
  async function orphans(): Promise<string[]> {
    const { rows: keys } = await database.query<{ name: string; count: string }>(
      `SELECT c.conname AS name, format('SELECT count(*)::int AS lost FROM %s x WHERE NOT EXISTS (
           SELECT FROM %s y WHERE %s) AND num_nonnulls(%s) = %s', c.conrelid::regclass, c.confrelid::regclass,
         string_agg(format('y.%I = x.%I', b.attname, a.attname), ' AND '),
         string_agg(format('x.%I', a.attname), ', '), cardinality(c.conkey)) AS count
       FROM pg_constraint c, unnest(c.conkey, c.confkey) AS k (here, there)
         JOIN pg_attribute a ON a.attnum = k.here JOIN pg_attribute b ON b.attnum = k.there
       WHERE c.contype = 'f' AND c.connamespace = 'public'::regnamespace
         AND a.attrelid = c.conrelid AND b.attrelid = c.confrelid
       GROUP BY c.oid, c.conname, c.conrelid, c.confrelid, c.conkey`,
    );
    expect(keys.length).toBeGreaterThan(50);
    const broken: string[] = [];
    for (const { name, count } of keys) {
      const { rows } = await database.query<{ lost: number }>(count);
      if (rows[0]?.lost !== 0) broken.push(name);
    }
    return broken;
  }

  it('walk an index on keyset pages, whatever they are filtered by', async () => {
    expect(lists.length).toBeGreaterThan(25);
    const faults: Record<string, string[]> = {};
    const tried = new Map<string, number>();
    for (const list of lists) {
      for await (const { name, status, statements } of pagesOf(list)) {
        if (status === 400) faults[name] = ['refused: give the filter a value that it takes'];
        tried.set(
          list.path,
          (tried.get(list.path) ?? 0) + (status === 200 ? statements.length : 0),
        );
        const found = new Set<string>();
        for (const statement of statements) {
          for (const fault of await faultsOf(statement)) found.add(fault);
        }
        if (found.size > 0) faults[name] = [...found];
      }
    }
    expect(faults).toEqual({});
    expect([...tried].filter(([, count]) => count === 0)).toEqual([]);
  });

  it('count payments by an index alone where a page tells how many there are', async () => {
    await database.query('RESET enable_seqscan; RESET enable_sort');
    await database.query('VACUUM payments');
    const plans: Record<string, string[]> = {};
    for (const filter of ['', 'status=completed']) {
      const sent = await statementsOf(async () => {
        await callers.admin.get(`/api/v1/payments/payments/?${filter}`);
      });
      for (const { text, values } of sent.filter((statement) => /count\(/i.test(statement.text))) {
        const { rows } = await database.query<{ 'QUERY PLAN': string }>(`EXPLAIN ${text}`, values);
        plans[filter] = rows.flatMap(
          (row) => /\w[\w ]* Scan using \w+/.exec(row['QUERY PLAN']) ?? [],
        );
      }
    }
    expect(plans).toEqual({
      '': [expect.stringMatching(/Index Only Scan using payments_(newest|by_status)/)],
      'status=completed': ['Index Only Scan using payments_by_status'],
    });
  });

  it('walk an index in the middle of a list and backwards', async () => {
    const faults: Record<string, string[]> = {};
    for (const path of ['payments', 'transactions', 'audits'].map(
      (l) => `/api/v1/payments/${l}/`,
    )) {
      for (const [role, api] of Object.entries(callers)) {
        let next = `${path}?cursor=`;
        for (let page = 1; page <= 3 && next; page += 1) {
          const { body } = await api.get(next);
          const link = body[page === 2 ? 'previous' : 'next'];
          if (typeof link !== 'string') break;
          next = link.replace(app.config.publicUrl, '');
          const sent = await statementsOf(async () => {
            await api.get(next);
          });
          for (const statement of sent.filter(({ text }) => /\bLIMIT\b/.test(text))) {
            const found = await faultsOf(statement);
            if (found.length > 0) faults[`${role} ${next}`] = found;
          }
        }
      }
    }
    expect(faults).toEqual({});
  });
});
