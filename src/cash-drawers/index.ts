export * from './cash-drawers.demo.js';
export { CashDrawersModule } from './cash-drawers.module.js';
