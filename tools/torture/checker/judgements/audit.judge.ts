import { createHash } from 'node:crypto';
import { hashedMoment, hex, moment, type Row, text } from '../cells.js';
import type { Evidence } from '../evidence.js';
import { Judgement } from '../judgement.js';
import { isPaid } from '../tables.js';

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

interface Seal {
  seq: number;
  prev: string;
  hash: string;
  sealedAt: string;
  used: boolean;
}

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
    const seal = seals.get(id);
    if (seal) {
      seal.used = true;
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
  for (const [id, seal] of seals) {
    if (!seal.used) judgement.fault(`seal ${seal.seq} is of entry ${id}, which is gone`);
  }
  for (const id of waiting) judgement.fault(`entry ${id} is to be sealed and is gone`);
  return judgement;
}

/** Reads the seals in their order and follows the chain. */
async function chain({ tables }: Evidence, judgement: Judgement): Promise<Map<string, Seal>> {
  const rows = (await tables.rows('audit_seals')).toSorted(
    (a, b) => Number(text(a, 'seq')) - Number(text(b, 'seq')),
  );
  const seals = new Map<string, Seal>();
  let seq = 0;
  let prev = GENESIS;
  for (const row of rows) {
    const seal: Seal = {
      seq: Number(text(row, 'seq')),
      prev: hex(row, 'prev_hash'),
      hash: hex(row, 'hash'),
      sealedAt: hashedMoment(text(row, 'sealed_at')),
      used: false,
    };
    if (seal.seq !== seq + 1) judgement.fault(`seal ${seal.seq} follows seal ${seq}`);
    if (seal.prev !== prev) judgement.fault(`seal ${seal.seq} does not continue the one before it`);
    seq = seal.seq;
    prev = seal.hash;
    seals.set(text(row, 'entry_id'), seal);
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
