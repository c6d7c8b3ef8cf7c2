import { describeAccess } from '../support/access.js';
import { billingAccess } from './access/billing.access.js';

describeAccess('billing', billingAccess);
