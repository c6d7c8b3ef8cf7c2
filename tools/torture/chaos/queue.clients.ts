import { idOf } from './prompt.clients.js';
import type { Caller } from './caller.js';
import type { Load } from './load.js';

const QUEUE = '/api/v1/payments/unallocated/';
/** Above the stack's limit for USD when it is all of an order's price, below when it is this part. */
const PART = '10.00';

interface Act {
  kind: 'allocate' | 'credit' | 'refund';
  body: Record<string, unknown>;
}

/**
 * Deals with money that nobody owed: pays an order with it, keeps it as credit, or pays it back; in parts or
 * whole, at times two people at once, and a second one decides where it is much.
 */
export async function clearQueue(load: Load, asking: Caller, deciding: Caller): Promise<void> {
  while (!load.over) {
    await load.untilMade(load.made + 4);
    const receipt = await someReceipt(asking);
    if (receipt === null) continue;
    const act = wanted(load, asking);
    const rival = asking.random.chance(0.15) ? propose(deciding, asking, receipt, act) : null;
    await Promise.all([propose(asking, deciding, receipt, act), rival]);
  }
}

async function someReceipt(me: Caller): Promise<number | null> {
  const found = await me.once({ op: 'queue', method: 'GET', path: `${QUEUE}?status=open` });
  const { results } = Object(found?.body) as { results?: { id: number }[] };
  return results?.length ? me.random.pick(results).id : null;
}

function wanted(load: Load, { random }: Caller): Act {
  const amount = random.chance(0.4) ? { amount: PART } : {};
  const lot = random.next();
  const order = lot < 0.3 ? load.unpaidOrders.shift() : undefined;
  if (order !== undefined) return { kind: 'allocate', body: { order } };
  if (lot < 0.6) return { kind: 'credit', body: { ...amount, customer: 'customer@malipo.test' } };
  const body = { ...amount, method: 'bank_transfer', evidence: 'CRDB 77' };
  return { kind: 'refund', body };
}

/** The other decides where it waits for that: mostly yes, at times both ways at once. */
async function propose(
  me: Caller,
  other: Caller,
  receipt: number,
  { kind, body }: Act,
): Promise<void> {
  const answer = await me.untilDefinite({
    op: 'propose',
    method: 'POST',
    path: `${QUEUE}${receipt}/${kind}/`,
    key: me.key(kind),
    request: { receipt },
    body: { reason: 'paid twice', ...body },
  });
  const { status } = Object(answer?.body) as { status?: string };
  const act = idOf(answer);
  if (answer?.status !== 201 || status !== 'waiting' || act === null) return;
  const lot = me.random.next();
  await Promise.all([
    ...(lot < 0.85 ? [decide(other, act, 'confirm')] : []),
    ...(lot > 0.75 ? [decide(other, act, 'reject')] : []),
  ]);
}

async function decide(me: Caller, act: number, word: 'confirm' | 'reject'): Promise<void> {
  await me.untilDefinite({
    op: 'decide',
    method: 'POST',
    path: `${QUEUE}acts/${act}/${word}/`,
    key: me.key(word),
    request: { act },
  });
}
