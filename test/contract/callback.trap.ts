import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { WebhookInput } from '../../src/providers/index.js';
import { waitFor } from '../support/wait.js';

/** Stands where the product takes notifications: keeps their bytes and answers 200. */
export class CallbackTrap {
  readonly caught: WebhookInput[] = [];

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
          rawBody,
          headers: Object.fromEntries(headers) as WebhookInput['headers'],
        });
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

  /** Waits for the notifications about `reference`. */
  async about(reference: string, count = 1): Promise<WebhookInput[]> {
    return waitFor(`${count} notifications about ${reference}`, () => {
      const found = this.caught.filter(({ rawBody }) => rawBody.includes(reference));
      return found.length >= count ? found : null;
    });
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }
}
