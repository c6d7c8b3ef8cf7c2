import { describeAccess } from '../support/access.js';
import { unallocatedAccess } from './access/unallocated.access.js';

describeAccess('unallocated', unallocatedAccess);
