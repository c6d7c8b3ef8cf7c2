export { SandboxLinkModule } from './sandbox-link.module.js';
