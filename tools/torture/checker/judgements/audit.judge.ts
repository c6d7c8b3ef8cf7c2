import { createHash } from 'node:crypto';
import { hashedMoment, hex, moment, type Row, text, whole } from '../cells.js';
import type { Evidence } from '../evidence.js';
import { Judgement } from '../judgement.js';
import { isPaid } from '../tables.js';
import { type Seal, Seals } from './seals.js';

/** The documented form of a seal: these columns, in this order, each as a netstring. */
const FORMAT = 'malipo-audit-1';
const COLUMNS = [
  'id',
  'account_id',
  'at',
  'actor_id',
  'actor_label',
  'actor_role',
  'action',
  'object_type',
  'object_id',
  'payment_id',
  'changes',
  'request_id',
];
const GENESIS = '0'.repeat(64);
/** An entry may wait this long for its seal when the tables are read (ms). */
const UNSEALED_MS = 60_000;

/** Every entry is sealed as it is, the seals form one chain without gaps from its beginning. */
export async function auditChain(evidence: Evidence): Promise<Judgement> {
  const { tables } = evidence;
  const judgement = new Judgement('audit-chain', 'audit entries');
  const seals = await chain(evidence, judgement);
  const waiting = new Set<string>();
  for (const row of await tables.rows('audit_unsealed')) waiting.add(text(row, 'entry_id'));
  for await (const entry of tables.stream('audit_entries')) {
    judgement.look();
    const id = text(entry, 'id');
    const seal = seals.take(id);
    if (seal) {
      if (sealHash(seal, entry) !== seal.hash) {
        judgement.fault(`entry ${id} is not what seal ${seal.seq} was made of`);
      }
    } else if (!waiting.has(id))
      judgement.fault(`entry ${id} is neither sealed nor waiting for it`);
    else if ((moment(entry, 'at') ?? 0) < evidence.run.collectedAt - UNSEALED_MS) {
      judgement.fault(`entry ${id} has waited for its seal since ${text(entry, 'at')}`);
    }
    waiting.delete(id);
  }
  for (const [id, seq] of seals.left()) {
    judgement.fault(`seal ${seq} is of entry ${id}, which is gone`);
  }
  for (const id of waiting) judgement.fault(`entry ${id} is to be sealed and is gone`);
  return judgement;
}

/** Reads the seals, which are stored in their order, and follows the chain. */
async function chain({ tables }: Evidence, judgement: Judgement): Promise<Seals> {
  const seals = new Seals();
  let seq = 0;
  let prev = GENESIS;
  for await (const row of tables.stream('audit_seals')) {
    const own = whole(row, 'seq');
    if (own !== seq + 1) judgement.fault(`seal ${own} follows seal ${seq}`);
    const seal = {
      seq: own,
      prev: hex(row, 'prev_hash'),
      hash: hex(row, 'hash'),
      sealedAt: hashedMoment(text(row, 'sealed_at')),
    };
    if (seal.prev !== prev) judgement.fault(`seal ${own} does not continue the one before it`);
    seals.keep(text(row, 'entry_id'), seal);
    seq = own;
    prev = seal.hash;
  }
  return seals;
}

function sealHash(seal: Seal, entry: Row): string {
  const values = [
    FORMAT,
    seal.prev,
    String(seal.seq),
    seal.sealedAt,
    ...COLUMNS.map((name) => {
      const value = entry[name];
      if (value === null || value === undefined) return null;
      return name === 'at' ? hashedMoment(value) : value;
    }),
  ];
  return createHash('sha256').update(values.map(netstring).join('')).digest('hex');
}

function netstring(value: string | null): string {
  return value === null ? '-,' : `${Buffer.byteLength(value)}:${value},`;
}

/** The trail tells of every payment that it was made, of every settlement and every refund, once. */
export async function auditEntries(evidence: Evidence): Promise<Judgement> {
  const { tables } = evidence;
  const judgement = new Judgement('audit-entries', 'entries that must be there');
  const told = new Map<string, number>();
  const ONCE = [
    'payment.created',
    'payment.completed',
    'transaction.completed',
    'refund.requested',
  ];
  for await (const entry of tables.stream('audit_entries')) {
    const action = text(entry, 'action');
    if (!ONCE.includes(action)) continue;
    const name = `${action} of ${text(entry, 'object_id')}`;
    told.set(name, (told.get(name) ?? 0) + 1);
  }
  const expect = (action: string, row: Row): void => {
    judgement.look();
    const name = `${action} of ${text(row, 'id')}`;
    const count = told.get(name) ?? 0;
    if (count !== 1) judgement.fault(`${name}: ${count} entries`);
  };
  for (const payment of await tables.rows('payments')) {
    if (!evidence.ofRun(payment)) continue;
    expect('payment.created', payment);
    if (isPaid(payment)) expect('payment.completed', payment);
  }
  for (const attempt of await tables.rows('payment_transactions')) {
    if (attempt['status'] === 'completed' && evidence.ofRun(attempt)) {
      expect('transaction.completed', attempt);
    }
  }
  for (const refund of await tables.rows('refunds')) {
    if (evidence.ofRun(refund)) expect('refund.requested', refund);
  }
  return judgement;
}
