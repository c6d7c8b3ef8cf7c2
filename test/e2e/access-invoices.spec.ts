import { describeAccess } from '../support/access.js';
import { invoicesAccess } from './access/invoices.access.js';

describeAccess('invoices', invoicesAccess);
