import { once } from 'node:events';
import { startEmbeddedPostgres } from '../../src/database/index.js';

// A program of its own: starts the embedded PostgreSQL of a folder, says so in one line of JSON, and stops
// it when its input ends.
const [folder = ''] = process.argv.slice(2);

function say(message: Record<string, unknown>): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

try {
  const postgres = await startEmbeddedPostgres(folder, { durable: false });
  const { adminUrl, ownerUrl, appUrl, adopted } = postgres;
  say({ pid: process.pid, adminUrl, ownerUrl, appUrl, adopted });
  process.stdin.resume();
  await once(process.stdin, 'end');
  await postgres.stop();
  say({ stopped: true });
} catch (error) {
  say({ pid: process.pid, error: (error as Error).message });
  process.exitCode = 1;
}
