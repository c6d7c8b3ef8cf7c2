export * from './cash-drawers.demo.js';
export { CashDrawersModule } from './cash-drawers.module.js';
export { verifyChain as verifyZChain, type Link as ZLink } from './reports/z.chain.js';
