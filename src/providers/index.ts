export * from './port/provider.errors.js';
export * from './port/provider.port.js';
