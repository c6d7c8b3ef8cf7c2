import { errors, Pool } from 'undici';
import type { Answered } from './answer.judge.js';
import type { WireRequest } from './draft.js';

const TIMEOUT_MS = 30_000;
const CONNECTIONS = 24;
/** Answers before the whole body has come: the server may let go of the connection then. */
const LARGE = 60_000;

/** What came of a request; null where our own HTTP client refuses to send it. */
export type Outcome = { answered: Answered } | { lost: string } | null;

/** Sends requests as they are, to one API after the other. */
export class FuzzClient {
  private readonly pools: Pool[];
  private next = 0;

  constructor(urls: readonly string[]) {
    this.pools = urls.map((url) => new Pool(url, { connections: CONNECTIONS, pipelining: 1 }));
  }

  async send(wire: WireRequest): Promise<Outcome> {
    const pool = this.pools[this.next++ % this.pools.length];
    if (!pool) throw new Error('no address to send to');
    try {
      const { statusCode, headers, body } = await pool.request({
        method: wire.method,
        path: wire.path,
        headers: wire.headers,
        body: wire.body,
        headersTimeout: TIMEOUT_MS,
        bodyTimeout: TIMEOUT_MS,
      });
      const text = await body.text();
      const contentType = String(headers['content-type'] ?? '');
      return { answered: { status: statusCode, contentType, text } };
    } catch (error) {
      if (error instanceof errors.InvalidArgumentError) return null;
      // The answer "too large" may overtake the rest of the body, and be lost with the connection.
      if ((wire.body?.length ?? 0) > LARGE && !(error instanceof errors.HeadersTimeoutError))
        return null;
      return { lost: error instanceof Error ? `${error.name}: ${error.message}` : String(error) };
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.pools.map((pool) => pool.destroy()));
  }
}
