export { CREDIT_KINDS, type CreditKind, type NewCredit } from './credit.types.js';
export { CreditsModule } from './credits.module.js';
export { Credits } from './credits.service.js';
