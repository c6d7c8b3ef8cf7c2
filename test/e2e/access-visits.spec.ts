import { describeAccess } from '../support/access.js';
import { visitsAccess } from './access/visits.access.js';

describeAccess('visits', visitsAccess);
