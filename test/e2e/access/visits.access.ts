import { type AccessDesk, type AccessTable, type Caller, row } from '../../support/access.js';
import { waitFor } from '../../support/wait.js';

/** Everybody may visit the houses of their account, each for themselves; a transaction is its payer's. */
const rows = [
  // route                                                            nobody cust cust2 owner cashier staff admin outsider
  row('GET /api/v1/properties/{property_id}/visit/status/', 401, 200, 200, 200, 200, 200, 200, 404),
  row(
    'POST /api/v1/properties/{property_id}/visit/initiate/',
    401,
    200,
    200,
    200,
    200,
    200,
    200,
    404,
  ),
  row(
    'POST /api/v1/properties/{property_id}/visit/verify/',
    401,
    200,
    404,
    404,
    404,
    404,
    404,
    404,
  ),
];

const PROMPT = { payment_method: 'mobile_money', mobile_money_provider: 'AIRTEL' };
const PHONES: Partial<Record<Caller, string>> = { cashier: '255754000112', admin: '255754000113' };

const aHouse = (desk: AccessDesk): Promise<number> =>
  desk.made(
    desk.as('staff').post('/api/v1/properties/', {
      owner: 'owner@malipo.test',
      kind: 'house',
      title: 'House with a well',
      city: 'Moshi',
      country: 'Tanzania',
      visit_cost: '3000.00',
      visit_cost_currency: 'TZS',
    }),
  );

/** The reference of `customer`'s paid visit. */
async function aPaidVisit(desk: AccessDesk, house: number): Promise<string> {
  const path = `/api/v1/properties/${house}/visit`;
  const { status, body } = await desk.as('customer').post(`${path}/initiate/`, PROMPT);
  expect({ status, body }).toMatchObject({ status: 200 });
  const reference = String(body['transaction_reference']);
  await desk.app.sandbox.answer(reference, 'approve');
  await waitFor('the paid visit', async () => {
    const read = await desk.as('customer').get(`${path}/status/`);
    return read.body['has_paid'] === true;
  });
  return reference;
}

async function requestOf(
  desk: AccessDesk,
  route: string,
): Promise<{ path: string; body?: unknown }> {
  const [, template = ''] = route.split(' ');
  const house = await aHouse(desk);
  const path = template.replace('{property_id}', String(house));
  if (template.endsWith('/verify/')) {
    return { path, body: { transaction_id: await aPaidVisit(desk, house) } };
  }
  if (!template.endsWith('/initiate/')) return { path };
  for (const [caller, phone] of Object.entries(PHONES) as [Caller, string][]) {
    await desk.as(caller).send('PATCH', '/api/v1/auth/me/', { phone });
  }
  return { path, body: PROMPT };
}

/** Visits to houses. */
export const visitsAccess: AccessTable = { rows, requestOf };
