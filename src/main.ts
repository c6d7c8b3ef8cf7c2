import { launch } from './boot/index.js';

await launch();
