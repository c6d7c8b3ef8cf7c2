export * from './payable.port.js';
