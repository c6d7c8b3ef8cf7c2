import { Logger } from '@nestjs/common';
import { type Config, loadConfig, type SettingsSection } from '../../src/config/index.js';
import { Metrics } from '../../src/http/index.js';
import { GatewayHttpClient } from '../../src/providers/http/gateway-http.client.js';
import type { GatewayAnswer, GatewayCall } from '../../src/providers/http/gateway-http.types.js';
import type { PaymentProvider } from '../../src/providers/index.js';
import {
  type ReceivedRequest,
  type RunningSandbox,
  startSandbox,
} from '../../src/sandbox/index.js';
import { SandboxClient } from '../support/sandbox.js';
import { CallbackTrap } from './callback.trap.js';

export type CreateProvider = (config: Config, http: GatewayHttpClient) => PaymentProvider;

export interface ProviderOptions {
  /** Settings as in `.env.example`. */
  env?: Record<string, string>;
  /** Changes what the gateway answered before the adapter sees it. */
  rewrite?: (call: GatewayCall, answer: GatewayAnswer) => GatewayAnswer;
}

/** A sandbox of its own, a trap for its notifications, and adapters that talk to it over real HTTP. */
export class ContractBench {
  /** Everything logged so far, as text. */
  readonly logged: string[] = [];
  private readonly clients: GatewayHttpClient[] = [];

  private constructor(
    readonly sandbox: SandboxClient,
    readonly trap: CallbackTrap,
    private readonly running: RunningSandbox,
    private readonly settings: SettingsSection<unknown>,
    private readonly create: CreateProvider,
  ) {
    const keep = (...parts: unknown[]): number => this.logged.push(JSON.stringify(parts));
    Logger.overrideLogger({ log: keep, warn: keep, error: keep });
  }

  static async open(
    settings: SettingsSection<unknown>,
    create: CreateProvider,
  ): Promise<ContractBench> {
    const trap = await CallbackTrap.open();
    const running = await startSandbox({
      port: 0,
      malipoUrl: trap.url,
      timings: {
        callbackDelayMs: 1,
        autoAnswerDelayMs: 1,
        lateDelayMs: 50,
        promptLifetimeMs: 60_000,
      },
    });
    return new ContractBench(new SandboxClient(running.url), trap, running, settings, create);
  }

  /** A fresh adapter, without tokens and keys, as at the start of a process. */
  provider({ env = {}, rewrite }: ProviderOptions = {}): PaymentProvider {
    const { port } = new URL(this.running.url);
    const config = loadConfig({ SANDBOX_PORT: port, GATEWAY_TOTAL_TIMEOUT_MS: '15000', ...env }, [
      this.settings,
    ]);
    const http = new RewritingClient(config, rewrite);
    this.clients.push(http);
    return this.create(config, http);
  }

  async requests(provider: string): Promise<ReceivedRequest[]> {
    const answer = await fetch(`${this.sandbox.url}/api/requests?provider=${provider}`);
    return (await answer.json()) as ReceivedRequest[];
  }

  async control(path: string): Promise<void> {
    const answer = await fetch(`${this.sandbox.url}${path}`, { method: 'POST' });
    if (!answer.ok) throw new Error(`sandbox ${path}: ${answer.status}`);
  }

  async reset(): Promise<void> {
    await this.sandbox.reset();
    this.trap.caught.length = 0;
    this.logged.length = 0;
  }

  async close(): Promise<void> {
    await this.running.close();
    await this.trap.close();
    await Promise.all(this.clients.map((client) => client.onApplicationShutdown()));
  }
}

class RewritingClient extends GatewayHttpClient {
  constructor(
    config: Config,
    private readonly rewrite: ProviderOptions['rewrite'],
  ) {
    super(config, new Metrics());
  }

  override async send(call: GatewayCall): Promise<GatewayAnswer> {
    const answer = await super.send(call);
    return this.rewrite ? this.rewrite(call, answer) : answer;
  }
}
