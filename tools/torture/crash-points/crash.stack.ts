import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startStack, type Stack } from '../../stack/index.js';
import { DatabaseDesk } from '../desk/database.desk.js';
import { journalOf } from '../evidence/index.js';
import type { TortureContext } from '../torture.part.js';
import { ControlServer } from './control.server.js';

const PRELOAD = new URL('./preload/index.js', import.meta.url).href;
const OFTEN = '1,2,3,4,5,6,8,10,12,15,20,25,30,40,50,60,75,90,120,150,180,210,240,300';

/** Short pauses, so that what a crash left is soon taken up again; places for what stands still. */
const SETTINGS: Record<string, string> = {
  JOBS_SWEEP_MS: '200',
  JOBS_SEAL_EVERY_MS: '300',
  JOBS_RECOVERY_DELAY_S: '3',
  JOBS_CONCURRENCY: '16',
  JOBS_MAX_ATTEMPTS: '100',
  DATABASE_POOL_SIZE: '30',
  IDEMPOTENCY_LOCK_S: '2',
  GATEWAY_TOTAL_TIMEOUT_MS: '2000',
  AZAMPAY_POLL_SCHEDULE_S: OFTEN,
  STRIPE_POLL_SCHEDULE_S: OFTEN,
  MTN_POLL_SCHEDULE_S: OFTEN,
};

/** Functions that write, and those that call them: one that only reads commits nothing. */
const WRITERS = `
  WITH RECURSIVE known AS (
    SELECT CASE n.nspname WHEN 'public' THEN '' ELSE n.nspname || '.' END || p.proname AS name,
      p.proname, p.prosrc
    FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
      JOIN pg_language l ON l.oid = p.prolang
    WHERE n.nspname IN ('public', 'bullmq') AND l.lanname IN ('sql', 'plpgsql')
      AND p.prorettype <> 'trigger'::regtype AND p.provolatile = 'v'
  ), writers AS (
    SELECT name, proname FROM known
    WHERE prosrc ~* '\\m(insert\\s+into|update\\s+\\S+\\s+(\\S+\\s+)?set|delete\\s+from)\\M'
    UNION
    SELECT k.name, k.proname FROM known k JOIN writers w
      ON k.prosrc ~* ('\\m' || w.proname || '\\s*\\(')
  )
  SELECT DISTINCT name FROM writers`;

/** The product with its processes under control. */
export interface CrashStack {
  stack: Stack;
  control: ControlServer;
  database: DatabaseDesk;
  stop(): Promise<void>;
}

export async function startCrashStack(context: TortureContext): Promise<CrashStack> {
  // The path of a socket must be short, so it is not in the run's own folder.
  const folder = await mkdtemp(join(tmpdir(), 'malipo-points-'));
  const control = await ControlServer.open(folder);
  const leave = async (): Promise<void> => {
    control.close();
    await rm(folder, { recursive: true, force: true });
  };
  const stack = await startStack({
    dist: context.dist,
    backend: context.backend,
    apis: 2,
    workers: 1,
    env: { ...SETTINGS, CRASH_POINTS_FOLDER: folder },
    sandboxEnv: { SANDBOX_JOURNAL_FILE: journalOf(context.folder), SANDBOX_REFUND_DELAY_MS: '100' },
    nodeArgs: ['--import', PRELOAD],
    logs: join(context.folder, 'logs'),
  }).catch(async (error: unknown) => {
    await leave();
    throw error;
  });
  const database = new DatabaseDesk(stack.database);
  const rows = await database.rows(WRITERS);
  await control.tellWriters(rows.map(({ name }) => String(name)));
  // So that only asking tells what became of it.
  await put(`${stack.sandboxUrl}/api/faults/mtn_momo`, { webhook: 'none' });
  return {
    stack,
    control,
    database,
    stop: async () => {
      await database.close();
      await stack.stop();
      await leave();
    },
  };
}

async function put(url: string, body: unknown): Promise<void> {
  const answer = await fetch(url, {
    method: 'PUT',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
  });
  if (!answer.ok) throw new Error(`${url} was answered ${answer.status}: ${await answer.text()}`);
}
