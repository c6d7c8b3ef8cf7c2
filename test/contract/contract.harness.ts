import type { SettingsSection } from '../../src/config/index.js';
import type { GatewayAnswer } from '../../src/providers/http/gateway-http.types.js';
import type { AttemptView, InitiateRequest, RequestSummary } from '../../src/providers/index.js';
import type { PaymentProvider } from '../../src/providers/index.js';
import type { ReceivedRequest } from '../../src/sandbox/index.js';
import type { ContractBench, CreateProvider } from './contract.bench.js';

export type Order = Omit<InitiateRequest, 'reference'>;

/** What the suite has to know of a gateway to hold its adapter to the port. */
export interface ProviderHarness {
  settings: SettingsSection<unknown>;
  create: CreateProvider;
  /** An order that the gateway takes and leaves to the payer. */
  order: Order;
  /** What is stored and shown of it. */
  summary: RequestSummary;
  /** Orders that can not be sent as they are, with the field that the refusal names. */
  refused: [string, Partial<Order>, string][];
  wire: {
    isInitiate(request: ReceivedRequest): boolean;
    isToken(request: ReceivedRequest): boolean;
    /** What the adapter sends by itself after an accepted order, e.g. to have the key of the notification. */
    isAftermath?(request: ReceivedRequest): boolean;
    /** Headers that must be there, exactly so. */
    headers: Record<string, unknown>;
    /** The whole body: nothing less and nothing more. */
    body(reference: string): unknown;
    /** Amounts and how they stand on the wire, decimals and units included. */
    amounts: [Order['amount'], unknown][];
    amountOf(body: unknown): unknown;
  };
  /** What must never show in a log line, an error or a summary: configured, and seen on the wire. */
  secrets(requests: readonly ReceivedRequest[]): string[];
  /** Where the adapter logs in first: how the sandbox makes its tokens worthless. */
  revokeTokens?: string;
  status?: {
    /** The answer of the gateway with this status word in it. */
    saying(answer: GatewayAnswer, word: string): GatewayAnswer;
  };
  webhook?: {
    /** A genuine notification with this status word, and the settings under which it is genuine. */
    saying(word: string): {
      rawBody: Buffer;
      headers: Record<string, string>;
      env: Record<string, string>;
    };
    /** How the sandbox comes to sign with another key, where the adapter reads the key by itself. */
    rotateKey?: string;
    /** Each changes what the signature covers. */
    forgeries: Record<string, (rawBody: Buffer) => Buffer>;
    /** Each changes only what it does not cover. */
    harmless: Record<string, (rawBody: Buffer) => Buffer>;
  };
}

/** One adapter at one sandbox, with the steps that most scenarios take. */
export interface Scene {
  readonly name: string;
  readonly harness: ProviderHarness;
  readonly bench: () => ContractBench;
}

export function referenceOf(provider: PaymentProvider): string {
  return provider.newReference({
    payableKind: 'booking',
    payableReference: 'HTL-000008',
    paymentId: 69,
  });
}

export async function start(
  { harness }: Scene,
  provider: PaymentProvider,
  order: Partial<Order> = {},
): Promise<AttemptView> {
  const reference = referenceOf(provider);
  const request = { ...harness.order, ...order, reference };
  const result = await provider.initiate(request);
  if (result.outcome !== 'accepted') throw new Error(`declined: ${result.message}`);
  const { gatewayTransactionId, gatewayData } = result;
  return {
    reference,
    gatewayTransactionId,
    gatewayData,
    amount: request.amount,
    network: request.network,
  };
}

/** What was thrown; fails when nothing was. */
export async function thrownBy(work: () => Promise<unknown>): Promise<unknown> {
  const nothing = Symbol('nothing');
  const outcome = await work().then(
    () => nothing,
    (error: unknown) => error,
  );
  if (outcome === nothing) throw new Error('nothing was thrown');
  return outcome;
}
