import { traceSources } from './common/stack.traces.js';

traceSources();
const { launch } = await import('./boot/index.js');
await launch();
