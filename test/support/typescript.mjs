// Lets plain Node run our TypeScript: `node --import ./test/support/typescript.mjs some.ts`. Jest's own
// transformation does not reach what a global setup imports, nor the processes that a test starts.
import { register } from 'node:module';

register('./typescript-hooks.mjs', import.meta.url);
