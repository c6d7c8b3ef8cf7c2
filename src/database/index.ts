export * from './data-source.js';
export * from './database.module.js';
export * from './database.probe.js';
export * from './embedded/index.js';
export * from './migrations.js';
export * from './outbox.js';
export * from './sql.js';
export * from './transactions.js';
