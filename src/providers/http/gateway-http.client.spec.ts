// The client's promise is about what was sent, so these specs run it against real sockets: servers that
// refuse, hang, break off and redirect, and that count what reached them.
import { once } from 'node:events';
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import {
  type AddressInfo,
  createServer as createTcpServer,
  type Server as TcpServer,
} from 'node:net';
import { Logger } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { Transactions } from '../../database/index.js';
import type { Config } from '../../config/index.js';
import { Metrics } from '../../http/index.js';
import {
  ProviderMisconfiguredError,
  ProviderOutcomeUnknownError,
} from '../port/provider.errors.js';
import { GatewayHttpClient } from './gateway-http.client.js';
import type { GatewayCall } from './gateway-http.types.js';

const servers: (Server | TcpServer)[] = [];
const clients: GatewayHttpClient[] = [];
const lines: Record<string, unknown>[] = [];

beforeEach(() => {
  lines.length = 0;
  const keep = (line: Record<string, unknown>): number => lines.push(line);
  Logger.overrideLogger({ log: keep, warn: keep, error: keep });
});

afterEach(async () => {
  for (const server of servers.splice(0)) {
    if ('closeAllConnections' in server) server.closeAllConnections();
    server.close();
  }
  await Promise.all(clients.splice(0).map((client) => client.onApplicationShutdown()));
});

async function listen(server: Server | TcpServer): Promise<number> {
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

async function aServer(answer: RequestListener) {
  const seen: IncomingMessage[] = [];
  const port = await listen(
    createServer((request, response) => {
      seen.push(request);
      answer(request, response);
    }),
  );
  return { seen, url: `http://127.0.0.1:${port}` };
}

function aClient(
  limits: Partial<Config['gateway']> = {},
  metrics = new Metrics(),
): GatewayHttpClient {
  const usual = {
    connectTimeoutMs: 1_000,
    totalTimeoutMs: 2_000,
    maxConcurrent: 64,
    maxWaitMs: 1_000,
  };
  const client = new GatewayHttpClient({ gateway: { ...usual, ...limits } }, metrics);
  clients.push(client);
  return client;
}

function aCall(url: string, overrides: Partial<GatewayCall> = {}): GatewayCall {
  return { provider: 'azampay', operation: 'initiate', method: 'POST', url, ...overrides };
}

const UNREACHABLE = { name: 'ProviderUnavailableError', reason: 'unreachable' };

function failureOf(sending: Promise<unknown>): Promise<unknown> {
  return sending.then(
    () => 'it was answered',
    (error: unknown) => error,
  );
}

describe('an answer', () => {
  it('is handed over whatever its status, with its JSON where it is JSON', async () => {
    const { url, seen } = await aServer((_request, response) => {
      response.writeHead(422, { 'x-trace': 'a' }).end('{"success":false}');
    });
    const answer = await aClient().send(
      aCall(`${url}/pay?x=1`, { body: '{"a":1}', headers: { 'content-type': 'application/json' } }),
    );
    expect(answer).toMatchObject({
      status: 422,
      text: '{"success":false}',
      json: { success: false },
    });
    expect(answer.headers['x-trace']).toBe('a');
    expect(seen[0]).toMatchObject({ method: 'POST', url: '/pay?x=1' });
    expect(seen[0]?.headers).toMatchObject({
      'content-type': 'application/json',
      'content-length': '7',
    });
  });

  it('without JSON has none', async () => {
    const { url } = await aServer((_request, response) => response.end('<html>'));
    expect(await aClient().send(aCall(url))).toMatchObject({ text: '<html>', json: undefined });
  });

  it('that redirects is not followed', async () => {
    const { url, seen } = await aServer((_request, response) => {
      response.writeHead(302, { location: '/elsewhere' }).end();
    });
    expect((await aClient().send(aCall(url))).status).toBe(302);
    expect(seen).toHaveLength(1);
  });

  it('comes over a connection that is kept open', async () => {
    const sockets = new Set<unknown>();
    const { url } = await aServer((request, response) => {
      sockets.add(request.socket);
      response.end('ok');
    });
    const client = aClient();
    for (let i = 0; i < 6; i += 1) await client.send(aCall(url));
    expect(sockets.size).toBeLessThanOrEqual(2);
  });
});

describe('surely not sent', () => {
  it('nobody listens', async () => {
    const port = await listen(createTcpServer());
    await new Promise((done) => servers.pop()?.close(done));
    expect(await failureOf(aClient().send(aCall(`http://127.0.0.1:${port}`)))).toMatchObject(
      UNREACHABLE,
    );
  });

  it('the name does not exist', async () => {
    expect(await failureOf(aClient().send(aCall('http://gateway.invalid')))).toMatchObject(
      UNREACHABLE,
    );
  });

  it('the other side does not speak TLS', async () => {
    const { url, seen } = await aServer((_request, response) => response.end());
    expect(await failureOf(aClient().send(aCall(url.replace('http:', 'https:'))))).toMatchObject(
      UNREACHABLE,
    );
    expect(seen).toHaveLength(0);
  });

  it('the connection does not come about in time', async () => {
    const port = await listen(createTcpServer()); // takes the connection, never shakes hands
    const client = aClient({ connectTimeoutMs: 200, totalTimeoutMs: 30_000 });
    expect(await failureOf(client.send(aCall(`https://127.0.0.1:${port}`)))).toMatchObject(
      UNREACHABLE,
    );
  });

  it('the deadline passes while the connection is being made', async () => {
    const port = await listen(createTcpServer());
    const client = aClient({ connectTimeoutMs: 1_500, totalTimeoutMs: 100 });
    expect(await failureOf(client.send(aCall(`https://127.0.0.1:${port}`)))).toMatchObject(
      UNREACHABLE,
    );
  });

  it('there is no time left', async () => {
    const { url, seen } = await aServer((_request, response) => response.end());
    expect(
      await failureOf(aClient().send(aCall(url, { signal: AbortSignal.abort() }))),
    ).toMatchObject(UNREACHABLE);
    expect(seen).toHaveLength(0);
  });

  it('a header cannot be sent', async () => {
    const { url, seen } = await aServer((_request, response) => response.end());
    const sending = aClient().send(aCall(url, { headers: { 'x-api-key': 'a\r\nb' } }));
    await expect(sending).rejects.toBeInstanceOf(ProviderMisconfiguredError);
    expect(seen).toHaveLength(0);
  });
});

describe('perhaps carried out', () => {
  it('the connection breaks after the request: it is not sent again', async () => {
    const { url, seen } = await aServer((request) => request.socket.destroy());
    await expect(aClient().send(aCall(url))).rejects.toBeInstanceOf(ProviderOutcomeUnknownError);
    expect(seen).toHaveLength(1);
  });

  it('a kept connection breaks under the second request: it is not sent again', async () => {
    let answers = 0;
    const { url, seen } = await aServer((request, response) => {
      answers += 1;
      if (answers === 1) response.end('ok');
      else request.socket.destroy();
    });
    const client = aClient();
    await client.send(aCall(url));
    await expect(client.send(aCall(url))).rejects.toBeInstanceOf(ProviderOutcomeUnknownError);
    expect(seen).toHaveLength(2);
  });

  it('no answer comes in time', async () => {
    const { url, seen } = await aServer(() => undefined);
    const client = aClient({ connectTimeoutMs: 1_000, totalTimeoutMs: 150 });
    await expect(client.send(aCall(url))).rejects.toBeInstanceOf(ProviderOutcomeUnknownError);
    expect(seen).toHaveLength(1);
  });

  it('the caller has less time than the client', async () => {
    const { url } = await aServer(() => undefined);
    const client = aClient({ connectTimeoutMs: 1_000, totalTimeoutMs: 60_000 });
    const sending = client.send(aCall(url, { signal: AbortSignal.timeout(100) }));
    await expect(sending).rejects.toBeInstanceOf(ProviderOutcomeUnknownError);
  });

  it('the answer stops halfway', async () => {
    const { url } = await aServer((_request, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('{"success":');
      setImmediate(() => response.destroy());
    });
    await expect(aClient().send(aCall(url))).rejects.toBeInstanceOf(ProviderOutcomeUnknownError);
  });

  it('the answer never ends', async () => {
    const { url } = await aServer((_request, response) => {
      response.writeHead(200);
      const pour = (): void => {
        if (!response.destroyed) response.write(Buffer.alloc(64 * 1024), pour);
      };
      pour();
    });
    const client = aClient({ connectTimeoutMs: 1_000, totalTimeoutMs: 30_000 });
    await expect(client.send(aCall(url))).rejects.toThrow(/larger than/);
  });
});

describe('guards', () => {
  it('refuses to be called while a transaction is open', async () => {
    const { url, seen } = await aServer((_request, response) => response.end());
    const dataSource = {
      transaction: (work: (manager: object) => Promise<unknown>) => work({}),
    } as unknown as DataSource;
    const calling = new Transactions(dataSource).run(() => aClient().send(aCall(url)));
    await expect(calling).rejects.toThrow(/inside a transaction/);
    expect(seen).toHaveLength(0);
  });

  it('leaves an operation alone that fails time after time, but no other', async () => {
    const { url, seen } = await aServer((_request, response) => response.writeHead(500).end());
    const client = aClient();
    for (let i = 0; i < 10; i += 1) expect((await client.send(aCall(url))).status).toBe(500);
    await expect(client.send(aCall(url))).rejects.toThrow(/not sent/);
    expect(seen).toHaveLength(10);
    expect((await client.send(aCall(url, { operation: 'status' }))).status).toBe(500);
  });
});

describe('a crowd', () => {
  it('goes through so many at a time; who waits too long was surely not sent', async () => {
    const metrics = new Metrics();
    const held: ServerResponse[] = [];
    const { url, seen } = await aServer((_request, response) => held.push(response));
    const client = aClient({ maxConcurrent: 2, maxWaitMs: 50 }, metrics);
    const inside = [client.send(aCall(url)), client.send(aCall(url))];
    while (held.length < 2) await once(servers[0] ?? neverServer(), 'request');
    expect(await failureOf(client.send(aCall(url)))).toMatchObject({
      ...UNREACHABLE,
      message: expect.stringMatching(/not sent, too many calls/) as string,
    });
    const text = await metrics.registry.getSingleMetricAsString('gateway_calls');
    expect(text).toContain('gateway_calls{provider="azampay",state="under_way"} 2');
    expect(text).toContain('gateway_calls{provider="azampay",state="waiting"} 0');
    expect(lines.map(({ outcome }) => outcome)).toEqual(['crowded']);
    for (const response of held) response.end();
    await Promise.all(inside);
    expect(seen).toHaveLength(2);
  });

  it('at one gateway keeps nobody from another, and a failed call gives its place back', async () => {
    const hanging = await aServer(() => undefined);
    const { url } = await aServer((_request, response) => response.end());
    const client = aClient({ maxConcurrent: 1, maxWaitMs: 5_000, totalTimeoutMs: 150 });
    const stuck = failureOf(client.send(aCall(hanging.url)));
    expect((await client.send(aCall(url, { provider: 'wave' }))).status).toBe(200);
    expect((await client.send(aCall(url))).status).toBe(200);
    expect(await stuck).toBeInstanceOf(ProviderOutcomeUnknownError);
  });

  it('does not wait longer than the call has time', async () => {
    const { url } = await aServer(() => undefined);
    const client = aClient({ maxConcurrent: 1, maxWaitMs: 30_000, totalTimeoutMs: 400 });
    const stuck = failureOf(client.send(aCall(url)));
    const signal = AbortSignal.timeout(50);
    expect(await failureOf(client.send(aCall(url, { signal })))).toMatchObject(UNREACHABLE);
    await stuck;
  });
});

function neverServer(): never {
  throw new Error('no server listens');
}

describe('what is left behind', () => {
  it('a duration for each call, by provider, operation and outcome', async () => {
    const metrics = new Metrics();
    const { url } = await aServer((request, response) => {
      response.writeHead(Number(request.url?.slice(1))).end();
    });
    const client = aClient(undefined, metrics);
    for (const status of [200, 201, 404, 500, 302]) await client.send(aCall(`${url}/${status}`));
    await failureOf(client.send(aCall('http://gateway.invalid', { operation: 'status' })));
    const text = await metrics.registry.getSingleMetricAsString('gateway_request_duration_seconds');
    const counts = [...text.matchAll(/_count\{(.*)\} (\d+)/g)].map(
      ([, labels, n]) => `${labels} ${n}`,
    );
    expect(counts).toEqual([
      'provider="azampay",operation="initiate",outcome="ok" 2',
      'provider="azampay",operation="initiate",outcome="refused" 1',
      'provider="azampay",operation="initiate",outcome="error" 1',
      'provider="azampay",operation="initiate",outcome="odd" 1',
      'provider="azampay",operation="status",outcome="unreachable" 1',
    ]);
  });

  it('one line per call, with neither body, headers, query nor number', async () => {
    const { url } = await aServer((request, response) => {
      if (request.url?.startsWith('/broken')) request.socket.destroy();
      else response.end('{"accessToken":"tok-secret-2"}');
    });
    const client = aClient();
    const call = aCall(`${url}/pay?transactionId=query-secret`, {
      headers: { authorization: 'Bearer tok-secret-1', 'x-api-key': 'key-secret' },
      body: '{"accountNumber":"255653294241"}',
      reference: 'BOOKING-HTL-000008-A',
    });
    await client.send(call);
    await client.send({ ...call, url: `${url}/broken?x=query-secret` }).catch(() => undefined);
    const shared = {
      provider: 'azampay',
      operation: 'initiate',
      reference: 'BOOKING-HTL-000008-A',
    };
    expect(lines).toEqual([
      {
        ...shared,
        msg: 'azampay initiate: ok',
        outcome: 'ok',
        status: 200,
        duration_ms: expect.any(Number) as number,
      },
      {
        ...shared,
        msg: 'azampay initiate: unknown',
        outcome: 'unknown',
        reason: expect.any(String) as string,
        duration_ms: expect.any(Number) as number,
      },
    ]);
    expect(JSON.stringify(lines)).not.toMatch(/secret|255653294241/);
  });
});
