import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type RunningSandbox, type SandboxOptions, startSandbox } from '../../src/sandbox/index.js';
import type { Prompt } from '../../src/sandbox/index.js';
import { waitFor } from './wait.js';

export interface Received {
  path: string;
  contentType: string | undefined;
  headers: IncomingHttpHeaders;
  body: string;
  at: number;
}

/** Stands where the product would, and keeps what the sandbox sends to it. */
export class Catcher {
  readonly received: Received[] = [];
  status = 200;
  answer = '{"status":"ok"}';
  /** Answers wait for this. */
  gate: Promise<void> = Promise.resolve();

  private constructor(private readonly server: Server) {}

  static async listen(): Promise<Catcher> {
    const server = createServer();
    const catcher = new Catcher(server);
    server.on('request', (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        catcher.received.push({
          path: request.url ?? '',
          contentType: request.headers['content-type'],
          headers: request.headers,
          body: Buffer.concat(chunks).toString('utf8'),
          at: Date.now(),
        });
        void catcher.gate.then(() => {
          response.writeHead(catcher.status, { 'content-type': 'application/json' });
          response.end(catcher.answer);
        });
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return catcher;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** The notifications for one reference, parsed. */
  of(reference: string): Record<string, unknown>[] {
    return this.received
      .map(({ body }) => JSON.parse(body) as Record<string, unknown>)
      .filter(({ utilityref }) => utilityref === reference);
  }

  async count(reference: string, count: number): Promise<Record<string, unknown>[]> {
    await waitFor(
      `${count} notifications of ${reference}`,
      () => this.of(reference).length >= count,
    );
    return this.of(reference);
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  json: unknown;
}

/** A sandbox, a product's stand-in, and a caller that speaks AzamPay's wire format. */
export class AzamPayDesk {
  private token: string | null = null;

  private constructor(
    readonly sandbox: RunningSandbox,
    readonly catcher: Catcher,
  ) {}

  static async open(options: SandboxOptions = {}): Promise<AzamPayDesk> {
    const catcher = await Catcher.listen();
    const sandbox = await startSandbox({
      port: 0,
      malipoUrl: catcher.url,
      ...options,
      timings: {
        callbackDelayMs: 5,
        autoAnswerDelayMs: 5,
        lateDelayMs: 150,
        hangMs: 100,
        ...options.timings,
      },
    });
    return new AzamPayDesk(sandbox, catcher);
  }

  async close(): Promise<void> {
    await this.sandbox.close();
    await this.catcher.close();
  }

  async send(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const text = typeof body === 'string' || body === undefined ? body : JSON.stringify(body);
    const response = await fetch(this.sandbox.url + path, {
      method,
      redirect: 'manual',
      headers: {
        ...(text === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(text === undefined ? {} : { body: text }),
    });
    const answer = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      text: answer,
      json: parsed(answer),
    };
  }

  async login(): Promise<Record<string, string>> {
    const answer = await this.send('POST', '/azampay/AppRegistration/GenerateToken', {
      appName: 'malipo-sandbox',
      clientId: 'sandbox-client-id',
      clientSecret: 'sandbox-client-secret',
    });
    this.token = (answer.json as { data: { accessToken: string } }).data.accessToken;
    return this.bearer;
  }

  get bearer(): Record<string, string> {
    return { authorization: `Bearer ${this.token ?? 'none'}` };
  }

  /** Starts a payment; `fields` win over a plain one of 50,000 shillings. */
  async checkout(reference: string, fields: Record<string, unknown> = {}): Promise<Answer> {
    if (this.token === null) await this.login();
    const body = {
      accountNumber: '255653294241',
      amount: 50000,
      currency: 'TZS',
      externalId: reference,
      provider: 'Mpesa',
      ...fields,
    };
    return this.send('POST', '/azampay/azampay/mno/checkout', body, this.bearer);
  }

  async status(transactionId: string, provider = 'Mpesa'): Promise<Answer> {
    const query = new URLSearchParams({ transactionId, provider }).toString();
    return this.send(
      'GET',
      `/azampay/api/v1/partner/gettransactionstatus?${query}`,
      undefined,
      this.bearer,
    );
  }

  async prompts(reference: string): Promise<Prompt[]> {
    const { json } = await this.send('GET', '/api/prompts');
    return (json as Prompt[]).filter((prompt) => prompt.reference === reference);
  }

  async prompt(reference: string): Promise<Prompt> {
    const [prompt] = await this.prompts(reference);
    if (!prompt) throw new Error(`there is no prompt of ${reference}`);
    return prompt;
  }

  /** Presses a button on the phone. */
  async press(reference: string, act: string): Promise<Answer> {
    return this.send('POST', `/api/prompts/${(await this.prompt(reference)).id}/${act}`);
  }

  async fault(faults: Record<string, unknown>): Promise<Answer> {
    return this.send('PUT', '/api/faults/azampay', faults);
  }

  async publicKey(): Promise<string> {
    const { json } = await this.send(
      'GET',
      '/azampay/azampay/v1/public-key',
      undefined,
      this.bearer,
    );
    return (json as { publicKey: string }).publicKey;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
