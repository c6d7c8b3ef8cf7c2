import type { Answer, Api } from '../support/api.js';
import { startApp, type TestApp } from '../support/app.js';
import { waitFor } from '../support/wait.js';

interface Audit {
  id: number;
  at: string;
  actor: string;
  actor_id: number | null;
  role: string;
  action: string;
  object_type: string;
  object_id: number;
  payment: number | null;
  changes: Record<string, unknown>;
  request_id: string | null;
  hash: string | null;
}
interface Page {
  count?: number;
  next: string | null;
  results: Audit[];
}
interface Verdict {
  valid: boolean;
  checked: number;
  pending: number;
  head: { seq: number; hash: string };
  broken: { entry_id: number | null; seq: number | null; reason: string } | null;
}

const PATH = '/api/v1/payments/audits/';

/** The trail of a payment from its creation to the money, as every role may see it. */
describe('the audit trail over HTTP', () => {
  let app: TestApp;
  let customer: Api;
  let staff: Api;
  let admin: Api;
  let payment: number;

  beforeAll(async () => {
    app = await startApp();
    customer = await app.api.login('customer');
    staff = await app.api.login('staff');
    admin = await app.api.login('admin');
    const made = await customer.post('/api/v1/payments/payments/', {
      booking: 123,
      amount: '50000.00',
      payment_method: 'mobile_money',
      mobile_money_provider: 'AIRTEL',
    });
    payment = Number(made.body['id']);
  });
  afterAll(() => app.close());

  const list = (by: Api, query = ''): Promise<Answer<Page>> => by.get<Page>(`${PATH}${query}`);
  const verify = async (query = ''): Promise<Verdict> =>
    (await admin.get<Verdict>(`${PATH}verify/${query}`)).body;

  it('shows every field, sealed a moment later', async () => {
    const sealed = await waitFor('the entry to be sealed', async () => {
      const { status, body } = await list(customer, `?payment=${payment}&action=payment.created`);
      expect(status).toBe(200);
      expect(body.count).toBe(1);
      return body.results[0]?.hash ? body.results[0] : undefined;
    });
    expect(sealed).toEqual({
      id: expect.any(Number),
      at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      actor: 'customer@malipo.test',
      actor_id: expect.any(Number),
      role: 'customer',
      action: 'payment.created',
      object_type: 'payment',
      object_id: payment,
      payment,
      changes: expect.objectContaining({ amount: '50000.00', currency: 'TZS' }),
      request_id: expect.any(String),
      hash: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });

  it('shows customers and owners what concerns their payments, and nothing else', async () => {
    const mine = await list(customer);
    expect(mine.body.results.length).toBeGreaterThan(0);
    const payments = await customer.get<{ results: { id: number }[] }>(
      '/api/v1/payments/payments/?page_size=100',
    );
    const theirs = new Set(payments.body.results.map(({ id }) => id));
    const told = new Set(mine.body.results.map((audit) => audit.payment));
    expect(told).toContain(payment);
    expect([...told].filter((id) => id === null || !theirs.has(id))).toEqual([]);
    const owners = await list(await app.api.login('owner'));
    expect(new Set(owners.body.results.map((audit) => audit.payment))).toEqual(new Set([payment]));
    const strangers = await list(await app.api.login('customer2'));
    expect(strangers.body).toMatchObject({ count: 0, results: [] });
  });

  it('shows staff the account, and no other account any of it', async () => {
    const all = await list(staff, '?page_size=100');
    expect(all.body.results.some((audit) => audit.payment === null)).toBe(true);
    expect(all.body.results.some((audit) => audit.payment === payment)).toBe(true);
    const outsider = await list(await app.api.login('outsider'), '?page_size=100');
    const ids = new Set(all.body.results.map(({ id }) => id));
    expect(outsider.body.results.filter(({ id }) => ids.has(id))).toEqual([]);
    expect(outsider.body.results.every(({ actor }) => actor === 'outsider@malipo.test')).toBe(true);
    expect((await app.api.get(PATH)).status).toBe(401);
  });

  it('is filtered', async () => {
    const { results } = (await list(staff, `?payment=${payment}&action=payment.created`)).body;
    const [entry] = results;
    for (const query of [
      `request_id=${entry?.request_id}`,
      'actor=Customer@malipo.test',
      `actor=${entry?.actor_id}`,
      'role=CUSTOMER',
      'object_type=payment',
      `object_type=payment&object_id=${payment}`,
      'created_after=2020-01-01',
      'cursor=',
    ]) {
      const found = await list(staff, `?action=payment.created&${query}`);
      expect({ query, ids: found.body.results.map(({ id }) => id) }).toEqual({
        query,
        ids: [entry?.id],
      });
    }
    for (const query of [
      'role=staff',
      'object_id=999',
      'actor=nobody',
      'created_after=2999-01-01',
    ]) {
      const found = await list(staff, `?action=payment.created&${query}`);
      expect({ query, results: found.body.results }).toEqual({ query, results: [] });
    }
    for (const query of ['role=king', 'action=x', 'object_id=x', 'payment=x', 'ordering=hash']) {
      expect((await list(staff, `?${query}`)).status).toBe(400);
    }
  });

  it('cannot be written to', async () => {
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
      expect((await admin.send(method, PATH, {})).status).toBe(404);
    }
  });

  it('is verified by admins alone, and holds', async () => {
    for (const user of ['customer', 'owner', 'cashier', 'staff'] as const) {
      const api = await app.api.login(user);
      expect((await api.get(`${PATH}verify/`)).status).toBe(403);
    }
    const verdict = await waitFor('all entries to be sealed', async () => {
      const current = await verify();
      return current.pending === 0 ? current : undefined;
    });
    expect(verdict).toEqual({
      valid: true,
      checked: expect.any(Number),
      pending: 0,
      head: { seq: verdict.checked, hash: expect.stringMatching(/^[0-9a-f]{64}$/) },
      broken: null,
    });
    const { seq, hash } = verdict.head;
    expect(await verify(`?seq=${seq}&hash=${hash}`)).toMatchObject({ valid: true });
    expect(await verify(`?seq=${seq}&hash=${'0'.repeat(64)}`)).toMatchObject({
      valid: false,
      broken: { entry_id: null, seq, reason: 'head_differs' },
    });
    expect((await admin.get(`${PATH}verify/?seq=1`)).status).toBe(400);
  });
});
