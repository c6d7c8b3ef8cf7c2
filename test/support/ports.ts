import { createServer, type AddressInfo } from 'node:net';

/** Handed out by this process: the system may offer a port again before anybody listens on it. */
const given = new Set<number>();

/** A port of 127.0.0.1 that nobody listens on at this moment, another one each time. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = await offeredPort();
    if (given.has(port)) continue;
    given.add(port);
    return port;
  }
}

async function offeredPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
