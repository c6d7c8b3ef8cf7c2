import { traceSources } from './common/stack.traces.js';
import { readOptions, startSandbox } from './sandbox/index.js';

/** The sandbox as a program of its own: it reads its own environment and knows nothing of the product. */
async function run(): Promise<void> {
  const sandbox = await startSandbox(readOptions(process.env));
  process.stdout.write(`Malipo sandbox: ${sandbox.url} (virtual phone: ${sandbox.url}/phone)\n`);
  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    sandbox.close().then(() => process.exit(0), fail);
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}

function fail(error: unknown): void {
  process.stderr.write(`Malipo sandbox: ${describe(error)}\n`);
  process.exit(1);
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if ('code' in error && error.code === 'EADDRINUSE') {
    return `${error.message}; stop what listens there, or set SANDBOX_PORT to another port`;
  }
  return error.message;
}

traceSources();
run().catch(fail);
