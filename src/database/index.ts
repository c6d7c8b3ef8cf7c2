export * from './outbox.js';
export * from './transactions.js';
