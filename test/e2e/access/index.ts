import type { AccessTable } from '../../support/access.js';
import { billingAccess } from './billing.access.js';
import { coreAccess } from './core.access.js';
import { invoicesAccess } from './invoices.access.js';
import { visitsAccess } from './visits.access.js';

/** Every room's routes; a route that is in none of them fails the test. */
export const ACCESS_TABLES: readonly AccessTable[] = [
  billingAccess,
  coreAccess,
  invoicesAccess,
  visitsAccess,
];
