export * from './audits.types.js';
