import { createServer } from 'node:net';

const given = new Set<number>();

/** A free TCP port of 127.0.0.1 that this process has not given before. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = await new Promise<number>((resolve, reject) => {
      const server = createServer();
      server.once('error', reject);
      server.listen(0, '127.0.0.1', () => {
        const address = server.address();
        server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
      });
    });
    if (given.has(port)) continue;
    given.add(port);
    return port;
  }
}
