export { CHECKS, LEDGER, PAYMENTS } from './books.queries.js';
export { PostgresCluster, type ClusterOptions } from './cluster.js';
export { sql, type ProductDatabase } from './database.js';
export { CREDENTIALS } from './environment.js';
export { endEverything, keepTrackOf } from './leftovers.js';
export { freePort } from './ports.js';
export { ownDist, ProductProcess, type Ended, type Entry, type ProcessOptions } from './product.js';
export { RedisServer } from './redis.js';
export {
  ApiSession,
  DEMO_PASSWORD,
  DEMO_USERS,
  type Answer,
  type DemoUser,
  type RequestOptions,
} from './session.js';
export { Stack, startStack, type Routes, type StackOptions } from './stack.js';
export { Supervised } from './supervised.js';
export { statusOf, waitFor } from './waiting.js';
