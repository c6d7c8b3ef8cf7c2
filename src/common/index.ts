export * from './actor.js';
export * from './currencies.js';
export * from './domain.error.js';
export * from './money.js';
export * from './page.js';
export * from './phone.js';
export * from './references.js';
export * from './request-context.js';
