export * from './orders.demo.js';
export { OrdersModule } from './orders.module.js';
