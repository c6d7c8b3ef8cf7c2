import { describeAccess } from '../support/access.js';
import { cashDrawersAccess } from './access/cash-drawers.access.js';

describeAccess('cash drawers', cashDrawersAccess);
