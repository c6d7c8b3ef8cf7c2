export * from './config.types.js';
export * from './settings.js';
