export * from './approval.limits.js';
export * from './config.error.js';
export * from './config.module.js';
export * from './config.types.js';
export type { Environment } from './environment.reader.js';
export * from './exposure.js';
export * from './load-config.js';
export * from './process.environment.js';
export * from './settings.js';
