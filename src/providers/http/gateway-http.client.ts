import { Inject, Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import type Undici from 'undici';
import { onDemand } from '../../common/index.js';
import { CONFIG, type Config } from '../../config/index.js';
import { insideTransaction } from '../../database/index.js';
import { Metrics } from '../../http/index.js';
import {
  ProviderMisconfiguredError,
  ProviderOutcomeUnknownError,
  ProviderUnavailableError,
} from '../port/provider.errors.js';
import { AnswerCollector, type BrokenCall, type RawAnswer } from './answer.collector.js';
import { CallGate } from './call.gate.js';
import { CircuitBreaker } from './circuit.breaker.js';
import type { GatewayAnswer, GatewayCall } from './gateway-http.types.js';
import {
  type CallOutcome,
  gatewayCrowd,
  gatewayDurations,
  outcomeOfStatus,
} from './gateway.metrics.js';

const loadUndici = onDemand((require) => require('undici') as typeof Undici);
/** No documented answer of any gateway comes near this. */
const MAX_ANSWER_BYTES = 1024 * 1024;
/** Below the 5 s after which many servers close an idle socket, so that we never write onto a dying one. */
const KEEP_ALIVE_MS = 4_000;
/** Failures in a row of one operation after which it is left alone, and for how long. */
const BREAKER = { threshold: 10, pauseMs: 5_000 };

/**
 * The one way out to gateways. It settles what an adapter must know after a failure: whether the request
 * can have been carried out. Sockets are pooled per origin, TLS is verified, redirects are not followed,
 * nothing is ever sent twice.
 */
@Injectable()
export class GatewayHttpClient implements OnApplicationShutdown {
  private readonly logger = new Logger('Gateway');
  private readonly durations: ReturnType<typeof gatewayDurations>;
  private readonly breaker = new CircuitBreaker(BREAKER.threshold, BREAKER.pauseMs);
  private readonly gate: CallGate;
  private agent: Undici.Agent | null = null;
  private readonly totalTimeoutMs: number;
  private readonly connectTimeoutMs: number;

  constructor(
    @Inject(CONFIG) config: Pick<Config, 'gateway'>,
    @Inject(Metrics) metrics: Pick<Metrics, 'histogram' | 'gauge'>,
  ) {
    this.durations = gatewayDurations(metrics);
    const { maxConcurrent, maxWaitMs, totalTimeoutMs, connectTimeoutMs } = config.gateway;
    this.totalTimeoutMs = totalTimeoutMs;
    this.connectTimeoutMs = connectTimeoutMs;
    this.gate = new CallGate(maxConcurrent, maxWaitMs);
    gatewayCrowd(metrics, () => this.gate.census());
  }

  /** Aborts when one call may last no longer: hand it to every call that serves the same purpose. */
  deadline(): AbortSignal {
    return AbortSignal.timeout(this.totalTimeoutMs);
  }

  /**
   * Sends one request and answers whatever came back, also 4xx and 5xx.
   * @throws ProviderUnavailableError `unreachable`: surely not sent (refused, DNS, TLS, connect timeout,
   * no free place in time).
   * @throws ProviderOutcomeUnknownError sent, but no complete answer came back.
   * @throws ProviderMisconfiguredError the address or a header is unusable.
   */
  async send(call: GatewayCall): Promise<GatewayAnswer> {
    if (insideTransaction()) {
      throw new Error(
        `${call.provider} ${call.operation}: a gateway must not be called inside a transaction; commit first`,
      );
    }
    const startedAt = performance.now();
    const circuit = `${call.provider} ${call.operation}`;
    if (call.signal?.aborted) {
      throw new ProviderUnavailableError(`${circuit}: no time left, not sent`, 'unreachable');
    }
    const leave = await this.gate.enter(call.provider, call.signal);
    if (!leave) {
      this.report(call, 'crowded', null, startedAt);
      throw new ProviderUnavailableError(
        `${circuit}: not sent, too many calls to this gateway are under way; try again shortly`,
        'unreachable',
      );
    }
    try {
      return await this.pass(call, circuit, startedAt);
    } finally {
      leave();
    }
  }

  /** Inside the gate. */
  private async pass(
    call: GatewayCall,
    circuit: string,
    startedAt: number,
  ): Promise<GatewayAnswer> {
    if (!this.breaker.permits(circuit)) {
      this.report(call, 'held', null, startedAt);
      throw new ProviderUnavailableError(
        `${circuit}: not sent, the gateway failed repeatedly; trying again shortly`,
        'unreachable',
      );
    }
    const result = await this.exchange(call);
    if ('error' in result) return this.fail(call, circuit, result, startedAt);
    this.breaker.record(circuit, result.status < 500);
    this.report(call, outcomeOfStatus(result.status), result.status, startedAt);
    const text = result.body.toString('utf8');
    return { status: result.status, headers: result.headers, text, json: readJson(text) };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.agent?.close();
  }

  private openAgent(): Undici.Agent {
    this.agent ??= new (loadUndici().Agent)({
      connect: { timeout: this.connectTimeoutMs, rejectUnauthorized: true },
      // The gate bounds them: so many calls per gateway, one per socket.
      connections: null,
      pipelining: 1,
      keepAliveTimeout: KEEP_ALIVE_MS,
      // The total timeout covers both; two clocks would only disagree.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    return this.agent;
  }

  private exchange(call: GatewayCall): Promise<RawAnswer | BrokenCall> {
    return new Promise((resolve) => {
      const settle = (result: RawAnswer | BrokenCall): void => {
        clearTimeout(timer);
        call.signal?.removeEventListener('abort', giveUp);
        resolve(result);
      };
      const collector = new AnswerCollector(MAX_ANSWER_BYTES, settle);
      const giveUp = (): void => collector.cancel(new Error('timed out'));
      const timer = setTimeout(giveUp, this.totalTimeoutMs);
      call.signal?.addEventListener('abort', giveUp);
      try {
        const url = new URL(call.url);
        this.openAgent().dispatch(
          {
            origin: url.origin,
            path: `${url.pathname}${url.search}`,
            method: call.method,
            headers: { 'user-agent': 'malipo', accept: 'application/json', ...call.headers },
            body: call.body ?? null,
          },
          collector,
        );
      } catch (error) {
        settle({
          started: false,
          error: error instanceof Error ? error : new Error(String(error)),
        });
      }
    });
  }

  private fail(call: GatewayCall, circuit: string, broken: BrokenCall, startedAt: number): never {
    const { started, error } = broken;
    const code = errorCode(error);
    const why = `${circuit}: ${code ?? error.message}`;
    if (!started && (code === 'UND_ERR_INVALID_ARG' || code === 'ERR_INVALID_URL')) {
      this.breaker.release(circuit);
      this.report(call, 'misconfigured', null, startedAt);
      throw new ProviderMisconfiguredError(`${circuit}: unusable address or header`);
    }
    this.breaker.record(circuit, false);
    this.report(call, started ? 'unknown' : 'unreachable', null, startedAt, code ?? error.message);
    if (started) {
      throw new ProviderOutcomeUnknownError(`${why} after it was sent`, { cause: error });
    }
    throw new ProviderUnavailableError(`${why}, not sent`, 'unreachable', { cause: error });
  }

  /** One line per call. Never a body, a header, a query string or a number of a payer. */
  private report(
    call: GatewayCall,
    outcome: CallOutcome,
    status: number | null,
    startedAt: number,
    reason?: string,
  ): void {
    const { provider, operation, reference } = call;
    const durationMs = Math.round(performance.now() - startedAt);
    this.durations.observe({ provider, operation, outcome }, durationMs / 1000);
    const line = {
      msg: `${provider} ${operation}: ${outcome}`,
      provider,
      operation,
      outcome,
      duration_ms: durationMs,
      ...(status !== null && { status }),
      ...(reference && { reference }),
      ...(reason && { reason }),
    };
    if (outcome === 'ok') this.logger.log(line);
    else this.logger.warn(line);
  }
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function errorCode(error: Error): string | null {
  const code: unknown = 'code' in error ? error.code : null;
  return typeof code === 'string' && code !== '' ? code : null;
}
