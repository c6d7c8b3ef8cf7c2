import {
  type BackendFactory,
  createPostgresBackend,
  createRedisBackend,
  type IQueueBackend,
  type JobProgress,
  type JobsOptions,
  Queue,
  Worker,
} from 'bullmq';
import { redisPrefix } from '../config/index.js';

/** A job says which topic has work due, and nothing else. */
export interface Ring {
  topic: string;
}

export interface BellConnection {
  databaseUrl: string;
  /** Null: the doorbell is in PostgreSQL beside the work. */
  redisUrl: string | null;
}

export type BellQueue = Queue<
  Ring,
  void,
  string,
  Ring,
  void,
  string,
  IQueueBackend,
  BellConnection
>;
export type BellWorker = Worker<Ring, void, string, IQueueBackend, JobProgress, BellConnection>;

const NAME = 'outbox';
/** BullMQ's tables; `database/` migrates them together with ours. */
const SCHEMA = 'bullmq';
const CONNECT_TIMEOUT_MS = 5_000;
/** Failed rings are kept this long for people to see. */
const KEEP_FAILED_S = 24 * 3600;

/**
 * At once or by age, never by count: with retention by count workers deadlock on the rows to delete and run
 * jobs twice (seen with BullMQ 6.7 on PostgreSQL).
 */
export const RING_OPTIONS: JobsOptions = {
  removeOnComplete: true,
  removeOnFail: { age: KEEP_FAILED_S },
};

const backend: BackendFactory<IQueueBackend, BellConnection> = (name, options, extra) => {
  const { databaseUrl, redisUrl } = options.connection;
  if (redisUrl) {
    const withPrefix = {
      ...options,
      prefix: redisPrefix(databaseUrl),
      connection: { url: redisUrl },
    };
    return createRedisBackend(name, withPrefix, extra);
  }
  const connection = {
    connectionString: databaseUrl,
    schema: SCHEMA,
    max: 2,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    application_name: `malipo ${name}`,
  };
  return createPostgresBackend(name, { ...options, connection }, extra);
};

/** The sending end. Nobody reads BullMQ's event stream, so it is kept short. */
export function openQueue(connection: BellConnection): BellQueue {
  return new Queue(NAME, { connection, streams: { events: { maxLen: 100 } } }, backend);
}

/**
 * The receiving end, not yet running. A lock of 60 s forgives clocks that differ a little; short pauses bring
 * the worker back soon after its database was away; a ring may stall often, for it only points at work.
 */
export function openWorker(
  connection: BellConnection,
  concurrency: number,
  answer: (topic: string) => Promise<void>,
): BellWorker {
  return new Worker(
    NAME,
    (job) => answer(job.data.topic),
    {
      connection,
      concurrency,
      autorun: false,
      lockDuration: 60_000,
      stalledInterval: 15_000,
      runRetryDelay: 2_000,
      maxStalledCount: 10,
    },
    backend,
  );
}
