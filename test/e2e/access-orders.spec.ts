import { describeAccess } from '../support/access.js';
import { ordersAccess } from './access/orders.access.js';

describeAccess('orders', ordersAccess);
