export { VisitAccessModule } from './visit-access.module.js';
export { VisitPayable } from './visit.payable.js';
