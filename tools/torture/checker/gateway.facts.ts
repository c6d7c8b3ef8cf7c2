import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type {
  CheckoutLine,
  GatewayLine,
  GatewayRefundLine,
  PromptLine,
  RunFile,
} from './evidence.types.js';
import { readLines } from './lines.js';
import { minorOf } from './money.js';

/** An order at a gateway: a prompt on a phone or a hosted page. */
export interface GatewayOrder {
  kind: 'prompt' | 'checkout';
  id: string;
  provider: string;
  reference: string;
  gatewayReference: string;
  /** Minor units: what the gateway says it took, else what it was asked for. */
  amountMinor: bigint | null;
  currency: string;
  status: string;
  taken: boolean;
  /** The gateway itself has told that it failed, whatever it told besides. */
  toldOfFailure: boolean;
}

/** Words of gateways for what has not failed. */
const SOUND_WORDS = new Set(['success', 'successful', 'completed', 'pending', 'processing']);

/** A notification that the product answered. */
export interface Delivered {
  provider: string;
  reference: string;
  status: number;
  /** The gateway's word for the outcome, where the body has one. */
  word: string | null;
}

/** What the gateways say. */
export class GatewayFacts {
  /** False: the run brought nothing of the gateways. */
  present = false;
  readonly orders = new Map<string, GatewayOrder>();
  readonly byReference = new Map<string, GatewayOrder[]>();
  readonly refunds = new Map<string, GatewayRefundLine>();
  readonly deliveries: Delivered[] = [];
  /** Mails by the payment's uuid in their text. */
  readonly mails = new Map<string, number>();
  mailCount = 0;

  static async read(folder: string): Promise<GatewayFacts> {
    const path = join(folder, 'gateway.jsonl');
    const facts = new GatewayFacts();
    facts.present = existsSync(path);
    const told = new Map<string, Delivered[]>();
    const mails = new Set<string>();
    for await (const line of readLines<GatewayLine>(path)) facts.take(line, told, mails);
    for (const deliveries of told.values()) facts.deliveries.push(...deliveries);
    for (const order of facts.orders.values()) {
      const known = facts.byReference.get(order.reference);
      if (known) known.push(order);
      else facts.byReference.set(order.reference, [order]);
    }
    return facts;
  }

  /** Orders of a reference of ours at this gateway. */
  of(provider: string, reference: string): GatewayOrder[] {
    return (this.byReference.get(reference) ?? []).filter((order) => order.provider === provider);
  }

  private take(line: GatewayLine, told: Map<string, Delivered[]>, mails: Set<string>): void {
    switch (line.kind) {
      case 'prompt':
        this.orders.set(line.id, orderOf(line));
        told.set(line.id, deliveriesOf(line));
        break;
      case 'checkout':
        this.orders.set(line.id, orderOf(line));
        break;
      case 'refund':
        this.refunds.set(line.id, line);
        break;
      case 'mail':
        if (mails.has(line.id)) break;
        mails.add(line.id);
        this.mail(line.text);
        break;
      default:
    }
  }

  private mail(text: string): void {
    this.mailCount += 1;
    const uuid = /Payment ID: ([0-9a-f-]{36})/.exec(text)?.[1];
    if (uuid) this.mails.set(uuid, (this.mails.get(uuid) ?? 0) + 1);
  }
}

/** Whether mails could go out. */
export function sendsMail(run: RunFile, gateway: GatewayFacts): boolean {
  return run.mails ?? gateway.mailCount > 0;
}

function orderOf(line: PromptLine | CheckoutLine): GatewayOrder {
  const { kind, id, provider, reference, gateway_reference, currency, status } = line;
  return {
    kind,
    id,
    provider,
    reference,
    gatewayReference: gateway_reference,
    amountMinor: toldAmount(line) ?? minorOf(line.amount, currency),
    currency,
    status,
    taken: status === 'approved' || status === 'paid',
    toldOfFailure: line.kind === 'prompt' && (line.callbacks ?? []).some(tellsOfFailure),
  };
}

/** The amount that the last notification of a prompt named. */
function toldAmount(line: PromptLine | CheckoutLine): bigint | null {
  const callbacks = line.kind === 'prompt' ? (line.callbacks ?? []) : [];
  const amounts = callbacks.map(({ body }) => minorOf(fieldsOf(body)['amount'], line.currency));
  return amounts.findLast((amount) => amount !== null) ?? null;
}

function deliveriesOf({ provider, reference, callbacks = [] }: PromptLine): Delivered[] {
  return callbacks.flatMap(({ body, status }) =>
    status === null ? [] : [{ provider, reference, status, word: wordOf(body) }],
  );
}

function tellsOfFailure({ body }: { body: string }): boolean {
  const word = wordOf(body);
  return word !== null && !SOUND_WORDS.has(word.toLowerCase());
}

function wordOf(body: string): string | null {
  const { transactionstatus, status } = fieldsOf(body);
  const word = transactionstatus ?? status;
  return typeof word === 'string' ? word : null;
}

function fieldsOf(body: string): Record<string, unknown> {
  try {
    const fields: unknown = JSON.parse(body);
    return typeof fields === 'object' && fields !== null ? (fields as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
