import { type AccessDesk, type AccessTable, row } from '../../support/access.js';

const rows = [
  // route                                              nobody cust cust2 owner cashier staff admin outsider
  row('GET /api/v1/payments/invoices/', 401, 200, 200, 200, 200, 200, 200, 200),
  row('GET /api/v1/payments/invoices/{id}/', 401, 200, 404, 404, 200, 200, 200, 404),
];

/** Demo invoice 1 is the customer's. */
async function requestOf(
  _desk: AccessDesk,
  route: string,
): Promise<{ path: string; body?: unknown }> {
  const [, template = ''] = route.split(' ');
  return { path: template.replace('{id}', '1') };
}

export const invoicesAccess: AccessTable = { rows, requestOf };
