import { describeAccess } from '../support/access.js';
import { receiptsAccess } from './access/receipts.access.js';

describeAccess('receipts', receiptsAccess);
