export { startSandbox, type RunningSandbox } from './sandbox.server.js';
export { readOptions, type SandboxOptions, type Timings } from './sandbox.options.js';
export type { Prompt, PromptStatus } from './core/prompts.store.js';
export type { Checkout } from './core/checkouts.store.js';
export type { Mail } from './core/mails.store.js';
export type { CallFault, Faults, WebhookFault } from './core/faults.store.js';
export type { ReceivedRequest } from './core/requests.store.js';
