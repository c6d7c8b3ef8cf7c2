import { type AccessDesk, type AccessTable, row } from '../../support/access.js';

const QUEUE = '/api/v1/payments/unallocated/';

/** Only whoever works with the books sees and moves money that nobody owed. */
const rows = [
  // route                                        nobody cust cust2 owner cashier staff admin outsider
  row(`GET ${QUEUE}`, 401, 403, 403, 403, 403, 200, 200, 200),
  row(`POST ${QUEUE}`, 401, 403, 403, 403, 403, 201, 201, 201),
  row(`GET ${QUEUE}{id}/`, 401, 403, 403, 403, 403, 200, 200, 404),
  row(`POST ${QUEUE}{id}/allocate/`, 401, 403, 403, 403, 403, 201, 201, 404),
  row(`POST ${QUEUE}{id}/credit/`, 401, 403, 403, 403, 403, 201, 201, 404),
  row(`POST ${QUEUE}{id}/refund/`, 401, 403, 403, 403, 403, 201, 201, 404),
  // Of an act that staff proposed.
  row(`POST ${QUEUE}acts/{id}/confirm/`, 401, 403, 403, 403, 403, 403, 200, 404),
  row(`POST ${QUEUE}acts/{id}/reject/`, 401, 403, 403, 403, 403, 200, 200, 404),
];

const receiptBody = (desk: AccessDesk, amount: string) => ({
  provider: 'manual',
  amount,
  currency: 'TZS',
  reference: `LINE-${desk.number}`,
});
const aReceipt = (desk: AccessDesk, amount = '5000.00'): Promise<number> =>
  desk.made(desk.as('staff').post(QUEUE, receiptBody(desk, amount)));
const paidBack = { reason: 'not ours', method: 'bank_transfer', evidence: 'CRDB 77' };
/** Above the limit, so that it waits. */
const anAct = async (desk: AccessDesk): Promise<number> => {
  const receipt = await aReceipt(desk, '9000000.00');
  return desk.made(desk.as('staff').post(`${QUEUE}${receipt}/refund/`, paidBack));
};
const aBooking = (desk: AccessDesk): Promise<number> =>
  desk.made(
    desk.as('staff').post('/api/v1/bookings/', {
      property: 124,
      customer: 'customer@malipo.test',
      check_in: '2026-04-01',
      check_out: '2026-04-02',
      guests: 1,
      total_price: '5000.00',
      currency: 'TZS',
    }),
  );

async function requestOf(
  desk: AccessDesk,
  route: string,
): Promise<{ path: string; body?: unknown }> {
  const [method, template = ''] = route.split(' ');
  const path = (id: number): string => template.replace('{id}', String(id));
  if (template.includes('/acts/')) return { path: path(await anAct(desk)) };
  if (template === QUEUE) {
    return { path: QUEUE, ...(method === 'POST' ? { body: receiptBody(desk, '5000.00') } : {}) };
  }
  const id = await aReceipt(desk);
  if (template.endsWith('/allocate/')) {
    return { path: path(id), body: { reason: 'his', booking: await aBooking(desk) } };
  }
  if (template.endsWith('/credit/')) return { path: path(id), body: { reason: 'kept' } };
  if (template.endsWith('/refund/')) return { path: path(id), body: paidBack };
  return { path: path(id) };
}

export const unallocatedAccess: AccessTable = { rows, requestOf };
