export * from './billing.demo.js';
export { BillingModule } from './billing.module.js';
