export { InvoicePayable } from './invoice.payable.js';
export {
  INVOICE_STATUSES,
  owedMinor,
  type InvoiceRow,
  type InvoiceStatus,
} from './invoice.types.js';
export * from './invoices.demo.js';
export { InvoicesModule } from './invoices.module.js';
export { Invoices } from './invoices.service.js';
