import { describeAccess } from '../support/access.js';
import { reconciliationAccess } from './access/reconciliation.access.js';

describeAccess('reconciliation', reconciliationAccess);
