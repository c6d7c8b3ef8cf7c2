import { describeAccess } from '../support/access.js';
import { expensesAccess } from './access/expenses.access.js';

describeAccess('expenses', expensesAccess);
