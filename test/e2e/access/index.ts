import type { AccessTable } from '../../support/access.js';
import { billingAccess } from './billing.access.js';
import { cashDrawersAccess } from './cash-drawers.access.js';
import { coreAccess } from './core.access.js';
import { dayCloseAccess } from './day-close.access.js';
import { expensesAccess } from './expenses.access.js';
import { invoicesAccess } from './invoices.access.js';
import { ledgerAccess } from './ledger.access.js';
import { ordersAccess } from './orders.access.js';
import { receiptsAccess } from './receipts.access.js';
import { reconciliationAccess } from './reconciliation.access.js';
import { visitsAccess } from './visits.access.js';
import { unallocatedAccess } from './unallocated.access.js';

/** Every room's routes; a route that is in none of them fails the test. */
export const ACCESS_TABLES: readonly AccessTable[] = [
  billingAccess,
  cashDrawersAccess,
  coreAccess,
  dayCloseAccess,
  expensesAccess,
  invoicesAccess,
  ledgerAccess,
  ordersAccess,
  receiptsAccess,
  reconciliationAccess,
  visitsAccess,
  unallocatedAccess,
];
