export { judge, journalOf, verifyBooks } from './judgement.js';
export { collectTables } from './tables.js';
