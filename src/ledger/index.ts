export * from './ledger.module.js';
export * from './ledger.service.js';
export * from './ledger.types.js';
