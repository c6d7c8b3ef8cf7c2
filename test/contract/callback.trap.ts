import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { WebhookInput } from '../../src/providers/index.js';
import { waitFor } from '../support/wait.js';

/** One request as it came; GETs and PUTs are kept too, told by their method. */
export interface Caught extends WebhookInput {
  method: string;
  /** With query. */
  path: string;
}

/** Stands where the product takes notifications: keeps their bytes and answers 200. */
export class CallbackTrap {
  readonly caught: Caught[] = [];
  private refusals = 0;

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async open(): Promise<CallbackTrap> {
    const server = createServer((request, response) => {
      void buffer(request).then((rawBody) => {
        const headers = Object.entries(request.headers).map(([name, value]) => [
          name,
          Array.isArray(value) ? value.join(', ') : value,
        ]);
        trap.caught.push({
          method: request.method ?? 'GET',
          path: request.url ?? '/',
          rawBody,
          headers: Object.fromEntries(headers) as WebhookInput['headers'],
        });
        if (trap.refusals > 0) {
          trap.refusals -= 1;
          response.statusCode = 503;
        }
        response.end();
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const trap = new CallbackTrap(
      server,
      `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    );
    return trap;
  }

  /** Waits for the notifications whose body names `text`, usually our reference. */
  async about(text: string, count = 1): Promise<Caught[]> {
    return waitFor(`${count} notifications about ${text}`, () => {
      const found = this.caught.filter(({ rawBody }) => rawBody.includes(text));
      return found.length >= count ? found : null;
    });
  }

  /** Answers 503 so many times before it takes the next. */
  refuseNext(count: number): void {
    this.refusals = count;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }
}
