import { formBytes, PIXEL } from '../desk/form.js';
import type { AccessDesk, Caller } from './access.desk.js';
import { type AccessRow, type Maker, of, plain, row, targetOf } from './access.row.js';
import { aBooking } from './money.objects.js';

const EXPENSES = '/api/v1/payments/expenses/';
const QUEUE = '/api/v1/payments/unallocated/';
const RECONCILIATION = '/api/v1/reconciliation/';
const LEDGER = '/api/v1/ledger/';
const BACK_OFFICE = '401 403 403 403 403 200 200 404';
const MAKES = '401 403 403 403 403 201 201 404';
const OFFICE_LISTS = '401 403 403 403 403 200 200 200';
const SPENDS = '401 403 403 200 403 200 200 404';

const expense = {
  property: 124,
  category: 'maintenance',
  amount: '45000.00',
  currency: 'TZS',
  date: '2026-01-20',
  vendor: 'Fundi Plumbing',
  notes: 'Leak in room 7',
};
const bill = (): Buffer => formBytes([{ name: 'file', filename: 'bill.png', content: PIXEL }]);
const aDraft = (desk: AccessDesk): Promise<number> =>
  desk.make('owner', EXPENSES, { ...expense, status: 'draft' });
/** Above the limit, so that it waits for a second person. */
const aPending = (desk: AccessDesk): Promise<number> =>
  desk.make('owner', EXPENSES, { ...expense, amount: '2000000.00' });
const anApproved = (desk: AccessDesk): Promise<number> => desk.make('owner', EXPENSES, expense);
async function withReceipt(desk: AccessDesk): Promise<number> {
  const id = await aDraft(desk);
  await desk.post('owner', `${EXPENSES}${id}/receipt/`, bill());
  return id;
}

const expenseRows: readonly AccessRow[] = [
  row(`GET ${EXPENSES}`, '401 403 403 200 200 200 200 200'),
  row(`POST ${EXPENSES}`, '401 403 403 201 403 201 201 400', plain(expense), ['property']),
  row(`GET ${EXPENSES}summary/`, '401 403 403 200 200 200 200 200'),
  row(`GET ${EXPENSES}export/`, '401 403 403 200 200 200 200 200'),
  row(`GET ${EXPENSES}{id}/`, '401 403 403 200 200 200 200 404', of(aDraft)),
  row(`PATCH ${EXPENSES}{id}/`, SPENDS, of(aDraft, { notes: 'n' })),
  row(`POST ${EXPENSES}{id}/submit/`, SPENDS, of(aDraft, {})),
  row(`POST ${EXPENSES}{id}/approve/`, BACK_OFFICE, of(aPending, { version: 1 })),
  row(
    `POST ${EXPENSES}{id}/reject/`,
    BACK_OFFICE,
    of(aPending, { version: 1, reason: 'not ordered' }),
  ),
  row(`POST ${EXPENSES}{id}/pay/`, BACK_OFFICE, of(anApproved, { paid_from: 'advance' })),
  row(`POST ${EXPENSES}{id}/void/`, SPENDS, of(aPending, { reason: 'twice' })),
  row(`POST ${EXPENSES}{id}/receipt/`, '401 403 403 201 403 201 201 404', of(aDraft, bill)),
  row(`GET ${EXPENSES}{id}/receipt/`, '401 403 403 200 200 200 200 404', of(withReceipt)),
];

const receiptBody = (desk: AccessDesk, amount = '5000.00') => ({
  provider: 'manual',
  amount,
  currency: 'TZS',
  reference: `LINE-${desk.number}`,
});
const aReceipt = (desk: AccessDesk, amount?: string): Promise<number> =>
  desk.make('staff', QUEUE, receiptBody(desk, amount));
const paidBack = { reason: 'not ours', method: 'bank_transfer', evidence: 'CRDB 77' };
/** Proposed by staff, above the limit, so that it waits. */
const anAct = async (desk: AccessDesk): Promise<number> =>
  desk.make('staff', `${QUEUE}${await aReceipt(desk, '9000000.00')}/refund/`, paidBack);

const queueRows: readonly AccessRow[] = [
  row(`GET ${QUEUE}`, OFFICE_LISTS),
  row(
    `POST ${QUEUE}`,
    '401 403 403 403 403 201 201 201',
    plain((desk: AccessDesk) => receiptBody(desk)),
  ),
  row(`GET ${QUEUE}{id}/`, BACK_OFFICE, of(aReceipt)),
  row(
    `POST ${QUEUE}{id}/allocate/`,
    MAKES,
    of(aReceipt, async (desk: AccessDesk) => ({ reason: 'his', booking: await aBooking(desk) })),
  ),
  row(`POST ${QUEUE}{id}/credit/`, MAKES, of(aReceipt, { reason: 'kept' })),
  row(`POST ${QUEUE}{id}/refund/`, MAKES, of(aReceipt, paidBack)),
  row(`POST ${QUEUE}acts/{id}/confirm/`, '401 403 403 403 403 403 200 404', of(anAct)),
  row(`POST ${QUEUE}acts/{id}/reject/`, BACK_OFFICE, of(anAct)),
];

function aStatement(desk: AccessDesk): Buffer {
  const content = `Reference,Amount,Date\nACCESS-${desk.number},100.00,2026-01-23 10:00\n`;
  return formBytes([
    { name: 'provider', content: 'chapa' },
    { name: 'file', filename: 'chapa.csv', content },
  ]);
}
async function aRun(desk: AccessDesk): Promise<number> {
  const id = await desk.make('staff', `${RECONCILIATION}runs/`, aStatement(desk));
  await desk.until(`${RECONCILIATION}runs/${id}/`, 'status', 'completed');
  return id;
}
const anItem = async (desk: AccessDesk): Promise<number> =>
  desk.first('staff', `${RECONCILIATION}runs/${await aRun(desk)}/items/`);

const reconciliationRows: readonly AccessRow[] = [
  row(`GET ${RECONCILIATION}mappings/`, OFFICE_LISTS),
  row(
    `PUT ${RECONCILIATION}mappings/`,
    '401 403 403 403 403 403 200 200',
    plain({ provider: 'wave', mapping: {} }),
  ),
  row(`GET ${RECONCILIATION}runs/`, OFFICE_LISTS),
  row(`POST ${RECONCILIATION}runs/`, '401 403 403 403 403 201 201 201', plain(aStatement)),
  // Of a gateway that cannot be asked, so that no run of one caller is in the way of the next.
  row(
    `POST ${RECONCILIATION}runs/gateway/`,
    '401 403 403 403 403 400 400 400',
    plain({ provider: 'manual' }),
  ),
  row(`GET ${RECONCILIATION}runs/{id}/`, BACK_OFFICE, of(aRun)),
  row(`GET ${RECONCILIATION}runs/{id}/items/`, BACK_OFFICE, of(aRun)),
  row(`GET ${RECONCILIATION}runs/{id}/report/`, BACK_OFFICE, of(aRun)),
  row(`GET ${RECONCILIATION}items/{id}/`, BACK_OFFICE, of(anItem)),
  row(
    `POST ${RECONCILIATION}items/{id}/resolve/`,
    BACK_OFFICE,
    of(anItem, { reason: 'of another branch' }),
  ),
];

const ledgerRows: readonly AccessRow[] = [
  'accounts',
  'trial-balance',
  'entries',
  'entries/export',
].map((name) => row(`GET ${LEDGER}${name}/`, OFFICE_LISTS));

const PROMPT = { payment_method: 'mobile_money', mobile_money_provider: 'AIRTEL' };
const PHONES: Partial<Record<Caller, string>> = { cashier: '255754000112', admin: '255754000113' };
const aHouse = (desk: AccessDesk): Promise<number> =>
  desk.make('staff', '/api/v1/properties/', {
    owner: 'owner@malipo.test',
    kind: 'house',
    title: 'House with a well',
    city: 'Moshi',
    country: 'Tanzania',
    visit_cost: '3000.00',
    visit_cost_currency: 'TZS',
  });

const visiting: Maker = async (desk, template) => {
  for (const [caller, phone] of Object.entries(PHONES) as [Caller, string][]) {
    await desk.send(caller, 'PATCH', '/api/v1/auth/me/', { phone });
  }
  return of(aHouse, PROMPT)(desk, template);
};

/** A visit that `customer` has paid. */
const verifying: Maker = async (desk, template) => {
  const house = await aHouse(desk);
  const path = `/api/v1/properties/${house}/visit/`;
  const { transaction_reference: reference } = await desk.post(
    'customer',
    `${path}initiate/`,
    PROMPT,
  );
  await desk.sandbox.answer(String(reference), 'approve');
  await desk.untilSeen('customer', `${path}status/`, 'has_paid', true);
  return targetOf(template.replace('{property_id}', String(house)), { transaction_id: reference });
};

const VISIT = '/api/v1/properties/{property_id}/visit/';
const visitRows: readonly AccessRow[] = [
  row(`GET ${VISIT}status/`, '401 200 200 200 200 200 200 404', of(aHouse)),
  row(`POST ${VISIT}initiate/`, '401 200 200 200 200 200 200 404', visiting),
  row(`POST ${VISIT}verify/`, '401 200 404 404 404 404 404 404', verifying),
];

/** Expenses, money that nobody owed, statements, the ledger, visits to houses. */
export const bookRows: readonly AccessRow[] = [
  ...expenseRows,
  ...queueRows,
  ...reconciliationRows,
  ...ledgerRows,
  ...visitRows,
];
