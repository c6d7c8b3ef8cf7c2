import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { LoadPlan, LoadResult } from './load.plan.js';
import { runToEnd } from '../world/child.process.js';

const PROGRAM = join(import.meta.dirname, 'generator.js');

/** A request of the load was not answered as it should be: figures of such a run mean nothing. */
export class LoadFailure extends Error {}

/** Sends a load from a process of its own. @throws LoadFailure when a request fails. */
export async function runLoad(what: string, plan: LoadPlan): Promise<LoadResult> {
  const child = spawn(process.execPath, [PROGRAM], { stdio: ['pipe', 'pipe', 'pipe'] });
  child.stdin.end(JSON.stringify(plan));
  const { stdout } = await runToEnd(child, 'the load generator');
  const result = JSON.parse(stdout) as LoadResult;
  if (result.failures > 0) {
    throw new LoadFailure(
      `${what}: ${result.failures} requests failed, for example: ${result.examples.join(' | ')}`,
    );
  }
  if (result.counted === 0) throw new LoadFailure(`${what}: nothing was answered`);
  return result;
}
