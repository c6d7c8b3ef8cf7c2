import type { Answer, Api, DEMO_USERS } from '../support/api.js';
import { startApp, type TestApp } from '../support/app.js';

type User = keyof typeof DEMO_USERS;
interface Page {
  count?: number;
  next: string | null;
  previous: string | null;
  results: Record<string, unknown>[];
}
interface Refusal {
  error: string;
  code: string;
  errors?: Record<string, string[]>;
}

const USERS = [
  'admin',
  'staff',
  'cashier',
  'owner',
  'customer',
  'customer2',
  'john',
  'outsider',
] as const satisfies User[];
const ISO = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Properties and bookings as apps of every role meet them. */
describe('properties and bookings over HTTP', () => {
  let app: TestApp;
  const as = {} as Record<(typeof USERS)[number], Api>;

  beforeAll(async () => {
    app = await startApp();
    for (const user of USERS) as[user] = await app.api.login(user);
  });
  afterAll(() => app.close());

  const idsOf = ({ body }: Answer<Page>): unknown[] => body.results.map(({ id }) => id);
  const list = (user: (typeof USERS)[number], path: string): Promise<Answer<Page>> =>
    as[user].get<Page>(path);
  const booking = {
    property: 124,
    customer: 'customer@malipo.test',
    check_in: '2026-02-10',
    check_out: '2026-02-12',
    guests: 2,
    total_price: '50000.00',
    currency: 'TZS',
  };
  const house = {
    kind: 'house',
    owner: 'owner@malipo.test',
    title: 'Garden House',
    city: 'Arusha',
    country: 'Tanzania',
    address: '9 Hidden Street',
  };

  describe('bookings', () => {
    it('show every documented field', async () => {
      const { status, body } = await as.customer.get('/api/v1/bookings/123/');
      expect(status).toBe(200);
      expect(body).toEqual({
        id: 123,
        uuid: expect.stringMatching(UUID),
        reference: 'HTL-000008',
        status: 'pending',
        property: 124,
        property_title: 'Coral Beach Hotel',
        customer: 'customer@malipo.test',
        customer_name: 'Asha Juma',
        customer_email: 'customer@malipo.test',
        customer_phone: '255653294241',
        check_in: '2026-02-10',
        check_out: '2026-02-12',
        guests: 2,
        total_price: '50000.00',
        amount_paid: '0.00',
        amount_due: '50000.00',
        currency: 'TZS',
        version: 1,
        created_at: expect.stringMatching(ISO),
        updated_at: expect.stringMatching(ISO),
      });
      const same = await as.customer.get(`/api/v1/bookings/${String(body['uuid'])}`);
      expect(same.body).toEqual(body);
    });

    it.each<[(typeof USERS)[number], number[]]>([
      ['customer', [128, 127, 123]],
      ['customer2', [125]],
      ['john', [124]],
      ['owner', [128, 127, 126, 125, 124, 123]],
      ['cashier', [128, 127, 126, 125, 124, 123]],
      ['staff', [128, 127, 126, 125, 124, 123]],
      ['admin', [128, 127, 126, 125, 124, 123]],
      ['outsider', [129]],
    ])('are listed to %s, newest first', async (user, expected) => {
      const page = await list(user, '/api/v1/bookings/');
      expect(page.status).toBe(200);
      expect(page.body.count).toBe(expected.length);
      expect(idsOf(page)).toEqual(expected);
    });

    it.each<[string, number[]]>([
      ['status=CANCELLED', [128]],
      ['property=124', [126, 123]],
      ['customer=Customer2@malipo.test', [125]],
      ['reference=htl-000008', [123]],
      ['status=pending&property=126', [125]],
      ['ordering=total_price&page_size=2', [124, 123]],
      ['property=999999', []],
      ['created_after=2999-01-01', []],
      ['created_before=2999-01-01&reference=LDG-000010', [125]],
    ])('are filtered by ?%s', async (query, expected) => {
      expect(idsOf(await list('staff', `/api/v1/bookings/?${query}`))).toEqual(expected);
    });

    it.each(['status=paid', 'property=x', 'customer=x', 'ordering=guests', 'page=0'])(
      'refuse ?%s',
      async (query) => {
        const { status } = await list('staff', `/api/v1/bookings/?${query}`);
        expect(status).toBe(400);
      },
    );

    it.each([
      ['numbered', '?page_size=2'],
      ['keyset', '?page_size=2&cursor='],
    ])('come in %s pages that miss nothing', async (_kind, query) => {
      const seen: unknown[] = [];
      let path: string | null = `/api/v1/bookings/${query}`;
      while (path) {
        const page: Answer<Page> = await list('owner', path);
        expect(page.status).toBe(200);
        seen.push(...idsOf(page));
        path = page.body.next;
      }
      expect(seen).toEqual([128, 127, 126, 125, 124, 123]);
    });

    it.each<[(typeof USERS)[number], number]>([
      ['customer2', 404],
      ['john', 404],
      ['outsider', 404],
      ['customer', 200],
      ['owner', 200],
      ['cashier', 200],
    ])('one of another: %s gets %i', async (user, expected) => {
      const { status } = await as[user].get('/api/v1/bookings/123/');
      expect(status).toBe(expected);
    });

    it.each(['abc', '0', '99999999999', 'f367ddf9-f2ff-4de2-b929-000000000000', '%00'])(
      'no %s',
      async (id) => {
        expect((await as.staff.get(`/api/v1/bookings/${id}/`)).status).toBe(404);
      },
    );

    it('need a login', async () => {
      for (const path of ['/api/v1/bookings/', '/api/v1/bookings/123/']) {
        expect((await app.api.get(path)).status).toBe(401);
      }
    });

    it('are made by staff and admin alone, then seen by the customer', async () => {
      for (const user of ['customer', 'owner', 'cashier'] as const) {
        expect((await as[user].post('/api/v1/bookings/', booking)).status).toBe(403);
      }
      const { status, body } = await as.staff.post('/api/v1/bookings/', {
        ...booking,
        customer: 'customer2@malipo.test',
        customer_phone: '0754 000 111',
        total_price: 75000,
      });
      expect({ status, body }).toMatchObject({
        status: 201,
        body: {
          customer: 'customer2@malipo.test',
          customer_name: 'Baraka Mushi',
          customer_phone: '255754000111',
          total_price: '75000.00',
          amount_due: '75000.00',
          status: 'pending',
        },
      });
      const seen = await as.customer2.get(`/api/v1/bookings/${String(body['id'])}/`);
      expect(seen.body).toEqual(body);
    });

    it.each<[string, Record<string, unknown>, string]>([
      ['an unknown field', { paid_minor: 1 }, 'paid_minor'],
      ['a status', { status: 'confirmed' }, 'status'],
      ['a day that is none', { check_in: '2026-02-31' }, 'check_in'],
      ['no night', { check_out: '2026-02-10' }, 'check_out'],
      ['nobody', { guests: 0 }, 'guests'],
      ['half a guest', { guests: 1.5 }, 'guests'],
      ['a negative price', { total_price: '-1' }, 'total_price'],
      ['an exponent', { total_price: '1e3' }, 'total_price'],
      ['nothing', { total_price: 0 }, 'total_price'],
      ['no currency', { currency: undefined }, 'currency'],
      ['a made-up currency', { currency: 'ABC' }, 'currency'],
      ["another account's hotel", { property: 128 }, 'property'],
      ['a customer who is none', { customer: 'owner@malipo.test' }, 'customer'],
    ])('are not made with %s', async (_what, change, field) => {
      const { status, body } = await as.staff.post<Refusal>('/api/v1/bookings/', {
        ...booking,
        ...change,
      });
      expect(status).toBe(400);
      expect(Object.keys(body.errors ?? {})).toEqual([field]);
    });

    it('are made once per idempotency key', async () => {
      const headers = { 'idempotency-key': 'booking-key-1' };
      const first = await as.staff.post('/api/v1/bookings/', booking, headers);
      const second = await as.staff.post('/api/v1/bookings/', booking, headers);
      expect([first.status, second.status]).toEqual([201, 201]);
      expect(second.body).toEqual(first.body);
      expect(second.headers.get('idempotent-replayed')).toBe('true');
      const other = await as.staff.post('/api/v1/bookings/', { ...booking, guests: 3 }, headers);
      expect(other.status).toBe(422);
    });

    it('are cancelled by staff while nothing is paid', async () => {
      const { body } = await as.staff.post('/api/v1/bookings/', booking);
      const path = `/api/v1/bookings/${String(body['id'])}/cancel/`;
      for (const user of ['customer', 'owner', 'cashier'] as const) {
        expect((await as[user].post(path)).status).toBe(403);
      }
      expect((await as.outsider.post(path)).status).toBe(404);
      const cancelled = await as.staff.post(path, { reason: 'The guest called it off' });
      expect(cancelled).toMatchObject({
        status: 200,
        body: { status: 'cancelled', amount_due: '0.00', total_price: '50000.00', version: 2 },
      });
      expect(await as.staff.post<Refusal>(path)).toMatchObject({
        status: 409,
        body: { code: 'booking_already_cancelled' },
      });
    });
  });

  describe('properties', () => {
    const PLACE = ['address', 'district', 'latitude', 'longitude', 'owner', 'owner_contact'];

    it.each<[(typeof USERS)[number], boolean]>([
      ['admin', true],
      ['staff', true],
      ['owner', true],
      ['cashier', false],
      ['customer', false],
      ['john', false],
    ])('of kind house show place and contact to %s: %s', async (user, shown) => {
      const { status, body } = await as[user].get('/api/v1/properties/123/');
      expect(status).toBe(200);
      expect(body).toMatchObject({
        id: 123,
        uuid: expect.stringMatching(UUID),
        kind: 'house',
        title: 'Beautiful 3 Bedroom House',
        region: 'Dar es Salaam',
        city: 'Dar es Salaam',
        country: 'Tanzania',
        visit_cost: '5000.00',
        visit_cost_currency: 'TZS',
        ...(shown
          ? {
              address: '123 Main Street, Dar es Salaam',
              district: 'Kinondoni',
              latitude: -6.7924,
              longitude: 39.2083,
              owner: 'owner@malipo.test',
              owner_contact: {
                name: 'John Doe',
                phone: '+255700000000',
                email: 'owner@example.com',
              },
            }
          : Object.fromEntries(PLACE.map((field) => [field, null]))),
      });
      const listed = await list(user, '/api/v1/properties/?kind=house&search=bedroom');
      expect(listed.body.results).toEqual([body]);
    });

    it('of other kinds hide their contact alone', async () => {
      const { body } = await as.customer.get('/api/v1/properties/124/');
      expect(body).toMatchObject({
        address: 'Coral Lane 7, Kivukoni',
        district: 'Ilala',
        owner: null,
        owner_contact: null,
        visit_cost: null,
      });
    });

    it('do not tell where a house stands by being searched', async () => {
      for (const words of ['Main Street', 'Kinondoni', '6.79', 'owner@example.com', 'John Doe']) {
        const page = await list(
          'customer',
          `/api/v1/properties/?search=${encodeURIComponent(words)}`,
        );
        expect(page.body).toMatchObject({ count: 0, results: [] });
      }
    });

    it.each<[string, number[]]>([
      ['', [127, 126, 125, 124, 123]],
      ['?kind=HOTEL', [124]],
      ['?region=dar%20es%20salaam', [124, 123]],
      ['?city=Tokyo', [125]],
      ['?search=baobab', [127]],
      ['?search=100%25', []],
      ['?ordering=title&page_size=2', [127, 123]],
      ['?cursor=&page_size=100', [127, 126, 125, 124, 123]],
    ])('are listed by %s', async (query, expected) => {
      expect(idsOf(await list('customer', `/api/v1/properties/${query}`))).toEqual(expected);
    });

    it('of one account are nowhere in another', async () => {
      expect(idsOf(await list('outsider', '/api/v1/properties/'))).toEqual([128]);
      expect((await as.outsider.get('/api/v1/properties/123/')).status).toBe(404);
      expect((await as.staff.get('/api/v1/properties/128/')).status).toBe(404);
      const patch = await as.outsider.send('PATCH', '/api/v1/properties/123/', { title: 'Mine' });
      expect(patch.status).toBe(404);
    });

    it('are made and changed by staff and admin alone', async () => {
      for (const user of ['customer', 'owner', 'cashier'] as const) {
        expect((await as[user].post('/api/v1/properties/', house)).status).toBe(403);
        const patch = await as[user].send('PATCH', '/api/v1/properties/123/', { title: 'Mine' });
        expect(patch.status).toBe(403);
      }
      const made = await as.admin.post('/api/v1/properties/', house);
      expect(made).toMatchObject({
        status: 201,
        body: { ...house, visit_cost: null, owner_contact: { phone: '+255700000000' } },
      });
      const path = `/api/v1/properties/${String(made.body['id'])}/`;
      const changed = await as.staff.send('PATCH', path, {
        visit_cost: 2500.5,
        visit_cost_currency: 'tzs',
        owner_contact: { name: 'Rose' },
      });
      expect(changed).toMatchObject({
        status: 200,
        body: {
          ...house,
          visit_cost: '2500.50',
          visit_cost_currency: 'TZS',
          owner_contact: { name: 'Rose', phone: '+255700000000', email: 'owner@malipo.test' },
        },
      });
    });

    it.each<[string, Record<string, unknown>, string]>([
      ['another kind', { kind: 'hotel' }, 'kind'],
      ['no title', { title: null }, 'title'],
      ['a blank title', { title: '  ' }, 'title'],
      ['an unknown field', { rating: 5 }, 'rating'],
      ['half a place', { latitude: null }, 'latitude'],
      ['a place off the map', { latitude: 91, longitude: 0 }, 'latitude'],
      ['an owner who is none', { owner: 'customer@malipo.test' }, 'owner'],
      ['a free visit', { visit_cost: 0 }, 'visit_cost'],
      ['a contact that is none', { owner_contact: { phone: 'x' } }, 'owner_contact.phone'],
      ['a list as contact', { owner_contact: [] }, 'owner_contact'],
    ])('are not changed to %s', async (_what, change, field) => {
      const { status, body } = await as.staff.send<Refusal>(
        'PATCH',
        '/api/v1/properties/123/',
        change,
      );
      expect(status).toBe(400);
      expect(Object.keys(body.errors ?? {})).toEqual([field]);
    });
  });
});
