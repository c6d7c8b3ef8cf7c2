import { randomToken } from '../../src/common/index.js';
import type { SettingsSection } from '../../src/config/index.js';
import type { GatewayAnswer } from '../../src/providers/http/gateway-http.types.js';
import type {
  AttemptState,
  AttemptView,
  InitiateRequest,
  PaymentProvider,
  RefundRequest,
  RefundStatus,
  RequestSummary,
  WebhookInput,
  WebhookVerdict,
} from '../../src/providers/index.js';
import type { ReceivedRequest } from '../../src/sandbox/index.js';
import type { ContractBench, CreateProvider } from './contract.bench.js';
import type { PayerAct } from './contract.payer.js';

export type Order = Omit<InitiateRequest, 'reference'>;

/** What an act of the payer, or a fault, leads to; the code where it is no money. */
export type Outcome = [act: PayerAct, state: AttemptState, code?: string];
export type Refusal = [fault: string, code: string];

/** Bytes that are genuine under these settings. */
export interface Genuine extends WebhookInput {
  env: Record<string, string>;
}

/** What the suite has to know of a gateway to hold its adapter to the port. */
export interface ProviderHarness {
  settings: SettingsSection<unknown>;
  create: CreateProvider;
  /** How the payer is asked; `prompt` unless set. The acts of a page are pay, fail and cancel. */
  flow?: 'prompt' | 'redirect';
  /** An order that the gateway takes and leaves to the payer. */
  order: Order;
  /** Path of our notification address, for gateways that take one with each order. */
  callbackPath?: string;
  /** What is stored and shown of it. */
  summary: RequestSummary;
  /** Orders that can not be sent as they are, with the field that the refusal names. */
  refused: [string, Partial<Order>, string][];
  /** Faults by which the gateway refuses an order; `decline` and `insufficient_funds` unless set. */
  declines?: Refusal[];
  /** The answer to an order names the gateway's own id of it; true unless set. */
  namesOrder?: boolean;
  /** Settings with a key that the gateway does not accept. */
  wrongKey?: Record<string, string>;
  wire: WireHarness;
  /** What must never show in a log line, an error or a summary: configured, and seen on the wire. */
  secrets(requests: readonly ReceivedRequest[]): string[];
  /** Where the adapter logs in first: how the sandbox makes its tokens worthless. */
  revokeTokens?: string;
  status?: StatusHarness;
  recovery?: RecoveryHarness;
  cancel?: CancelHarness;
  refund?: RefundHarness;
  webhook?: WebhookHarness;
}

export interface WireHarness {
  isInitiate(request: ReceivedRequest): boolean;
  /** Left out by gateways with a static key: then an order is one request and nothing else. */
  isToken?(request: ReceivedRequest): boolean;
  /** What the adapter sends by itself after an accepted order, e.g. to have the key of the notification. */
  isAftermath?(request: ReceivedRequest): boolean;
  /** Headers that must be there, exactly so. */
  headers: Record<string, unknown>;
  /** The whole body: nothing less and nothing more. `callbackUrl` is null without `callbackPath`. */
  body(reference: string, context: { callbackUrl: string | null }): unknown;
  /** How the body of an order is read; JSON unless set. */
  readBody?(text: string): unknown;
  /** Amounts and how they stand on the wire, decimals and units included. */
  amounts: [Order['amount'], unknown][];
  amountOf(body: unknown): unknown;
}

export interface StatusHarness {
  /** The answer of the gateway with this status word in it. */
  saying: (answer: GatewayAnswer, word: string) => GatewayAnswer;
  /** Words that are none of the gateway's. */
  strangeWords?: string[];
  /** What follows the payer's acts; `approve`, `decline` and `ignore` of a prompt unless set. */
  outcomes?: Outcome[];
  /** Faults by which the gateway tells a failure; `decline` and `insufficient_funds` unless set. */
  failures?: Refusal[];
  /** Under the fault `wrong_amount`: `stated` (unless set), or the state where no amount is told. */
  wrongAmount?: 'stated' | AttemptState;
  /** An attempt that the gateway does not know, and what it is then; by a foreign id unless set. */
  stranger?: { of(attempt: AttemptView): AttemptView; state: AttemptState };
}

/** What becomes of an order whose answer was lost. */
export interface RecoveryHarness {
  /**
   * What the status query answers by our reference alone (no id, no data): where the order arrived it is
   * `pending`, then `paid`; where it did not, `lost`. `none`: the adapter refuses as unsupported.
   */
  query: { lost: AttemptState } | 'none';
}

export interface CancelHarness {
  /** What the status query says afterwards; null where the gateway does not tell. */
  state: AttemptState | null;
}

export interface RefundHarness {
  /** Our reference of a refund, where the gateway wants a form of its own. */
  reference?: () => string;
  isRefund(request: ReceivedRequest): boolean;
  headers: Record<string, unknown>;
  /** The whole body of the request. */
  body(refund: RefundRequest): unknown;
  /** JSON unless set. */
  readBody?(text: string): unknown;
  /** What accepting one answers. */
  accepted: RefundStatus['state'];
  /** Faults by which the gateway refuses; `decline` and `insufficient_funds` unless set. */
  declines?: Refusal[];
  /** A second refund of what is refunded already; `declined` unless set. */
  again?: 'declined' | 'accepted';
  /** What `fetchRefundStatus` says by our reference alone; null where the gateway cannot be asked so. */
  recovery: { arrived: RefundStatus['state']; lost: RefundStatus['state'] } | null;
  /** Lets the gateway finish a refund, where it does so later. */
  settle?: (bench: ContractBench, refund: SettledRefund) => Promise<void>;
  /** Ends that `settle` can bring about; `completed` unless set. */
  endings?: RefundEnding[];
  /** The gateway notifies us of it. */
  events?: { verdict: 'verified' | 'unsigned'; endings?: RefundEnding[] };
  /** What the gateway calls the refund's status, in its answers. */
  saying?: (answer: GatewayAnswer, word: string) => GatewayAnswer;
}

export type RefundEnding = 'completed' | 'failed';
export interface SettledRefund {
  reference: string;
  gatewayRefundId: string | null;
  attempt: AttemptView;
  ending: RefundEnding;
}

export interface WebhookHarness {
  /** `unsigned`: no proof ever comes with it, so it names the attempt and moves nothing. */
  kind?: 'signed' | 'unsigned';
  /** What follows the payer's acts; `approve` and `decline` of a prompt unless set. */
  outcomes?: Outcome[];
  /** The text by which a notification names the attempt, also as its `reference`; ours unless set. */
  names?(attempt: AttemptView): string;
  /** An order whose payer has no money, where the sandbox can be made to play that. */
  poor?: Partial<Order> | null;
  /** The amount stands in the notification; true unless set. */
  statesAmount?: boolean;
  /** States of what the fault `out_of_order` sends after a payment. */
  outOfOrder?: AttemptState[];
  /** Faults that spoil the proof, and what becomes of it; `unsigned` and `short` unless set. */
  unproven?: [fault: string, verdict: WebhookVerdict['verdict']][];
  /** A genuine notification with this status word. */
  saying?: (word: string) => Genuine;
  strangeWords?: string[];
  /** Genuine notifications about nothing of ours. */
  irrelevant?: Record<string, () => Genuine>;
  /** How the sandbox comes to sign with another key, where the adapter reads the key by itself. */
  rotateKey?: string;
  /** Every byte is signed: one changed makes a forgery. Unless set, only what the event means is covered. */
  coversBody?: boolean;
  /** Each changes what the signature covers. */
  forgeries?: Record<string, (rawBody: Buffer) => Buffer>;
  /** Each changes only what it does not cover. */
  harmless?: Record<string, (rawBody: Buffer) => Buffer>;
  /** Each changes body or headers of a genuine one, with what becomes of it. */
  altered?: Record<
    string,
    { change: (input: WebhookInput) => WebhookInput; verdict: WebhookVerdict['verdict'] }
  >;
}

/** One adapter at one sandbox, with the steps that most scenarios take. */
export interface Scene {
  readonly name: string;
  readonly harness: ProviderHarness;
  readonly bench: () => ContractBench;
}

/** Long enough for a call on a busy machine, short enough to wait for. */
export const HURRIED = {
  GATEWAY_TOTAL_TIMEOUT_MS: '1500',
  GATEWAY_CONNECT_TIMEOUT_MS: '500',
};

export const REFUSALS: Refusal[] = [
  ['decline', 'declined'],
  ['insufficient_funds', 'insufficient_funds'],
];

export function referenceOf(provider: PaymentProvider): string {
  return provider.newReference({
    payableKind: 'booking',
    payableReference: 'HTL-000008',
    paymentId: 69,
  });
}

/** Our notification address as the order names it; null where the gateway takes none. */
export function callbackUrl({ harness, bench }: Scene): string | null {
  return harness.callbackPath === undefined ? null : bench().trap.url + harness.callbackPath;
}

export function requestOf(
  scene: Scene,
  provider: PaymentProvider,
  order: Partial<Order> = {},
): InitiateRequest {
  const url = callbackUrl(scene);
  return {
    ...scene.harness.order,
    ...(url !== null && { callbackUrl: url }),
    ...order,
    reference: referenceOf(provider),
  };
}

export async function start(
  scene: Scene,
  provider: PaymentProvider,
  order: Partial<Order> = {},
): Promise<AttemptView> {
  return initiated(provider, requestOf(scene, provider, order));
}

/** Starts exactly this. @throws when it is declined. */
export async function initiated(
  provider: PaymentProvider,
  request: InitiateRequest,
): Promise<AttemptView> {
  const result = await provider.initiate(request);
  if (result.outcome !== 'accepted') throw new Error(`declined: ${result.message}`);
  const { gatewayTransactionId, gatewayData } = result;
  return { ...lostView(request), gatewayTransactionId, gatewayData };
}

/** All that is known of an order whose answer never came. */
export function lostView({ reference, amount, network }: InitiateRequest): AttemptView {
  return { reference, amount, network, gatewayTransactionId: null, gatewayData: {} };
}

/** As the payments module names refunds, where the gateway has no wish of its own. */
export function refundReference({ reference }: RefundHarness): string {
  return reference?.() ?? `rf-${randomToken()}`;
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
