import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/**
 * Below the ports that systems give to outgoing connections (from 32768 on Linux, else from 49152), and
 * above the last one, 10080, that the Fetch standard forbids.
 */
const FIRST = 10_100;
const PER_WORKER = 2_000;
const WORKERS = 11;

const worker = Number(process.env.JEST_WORKER_ID ?? 0) % WORKERS;
/** Another run on this machine begins elsewhere. */
let next = randomInt(PER_WORKER);

/**
 * A port of 127.0.0.1 that nobody listens on, another one each time. Nobody else comes across it before it
 * is used: no suite of another worker, and no connection that leaves this machine's programs.
 */
export async function freePort(): Promise<number> {
  for (let tried = 0; tried < PER_WORKER; tried += 1) {
    next = (next + 1) % PER_WORKER;
    const port = FIRST + worker * PER_WORKER + next;
    if (await canListen(port)) return port;
  }
  throw new Error(`no port is free from ${FIRST + worker * PER_WORKER} on`);
}

function canListen(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE' || error.code === 'EACCES') resolve(false);
      else reject(error);
    });
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
