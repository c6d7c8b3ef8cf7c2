import { type AccessTable, row } from '../../support/access.js';
import { aPaidPayment } from './core.access.js';

const rows = [
  // route                                                  nobody cust cust2 owner cashier staff admin outsider
  row('GET /api/v1/payments/payments/{id}/receipt/', 401, 200, 404, 200, 200, 200, 200, 404),
  row('GET /api/v1/payments/payments/{id}/receipt/pdf/', 401, 200, 404, 200, 200, 200, 200, 404),
  // Without its signature it is nobody's, not even the payer's; test/e2e/receipts.spec.ts has the rest.
  row('GET /receipts/{uuid}/', 404, 404, 404, 404, 404, 404, 404, 404),
];

/** Receipts of paid payments, and the public page that verifies them. */
export const receiptsAccess: AccessTable = {
  rows,
  requestOf: async (desk, route) => {
    const [, template = ''] = route.split(' ');
    const payment = await aPaidPayment(desk);
    if (!template.startsWith('/receipts/')) {
      return { path: template.replace('{id}', String(payment)) };
    }
    const receipt = await desk.as('customer').get(`/api/v1/payments/payments/${payment}/receipt/`);
    expect(receipt.status).toBe(200);
    return { path: template.replace('{uuid}', String(receipt.body['uuid'])) };
  },
};
