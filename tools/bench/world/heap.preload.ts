import { createServer } from 'node:http';
import { writeHeapSnapshot } from 'node:v8';

// Preloaded into a watched process, with --expose-gc: tells on HEAP_WATCH_PORT what it holds once everything
// that nobody reaches is gone.

export interface Held {
  /** Bytes: reachable objects of JavaScript; what they hold outside, buffers above all; and all the memory it takes. */
  heap: number;
  external: number;
  resident: number;
}

const collect = globalThis.gc;

/** Twice: what the first collection finalises falls to the second. */
async function held(): Promise<Held> {
  for (let i = 0; i < 2; i += 1) {
    collect?.();
    await new Promise((resolve) => setImmediate(resolve));
  }
  const { heapUsed, external, rss } = process.memoryUsage();
  return { heap: heapUsed, external, resident: rss };
}

const server = createServer((request, response) => {
  // `?snapshot=<file>`: for DevTools.
  const file = new URL(request.url ?? '/', 'http://localhost').searchParams.get('snapshot');
  if (file !== null) writeHeapSnapshot(file);
  void held().then((figures) => response.end(JSON.stringify(figures)));
});
server.listen(Number(process.env['HEAP_WATCH_PORT']), '127.0.0.1').unref();
