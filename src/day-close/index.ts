export { DayCloseModule } from './day-close.module.js';
export * from './verification/index.js';
