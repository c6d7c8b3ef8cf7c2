export { failureText } from './failure.text.js';
export * from './queues.module.js';
