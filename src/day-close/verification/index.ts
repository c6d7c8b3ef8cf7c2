export type { AnchorFile } from './audit.checks.js';
export { verifyBooks } from './books.verification.js';
export { type Check, NAMED_AT_MOST } from './check.types.js';
