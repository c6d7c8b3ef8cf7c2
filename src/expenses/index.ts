export * from './expenses.demo.js';
export { ExpensesModule } from './expenses.module.js';
