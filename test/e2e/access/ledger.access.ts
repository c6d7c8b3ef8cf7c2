import { type AccessTable, row } from '../../support/access.js';

/** The books are for whoever works with them; another account's are another book. */
export const ledgerAccess: AccessTable = {
  rows: [
    // route                                   nobody cust cust2 owner cashier staff admin outsider
    row('GET /api/v1/ledger/accounts/', 401, 403, 403, 403, 403, 200, 200, 200),
    row('GET /api/v1/ledger/trial-balance/', 401, 403, 403, 403, 403, 200, 200, 200),
    row('GET /api/v1/ledger/entries/', 401, 403, 403, 403, 403, 200, 200, 200),
    row('GET /api/v1/ledger/entries/export/', 401, 403, 403, 403, 403, 200, 200, 200),
  ],
  requestOf: (_desk, route) => Promise.resolve({ path: route.split(' ')[1] ?? '' }),
};
