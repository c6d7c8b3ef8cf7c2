import type { Api } from '../support/api.js';
import { startApp, type TestApp } from '../support/app.js';

type Body = Record<string, unknown>;
interface Available {
  methods: { code: string; currency: string; id: number | null; instructions: string | null }[];
  count: number;
  default: string | null;
}

const AVAILABLE = '/api/v1/billing/payment-methods/available/';
const OWN = '/api/v1/billing/account-payment-methods/';
const CONFIGS = '/api/v1/billing/payment-method-configs/';

/** By which methods an account is paid, and how its administrators and the deployment's set them up. */
describe('payment methods', () => {
  let app: TestApp;
  let customer: Api;
  let admin: Api;
  let outsider: Api;

  const start = async (): Promise<void> => {
    app = await startApp();
    customer = await app.api.login('customer');
    admin = await app.api.login('admin');
    outsider = await app.api.login('outsider');
  };

  const available = async (query: string, by = customer): Promise<Available> => {
    const { status, body } = await by.get<Available>(`${AVAILABLE}${query}`);
    expect(status).toBe(200);
    return body;
  };
  const codes = async (query: string, by = customer): Promise<string[]> =>
    (await available(query, by)).methods.map(({ code }) => code);
  const aMethod = (more: Body = {}): Body => ({
    method: 'bank_transfer',
    name: 'Kenya Bank',
    currency: 'KES',
    bank_name: 'Kenya Bank',
    account_name: 'Malipo Ltd',
    account_number: '777',
    ...more,
  });
  const add = async (more: Body = {}, by = admin): Promise<Body> => {
    const { status, body } = await by.post(OWN, aMethod(more));
    expect({ status, body }).toMatchObject({ status: 201 });
    return body;
  };

  describe('as the demo has them', () => {
    beforeAll(start);
    afterAll(() => app.close());

    it('are available by country, currency and amount', async () => {
      expect(await codes('?currency=TZS')).toEqual(['azampay', 'bank_transfer', 'local_wallet']);
      expect(await codes('?currency=tzs&country=tz')).toEqual([
        'azampay',
        'bank_transfer',
        'local_wallet',
      ]);
      expect(await codes('?currency=TZS&country=KE')).toEqual(['bank_transfer']);
      // The wallet takes 5 million at most, transfers a thousand at least, AzamPay whole amounts.
      expect(await codes('?currency=TZS&amount=5000000.01')).toEqual(['bank_transfer']);
      expect(await codes('?currency=TZS&amount=4999999.99')).toEqual([
        'bank_transfer',
        'local_wallet',
      ]);
      expect(await codes('?currency=TZS&amount=999.99')).not.toContain('bank_transfer');
      expect(await codes('?currency=ETB')).toEqual(['chapa']);
      expect(await codes('?currency=USD')).toEqual(['chapa', 'stripe', 'bank_transfer']);
      expect(await codes('?currency=KES')).toEqual([]);
      expect(await available('?currency=KES')).toMatchObject({ count: 0, default: null });
      expect(await available('?currency=XOF')).toMatchObject({ default: 'wave' });
      const all = await available('');
      expect(all).toMatchObject({ count: all.methods.length, country: null, currency: null });
      expect(new Set(all.methods.map(({ currency }) => currency)).size).toBeGreaterThan(3);
    });

    it.each([
      ['country', '?country=Tanzania'],
      ['country', '?country=ZZ'],
      ['currency', '?currency=ABC'],
      ['currency', '?amount=5'],
      ['amount', '?currency=TZS&amount=-1'],
      ['amount', '?currency=TZS&amount=1.001'],
      ['language', '?language=!'],
    ])('refuse a wrong %s: %s', async (field, query) => {
      const { status, body } = await customer.get(`${AVAILABLE}${query}`);
      expect({ status, named: Object.keys(Object(body['errors'])) }).toEqual({
        status: 400,
        named: [field],
      });
    });

    it('are explained in the payer’s language', async () => {
      const textIn = async (language: string): Promise<unknown> =>
        (await available(`?currency=TZS&language=${language}`)).methods[1]?.instructions;
      expect(await textIn('sw')).toMatch(/^Tuma kwa Malipo Demo Ltd, akaunti 0150123456780/);
      expect(await textIn('fr')).toMatch(/^Transfer to Malipo Demo Ltd, account 0150123456780/);
      expect(await textIn('fr')).toContain('"Invoice {number}"');
      expect((await available('?currency=TZS')).methods[0]?.instructions).toBeNull();
    });

    it.each<[string, Body]>([
      ['currency', { currency: 'ABC' }],
      ['country', { country: 'XX9' }],
      ['method', { method: 'cash' }],
      ['name', { name: ' ' }],
      ['account_number', { account_number: undefined }],
      ['max_amount', { min_amount: '5.00', max_amount: '4.99' }],
      ['min_amount', { min_amount: '5.001' }],
      ['reference_template', { reference_template: 'Invoice' }],
      ['reference_template', { reference_template: '{number} {iban}' }],
      ['instructions', { instructions: {} }],
      ['instructions', { instructions: { en: '{iban}' } }],
      ['instructions', { instructions: { '!': 'text' } }],
      ['instructions', { instructions: { en: 5 } }],
    ])('are not added with a wrong %s: %j', async (field, more) => {
      const { status, body } = await admin.post(OWN, aMethod(more));
      expect({ status, named: Object.keys(Object(body['errors'])) }).toEqual({
        status: 400,
        named: [field],
      });
    });
  });

  describe('as people change them', () => {
    beforeEach(start);
    afterEach(() => app.close());

    it('are each account’s own', async () => {
      const [foreign] = (await available('?currency=TZS&amount=2000', outsider)).methods.filter(
        ({ code }) => code === 'bank_transfer',
      );
      expect(foreign).toMatchObject({ id: 4 });
      expect(await codes('?currency=TZS', outsider)).not.toContain('local_wallet');
      await add({}, outsider);
      expect(await codes('?currency=KES')).toEqual([]);
      const list = await admin.get<{ results: Body[] }>(OWN);
      expect(list.body.results.map(({ id }) => id)).toEqual([3, 2, 1]);
      expect(await outsider.get(`${OWN}1/`)).toMatchObject({ status: 404 });
      expect(await outsider.send('PATCH', `${OWN}1/`, { name: 'Ours' })).toMatchObject({
        status: 404,
      });
      expect(await outsider.post(`${OWN}1/archive/`)).toMatchObject({ status: 404 });
    });

    it('are added, changed and archived, never deleted, and all of it is in the trail', async () => {
      const made = await add({ min_amount: '10.00', instructions: { en: 'To {account_number}.' } });
      expect(made).toMatchObject({
        method: 'bank_transfer',
        country: null,
        currency: 'KES',
        min_amount: '10.00',
        max_amount: null,
        reference_template: 'Invoice {number}',
        is_default: false,
        archived_at: null,
        version: 1,
      });
      const path = `${OWN}${String(made['id'])}/`;
      const changed = await admin.send('PATCH', path, {
        max_amount: '500.00',
        min_amount: null,
        account_number: '888',
        version: 1,
      });
      expect(changed).toMatchObject({
        status: 200,
        body: { min_amount: null, max_amount: '500.00', account_number: '888', version: 2 },
      });
      expect(await admin.send('PATCH', path, { name: 'x', version: 1 })).toMatchObject({
        status: 409,
      });
      const { methods } = await available('?currency=KES');
      expect(methods).toMatchObject([{ code: 'bank_transfer', instructions: 'To 888.' }]);
      expect(await codes('?currency=KES&amount=500.01')).toEqual([]);

      expect(await admin.post(`${path}archive/`)).toMatchObject({
        status: 200,
        body: { archived_at: expect.stringMatching(/Z$/) },
      });
      expect(await admin.post(`${path}archive/`)).toMatchObject({
        status: 200,
        body: { version: 3 },
      });
      expect(await admin.send('PATCH', path, { name: 'x' })).toMatchObject({ status: 409 });
      expect(await codes('?currency=KES')).toEqual([]);
      expect((await admin.send('DELETE', path)).status).toBe(404);
      const archived = await admin.get<{ results: Body[] }>(`${OWN}?archived=true&currency=kes`);
      expect(archived.body.results).toMatchObject([{ id: made['id'] }]);
      const trail: { action: string; changes: Body }[] = await app.database.dataSource.query(
        `SELECT action, changes FROM audit_entries
         WHERE object_type = 'payment_method' AND object_id = $1 ORDER BY id`,
        [made['id']],
      );
      expect(trail.map(({ action }) => action)).toEqual([
        'payment_method.created',
        'payment_method.changed',
        'payment_method.archived',
      ]);
      expect(trail[1]?.changes).toMatchObject({ account_number: ['…777', '…888'] });
    });

    it('have one default in a currency and country', async () => {
      const first = await add({ is_default: true });
      const second = await add({ is_default: true, method: 'local_wallet' });
      const isDefault = async ({ id }: Body): Promise<unknown> =>
        (await admin.get(`${OWN}${String(id)}/`)).body['is_default'];
      expect([await isDefault(first), await isDefault(second)]).toEqual([false, true]);
      expect(await available('?currency=KES')).toMatchObject({ default: 'local_wallet' });
      await admin.send('PATCH', `${OWN}${String(first['id'])}/`, { is_default: true });
      expect([await isDefault(first), await isDefault(second)]).toEqual([true, false]);
      expect(await available('?currency=KES')).toMatchObject({ default: 'bank_transfer' });
      await admin.send('PATCH', `${OWN}1/`, { is_default: true });
      expect(await available('?currency=TZS')).toMatchObject({ default: 'bank_transfer' });
    });

    it('are renamed, limited and switched off for the whole deployment by its keepers', async () => {
      const configs = await admin.get<{ results: { id: number; code: string }[] }>(
        `${CONFIGS}?ordering=position`,
      );
      const idOf = (code: string): number =>
        Number(configs.body.results.find((config) => config.code === code)?.id);
      const set = (code: string, body: Body, by = admin) =>
        by.send('PATCH', `${CONFIGS}${idOf(code)}/`, body);
      expect(await set('azampay', { name: 'Mobile money' })).toMatchObject({
        status: 200,
        body: { name: 'Mobile money', version: 2 },
      });
      expect((await available('?currency=TZS')).methods[0]).toMatchObject({ name: 'Mobile money' });
      expect(await set('local_wallet', { enabled: false })).toMatchObject({ status: 200 });
      expect(await set('bank_transfer', { countries: ['ke'], position: 0 })).toMatchObject({
        body: { countries: ['KE'] },
      });
      expect(await codes('?currency=TZS')).toEqual(['bank_transfer', 'azampay']);
      expect(await codes('?currency=TZS&country=TZ')).toEqual(['azampay']);
      expect(await set('bank_transfer', { currencies: ['usd'] })).toMatchObject({
        body: { currencies: ['USD'] },
      });
      expect(await codes('?currency=TZS')).toEqual(['azampay']);
      expect(await set('bank_transfer', { name: null })).toMatchObject({ status: 400 });
      expect(await set('bank_transfer', { currencies: ['ABC'] })).toMatchObject({ status: 400 });
      const nothing = { enabled: null, position: null, countries: null, version: null };
      expect(await set('bank_transfer', nothing)).toMatchObject({
        status: 200,
        body: { position: 0 },
      });
      expect(await set('bank_transfer', { enabled: true, version: 1 })).toMatchObject({
        status: 409,
      });

      expect(await set('azampay', { enabled: false }, outsider)).toMatchObject({ status: 404 });
      const foreign = await outsider.get(CONFIGS);
      expect(foreign.body).toMatchObject({ count: 0, results: [] });

      const payment = {
        invoice_id: 1,
        payment_method: 'bank_transfer',
        transaction_reference: 'FT-1',
      };
      const manual = '/api/v1/billing/payments/manual/';
      expect(await customer.post(manual, payment)).toMatchObject({
        status: 400,
        body: {
          code: 'payment_method_not_available',
          errors: { payment_method: expect.anything() },
        },
      });
      await set('bank_transfer', { currencies: [], countries: [] });
      expect(await customer.post(manual, payment)).toMatchObject({ status: 201 });
    });

    it('take the payment at the account that was named', async () => {
      const second = await add({ currency: 'TZS', account_number: '0990', name: 'Second' });
      const { body } = await customer.post('/api/v1/billing/payments/manual/', {
        invoice_id: 1,
        payment_method: 'bank_transfer',
        payment_method_id: second['id'],
        transaction_reference: 'FT-2',
      });
      const read = await customer.get(`/api/v1/billing/payments/${String(body['payment_id'])}/`);
      expect(read.body).toMatchObject({ manual: { destination: 'Malipo Ltd, Kenya Bank, 0990' } });
    });

    it('are added once under one idempotency key', async () => {
      const headers = { 'idempotency-key': 'a-method' };
      const first = await admin.post(OWN, aMethod(), headers);
      expect(await admin.post(OWN, aMethod(), headers)).toMatchObject({
        status: 201,
        body: { id: first.body['id'] },
      });
    });
  });
});
