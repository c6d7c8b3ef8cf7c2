import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { HistoryLine, WebhookSent } from './evidence.types.js';
import { readLines } from './lines.js';
import { Sightings } from './sightings.js';

/** A create that was answered 2xx. */
export interface AcknowledgedCreate {
  paymentId: string;
  key: string | null;
  amount: unknown;
  /** Null where the answer does not say. */
  currency: string | null;
  payable: string;
}

/** A create whose outcome its client never learnt: it may have made one payment. */
export interface UnknownCreate {
  payable: string;
  amount: unknown;
}

export interface AcknowledgedRefund {
  refundId: string;
  paymentId: string;
  amount: unknown;
}

/** Something done, or proposed, with money of the queue. */
export interface AcknowledgedAct {
  actId: string;
  receiptId: string;
  amount: unknown;
  status: unknown;
}

export interface PostedWebhook extends WebhookSent {
  actor: string;
  status: number | null;
}

/** A 2xx answer about a payment, to somebody of another account than the actor's own? */
export interface SeenByAccount {
  actor: string;
  account: number;
  op: string;
  paymentId: string;
}

/** Answers to one idempotency key that was answered more than once. */
interface Repeats {
  count: number;
  differs: boolean;
}

/** Hex digits that tell answers apart. */
const HASH_KEPT = 16;
const PAYABLES = ['booking', 'invoice', 'order', 'visit'];
/** Invocations that make a payment of what they name. */
const MAKING = new Set(['create', 'checkout', 'submit']);
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** What the load clients saw, boiled down while it is read. */
export class HistoryFacts {
  lines = 0;
  /** Invocations by `op`. */
  readonly ops = new Map<string, number>();
  readonly creates: AcknowledgedCreate[] = [];
  /** By key, or by invocation where there was none; keys that were answered in the end are not in it. */
  readonly unknownCreates = new Map<string, UnknownCreate>();
  readonly refunds: AcknowledgedRefund[] = [];
  readonly acts: AcknowledgedAct[] = [];
  /** What acts were told to have become by whoever decided on them. */
  readonly decidedActs = new Map<string, unknown>();
  /** Receipts of proposals whose outcome nobody learnt, as `unknownCreates`. */
  readonly unknownActs = new Map<string, string>();
  readonly webhooks: PostedWebhook[] = [];
  /** Those of `webhooks` that told of money, by provider and reference. */
  readonly toldOfMoney = new Map<string, PostedWebhook[]>();
  /** By `op` and key. */
  readonly repeats = new Map<string, Repeats>();
  /** Payments that some answer named, by id or uuid. */
  readonly namedPayments = new Set<string>();
  /** Payments that somebody may have changed the amount of. */
  readonly editedPayments = new Set<string>();
  readonly collected: { paymentId: string; status: unknown }[] = [];
  /** Each payment once per account that was answered about it. */
  readonly seen = new Map<string, SeenByAccount>();
  readonly sightings = new Sightings();
  /** The beginning of the first answer's hash, by `op` and key. */
  private readonly answers = new Map<string, string>();
  private readonly open = new Map<string, HistoryLine>();
  private readonly answeredKeys = new Set<string>();

  static async read(folder: string): Promise<HistoryFacts> {
    const facts = new HistoryFacts();
    for await (const line of readLines<HistoryLine>(join(folder, 'history.jsonl'))) {
      facts.take(line);
    }
    facts.end();
    return facts;
  }

  private take(line: HistoryLine): void {
    this.lines += 1;
    const pair = `${line.actor}/${line.id}`;
    if (line.phase === 'invoke') {
      this.ops.set(line.op, (this.ops.get(line.op) ?? 0) + 1);
      this.open.set(pair, line);
      const paymentId = idOf(line.request?.['payment']);
      if (paymentId !== null) this.sightings.asked(pair, paymentId);
      return;
    }
    const invoked = this.open.get(pair);
    this.open.delete(pair);
    const whole: HistoryLine = {
      ...line,
      ...(invoked?.request && !line.request ? { request: invoked.request } : {}),
      ...(invoked?.key !== undefined && line.key === undefined ? { key: invoked.key } : {}),
    };
    this.finish(whole, pair);
  }

  /** What was never answered at all is unknown too. */
  private end(): void {
    for (const [pair, line] of this.open) this.finish({ ...line, phase: 'info' }, pair);
    for (const key of this.answeredKeys) {
      this.unknownCreates.delete(key);
      this.unknownActs.delete(key);
    }
    this.open.clear();
  }

  private finish(line: HistoryLine, pair: string): void {
    if (line.op === 'webhook') this.webhook(line);
    const paymentId = paymentNamed(line);
    if (paymentId !== null) this.sightings.answered(pair, paymentId, line);
    if (line.phase !== 'ok') {
      if (line.op === 'propose') this.notProposed(line, pair);
      if (MAKING.has(line.op) && mayHaveHappened(line)) this.unknown(line, pair);
      if (['edit', 'approve', 'revise'].includes(line.op) && mayHaveHappened(line))
        this.edited(line);
      return;
    }
    if (paymentId !== null) {
      this.namedPayments.add(paymentId);
      if (line.account !== undefined) {
        const { actor, account, op } = line;
        const name = `${account} ${paymentId}`;
        if (!this.seen.has(name)) this.seen.set(name, { actor, account, op, paymentId });
      }
    }
    this.answered(line, paymentId);
  }

  private answered(line: HistoryLine, paymentId: string | null): void {
    if (line.key !== undefined) this.keyed(line, line.key);
    if (line.key !== undefined && MAKING.has(line.op)) this.answeredKeys.add(line.key);
    switch (line.op) {
      case 'create':
      case 'checkout':
      case 'submit':
        this.created(line, paymentId);
        break;
      case 'refund':
        this.refunded(line);
        break;
      case 'propose':
        this.proposed(line);
        break;
      case 'decide':
        this.decidedActs.set(idOf(line.answer?.['id']) ?? '', line.answer?.['status']);
        break;
      case 'collect':
        if (paymentId !== null) {
          this.collected.push({ paymentId, status: line.answer?.['status'] });
        }
        break;
      case 'edit':
      case 'approve':
      case 'revise':
        this.edited(line);
    }
  }

  private created(line: HistoryLine, paymentId: string | null): void {
    if (paymentId === null) return;
    const { answer = {} } = line;
    this.creates.push({
      paymentId,
      key: line.key ?? null,
      amount: line.request?.['amount'] ?? answer['amount'],
      currency: typeof answer['currency'] === 'string' ? answer['currency'] : null,
      payable: payableOf(line),
    });
  }

  private unknown(line: HistoryLine, pair: string): void {
    this.unknownCreates.set(line.key ?? pair, {
      payable: payableOf(line),
      amount: line.request?.['amount'],
    });
  }

  private refunded(line: HistoryLine): void {
    const refundId = idOf(line.answer?.['id']);
    const paymentId = idOf(line.request?.['payment']);
    if (refundId === null || paymentId === null) return;
    this.refunds.push({ refundId, paymentId, amount: line.answer?.['amount'] });
  }

  private proposed({ key, request, answer }: HistoryLine): void {
    if (key !== undefined) this.answeredKeys.add(key);
    const actId = idOf(answer?.['id']);
    const receiptId = idOf(request?.['receipt']);
    if (actId === null || receiptId === null) return;
    this.acts.push({ actId, receiptId, amount: answer?.['amount'], status: answer?.['status'] });
  }

  private notProposed(line: HistoryLine, pair: string): void {
    const receiptId = idOf(line.request?.['receipt']);
    if (mayHaveHappened(line)) this.unknownActs.set(line.key ?? pair, receiptId ?? '');
    else if (line.key !== undefined) this.answeredKeys.add(line.key);
  }

  private edited(line: HistoryLine): void {
    const paymentId = idOf(line.request?.['payment']);
    if (paymentId !== null) this.editedPayments.add(paymentId);
  }

  private webhook(line: HistoryLine): void {
    const sent: PostedWebhook = {
      ...(line.request as unknown as WebhookSent),
      actor: line.actor,
      status: line.status ?? null,
    };
    this.webhooks.push(sent);
    if (sent.outcome !== 'success' || !['genuine', 'replayed'].includes(sent.kind)) return;
    const name = `${sent.provider} ${sent.reference}`;
    this.toldOfMoney.set(name, [...(this.toldOfMoney.get(name) ?? []), sent]);
  }

  /** Two answers to a key must be one answer. */
  private keyed(line: HistoryLine, key: string): void {
    const bytes = (line.bytes ?? digest(line.answer)).slice(0, HASH_KEPT);
    const name = `${line.op} ${key}`;
    const first = this.answers.get(name);
    if (first === undefined) {
      this.answers.set(name, bytes);
      return;
    }
    const known = this.repeats.get(name) ?? { count: 1, differs: false };
    const differs = known.differs || bytes !== first;
    this.repeats.set(name, { count: known.count + 1, differs });
  }
}

/** A refusal surely did nothing; a server's fault or no answer may have. */
function mayHaveHappened(line: HistoryLine): boolean {
  // A checkout that the gateway turned down has made its payment, which is shown as failed.
  const code = line.answer?.['code'];
  if (code === 'gateway_declined' || code === 'gateway_rejected') return true;
  return line.phase === 'info' || (line.status ?? 500) >= 500 || line.status === 409;
}

function payableOf({ request = {}, answer = {} }: HistoryLine): string {
  const kind = PAYABLES.find((name) => idOf(request[name]) !== null);
  if (kind) return `${kind} ${idOf(request[kind])}`;
  return `${String(answer['payable_kind'])} ${idOf(answer['payable_id'])}`;
}

/** The payment that an invocation and its answer are about, by id or uuid. */
function paymentNamed({ op, request = {}, answer = {} }: HistoryLine): string | null {
  const { data, payment, payment_id } = answer;
  return (
    idOf(payment_id) ??
    idOf(fieldOf(payment, 'id')) ??
    idOf(payment) ??
    idOf(fieldOf(data, 'payment_id')) ??
    idOf(request['payment']) ??
    (op === 'create' ? idOf(answer['id']) : null)
  );
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? (value as Record<string, unknown>)[name]
    : undefined;
}

function idOf(value: unknown): string | null {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value);
  if (typeof value !== 'string') return null;
  if (/^\d+$/.test(value)) return value;
  return UUID.test(value) ? value.toLowerCase() : null;
}

function digest(answer: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify(answer ?? null))
    .digest('hex');
}
