import { describeAccess } from '../support/access.js';
import { ledgerAccess } from './access/ledger.access.js';

describeAccess('ledger', ledgerAccess);
