import { parse } from 'csv-parse/sync';
import { Api } from '../support/api.js';
import { expectAsPrinted } from '../support/documented.js';
import {
  type ExpenseAnswer,
  expenseBody,
  EXPENSES,
  openExpenseRoom,
  type ExpenseRoom,
} from '../support/expense-room.js';

interface List {
  count: number;
  next: string | null;
  results: ExpenseAnswer[];
}

describe('expenses', () => {
  let room: ExpenseRoom;
  let owner2: Api;

  beforeAll(async () => {
    room = await openExpenseRoom();
    const { dataSource } = room.app.database;
    // A second owner, with a house of the same account.
    await dataSource.query(
      `INSERT INTO users (id, account_id, username, email, name, role, password_hash)
       SELECT 9001, 1, 'owner2@malipo.test', 'owner2@malipo.test', 'Mary Doe', 'owner', password_hash
       FROM users WHERE email = 'owner@malipo.test'`,
    );
    await dataSource.query(
      `INSERT INTO properties (id, account_id, owner_id, kind, title, city, country)
       VALUES (9001, 1, 9001, 'house', 'House of Mary', 'Arusha', 'Tanzania')`,
    );
    const { body } = await room.app.api.post<{ access: string }>('/api/v1/auth/token/', {
      username: 'owner2@malipo.test',
      password: 'malipo-demo',
    });
    owner2 = new Api(room.app.url, body.access);
  });
  afterAll(() => room.close());

  const list = async (api: Api, query = ''): Promise<List> => {
    const { status, body } = await api.get(`${EXPENSES}?page_size=100${query}`);
    expect({ status, body }).toMatchObject({ status: 200 });
    return body as unknown as List;
  };
  const act = (api: Api, id: number, name: string, body: unknown = {}) =>
    api.post<ExpenseAnswer & { code?: string; error?: string }>(`${EXPENSES}${id}/${name}/`, body);

  describe('as documented', () => {
    it('are listed and created by staff and by owners', async () => {
      const { status, body } = await room.owner.post(EXPENSES, expenseBody());
      expect(status).toBe(201);
      const printed = {
        id: 1,
        uuid: 'x',
        property: 124,
        property_title: 'Coral Beach Hotel',
        category: 'maintenance',
        amount: '45000.00',
        currency: 'TZS',
        date: '2026-01-20',
        vendor: 'Fundi Plumbing',
        notes: 'Leak in room 7',
        status: 'approved',
        receipt: null,
        version: 1,
        created_at: 'x',
        updated_at: 'x',
      };
      expectAsPrinted(body, printed);
      expect(body).toMatchObject({
        property: 124,
        category: 'maintenance',
        amount: '45000.00',
        currency: 'TZS',
        date: '2026-01-20',
        vendor: 'Fundi Plumbing',
        notes: 'Leak in room 7',
        status: 'approved',
        receipt: null,
        created_by: 'John Doe',
      });
      expectAsPrinted(await list(room.owner), {
        count: 1,
        next: null,
        previous: null,
        results: [printed],
      });
      expect(await room.read(Number(body['id']))).toEqual(body);
      const byUuid = await room.owner.get(`${EXPENSES}${String(body['uuid'])}/`);
      expect(byUuid.body).toEqual(body);
    });

    it('take numbers, any case, a uuid, and today where no day is named', async () => {
      const property = await room.staff.get('/api/v1/properties/124/');
      const made = await room.make({
        property: property.body['uuid'],
        category: 'OTHER',
        amount: 1500.5,
        currency: 'tzs',
        date: undefined,
        vendor: null,
        notes: undefined,
      });
      expect(made).toMatchObject({
        property: 124,
        category: 'other',
        amount: '1500.50',
        currency: 'TZS',
        date: String(made['created_at']).slice(0, 10),
        vendor: '',
        notes: '',
      });
    });

    it.each([
      [{ category: 'bribes' }, 'category'],
      [{ category: undefined }, 'category'],
      [{ amount: '0.00' }, 'amount'],
      [{ amount: '-5.00' }, 'amount'],
      [{ amount: '1.001' }, 'amount'],
      [{ amount: undefined }, 'amount'],
      [{ currency: 'ZZZ' }, 'currency'],
      [{ currency: 'XOF', amount: '10.50' }, 'amount'],
      [{ date: '2026-02-30' }, 'date'],
      [{ property: 999_999 }, 'property'],
      [{ property: 'here' }, 'property'],
      [{ paid_from: 'pocket' }, 'paid_from'],
      [{ status: 'approved' }, 'status'],
      [{ approved: true }, 'approved'],
    ])('refuse %j', async (more, field) => {
      const { status, body } = await room.staff.post(EXPENSES, expenseBody(more));
      expect(status).toBe(400);
      expect(Object.keys(body['errors'] as object)).toContain(field);
    });

    it('are made once by one key', async () => {
      const key = { 'idempotency-key': 'expense-of-january-1' };
      const before = (await list(room.staff)).count;
      const first = await room.owner.post(EXPENSES, expenseBody({ paid_from: 'advance' }), key);
      const again = await room.owner.post(EXPENSES, expenseBody({ paid_from: 'advance' }), key);
      expect(again.headers.get('idempotent-replayed')).toBe('true');
      expect(again.body).toEqual(first.body);
      const other = await room.owner.post(EXPENSES, expenseBody({ amount: '1.00' }), key);
      expect(other.status).toBe(422);
      expect((await list(room.staff)).count).toBe(before + 1);
    });
  });

  describe('belong to the owner of their property', () => {
    it('who sees theirs and nobody else’s, wherever they look', async () => {
      const theirs = await room.make({ property: 124 });
      const marys = await room.make({ property: 9001, vendor: 'For Mary' }, owner2);
      const overhead = await room.make({ property: null, category: 'rent' });
      const seen = (await list(room.owner)).results.map(({ id }) => id);
      expect(seen).toContain(theirs.id);
      expect(seen).not.toContain(marys.id);
      expect(seen).not.toContain(overhead.id);
      expect((await list(owner2)).results.map(({ id }) => id)).toEqual([marys.id]);
      for (const path of [`${marys.id}/`, `${marys.id}/receipt/`, `${overhead.id}/`]) {
        expect((await room.owner.get(`${EXPENSES}${path}`)).status).toBe(404);
      }
      const changed = await room.owner.send('PATCH', `${EXPENSES}${marys.id}/`, { notes: 'mine' });
      expect(changed.status).toBe(404);
      const file = await room.owner.get<{ text: string }>(`${EXPENSES}export/`);
      expect(file.body.text).toContain('Fundi Plumbing');
      expect(file.body.text).not.toContain('For Mary');
      const summary = await room.owner.get<{ by_property: { property: number | null }[] }>(
        `${EXPENSES}summary/`,
      );
      const properties = summary.body.by_property.map(({ property }) => property);
      expect(properties).toContain(124);
      expect(properties).not.toContain(9001);
      expect(properties).not.toContain(null);
      expect((await list(room.owner, '&property=9001')).count).toBe(0);
    });

    it('who writes none for others’, and none for the account', async () => {
      for (const property of [9001, null, undefined]) {
        const { status, body } = await room.owner.post(EXPENSES, expenseBody({ property }));
        expect({ status, fields: Object.keys(body['errors'] as object) }).toEqual({
          status: 400,
          fields: ['property'],
        });
      }
      const mine = await room.make({ status: 'draft' }, room.owner);
      const moved = await room.owner.send('PATCH', `${EXPENSES}${mine.id}/`, { property: 9001 });
      expect(moved.status).toBe(400);
    });

    it('who changes, submits and voids only what they wrote, until it is decided on', async () => {
      const byStaff = await room.make({ status: 'draft' });
      const refused = await room.owner.send('PATCH', `${EXPENSES}${byStaff.id}/`, { notes: 'x' });
      expect(refused).toMatchObject({ status: 403, body: { code: 'not_your_expense' } });
      expect((await act(room.owner, byStaff.id, 'submit')).status).toBe(403);
      expect((await act(room.owner, byStaff.id, 'void', { reason: 'no' })).status).toBe(403);
      const mine = await room.make({}, room.owner);
      expect(mine.status).toBe('approved');
      expect((await act(room.owner, mine.id, 'void', { reason: 'no' })).status).toBe(403);
      expect((await act(room.staff, mine.id, 'void', { reason: 'twice' })).body.status).toBe(
        'void',
      );
    });

    it('and never of another account', async () => {
      const mine = await room.make({});
      expect((await list(room.outsider)).results.map(({ id }) => id)).not.toContain(mine.id);
      expect((await room.outsider.get(`${EXPENSES}${mine.id}/`)).status).toBe(404);
    });
  });

  describe('as a file', () => {
    it('hold what the list holds, and no formula', async () => {
      const evil = '=cmd|"/C calc"!A0';
      await room.make({
        vendor: evil,
        notes: '@SUM(A1:A9)\nsecond line, "quoted"',
        date: '2025-05-01',
      });
      const { body, headers } = await room.staff.get<{ text: string }>(
        `${EXPENSES}export/?date_from=2025-05-01&date_to=2025-05-31`,
      );
      expect(headers.get('content-type')).toContain('text/csv');
      expect(headers.get('content-disposition')).toContain('attachment; filename="expenses.csv"');
      const rows: Record<string, string>[] = parse(body.text, { columns: true, bom: true });
      expect(rows).toHaveLength(1);
      expect(rows[0]).toMatchObject({
        vendor: `'${evil}`,
        notes: `'@SUM(A1:A9)\nsecond line, "quoted"`,
        amount: '45000.00',
        property_title: 'Coral Beach Hotel',
      });
      const all = await room.staff.get<{ text: string }>(`${EXPENSES}export/`);
      const ids = parse(all.body.text, { columns: true, bom: true }).map(
        (row) => (row as Record<string, string>)['id'],
      );
      expect(ids).toEqual((await list(room.staff)).results.map(({ id }) => String(id)));
    });
  });

  it('are filtered and sorted', async () => {
    const { id } = await room.make({
      vendor: 'Zanzibar Spices',
      date: '2025-01-01',
      category: 'food_and_beverage',
      currency: 'USD',
      amount: '12.00',
    });
    for (const query of [
      'vendor=SPICES',
      'date_to=2025-01-01',
      'category=FOOD_AND_BEVERAGE',
      'currency=usd&status=approved&property=124',
    ]) {
      const { results } = await list(room.staff, `&${query}`);
      expect({ query, ids: results.map((row) => row.id) }).toMatchObject({
        ids: expect.arrayContaining([id]) as number[],
      });
    }
    expect((await list(room.staff, '&vendor=spices&status=void')).count).toBe(0);
    const byDate = (await list(room.staff, '&ordering=date')).results.map((row) => row['date']);
    expect(byDate).toEqual(byDate.toSorted((a, b) => String(a).localeCompare(String(b))));
    for (const query of ['status=nope', 'category=nope', 'date_from=today', 'property=x']) {
      expect((await room.staff.get(`${EXPENSES}?${query}`)).status).toBe(400);
    }
  });
});
