import { describeAccess } from '../support/access.js';
import { dayCloseAccess } from './access/day-close.access.js';

describeAccess('day closes', dayCloseAccess);
