import type { EntityManager } from 'typeorm';
import { formatMinor } from '../common/index.js';
import {
  type AccountMovement,
  approvedManualPayments,
  auditHead,
  type ClearingFacts,
  clearings,
  type CloseScope,
  journalFacts,
  movements,
  openSessions,
  paidAttempts,
  type PaidFacts,
  unallocatedQueue,
  zReports,
  type ZFacts,
} from './close.facts.js';
import type {
  CloseBalance,
  CloseCash,
  CloseContent,
  CloseGateway,
  CloseTotal,
  CloseUnallocated,
  CloseZReport,
} from './close.types.js';

/** Reads everything that a close states, but for who closed which day. */
export async function readParts(
  manager: EntityManager,
  scope: CloseScope,
  opening: readonly CloseBalance[],
): Promise<
  Pick<
    CloseContent,
    'audit' | 'drawers' | 'manual_payments' | 'gateways' | 'ledger' | 'unallocated'
  >
> {
  const facts = await journalFacts(manager, scope);
  const accounts = balances(opening, await movements(manager, scope));
  const idOf = (id: string | null): number | null => (id === null ? null : Number(id));
  return {
    audit: await auditHead(manager),
    drawers: await drawers(manager, scope),
    manual_payments: await manualPayments(manager, scope),
    gateways: gateways(await clearings(manager, scope), await paidAttempts(manager, scope)),
    ledger: {
      journals: facts.journals,
      late: facts.late,
      first_journal: idOf(facts.first_journal),
      last_journal: idOf(facts.last_journal),
      digest: facts.digest,
      accounts,
    },
    unallocated: unallocated(await unallocatedQueue(manager, scope), accounts),
  };
}

/** `-12.50` → -1250n: a decimal string of ours always has all decimals of its currency. */
export function minorOf(amount: string): bigint {
  return BigInt(amount.replace('.', ''));
}

/** Balances at the day's end: those of the close before, and what has moved since. */
export function balances(
  opening: readonly CloseBalance[],
  moved: readonly AccountMovement[],
): CloseBalance[] {
  const keyOf = ({ code, currency }: { code: string; currency: string }): string =>
    `${currency} ${code}`;
  const accounts = new Map<string, { code: string; kind: string; currency: string }>();
  for (const each of [...opening, ...moved]) accounts.set(keyOf(each), each);
  const openings = new Map(opening.map((each) => [keyOf(each), minorOf(each.closing)]));
  const movement = new Map(moved.map((each) => [keyOf(each), BigInt(each.minor)]));
  return [...accounts.keys()].toSorted().flatMap((key) => {
    const account = accounts.get(key);
    if (!account) return [];
    const { code, kind, currency } = account;
    const before = openings.get(key) ?? 0n;
    const change = movement.get(key) ?? 0n;
    const show = (minor: bigint): string => formatMinor(minor, currency);
    return [
      {
        code,
        kind,
        currency,
        opening: show(before),
        movement: show(change),
        closing: show(before + change),
      },
    ];
  });
}

function gateways(cleared: readonly ClearingFacts[], paid: readonly PaidFacts[]): CloseGateway[] {
  const keys = [...cleared, ...paid].map(({ provider, currency }) => `${provider} ${currency}`);
  return [...new Set(keys)].toSorted().map((key) => {
    const [provider = '', currency = ''] = key.split(' ');
    const of = (each: { provider: string; currency: string }): boolean =>
      each.provider === provider && each.currency === currency;
    const books = cleared.find(of);
    const facts = paid.find(of);
    const movement = BigInt(books?.movement_minor ?? 0);
    const refunded = BigInt(books?.refunded_minor ?? 0);
    const received = BigInt(facts?.minor ?? 0);
    return {
      provider,
      currency,
      paid_count: facts?.count ?? 0,
      paid: formatMinor(received, currency),
      refunded_count: books?.refunded_count ?? 0,
      refunded: formatMinor(refunded, currency),
      other: formatMinor(movement - received + refunded, currency),
      movement: formatMinor(movement, currency),
    };
  });
}

async function drawers(
  manager: EntityManager,
  scope: CloseScope,
): Promise<CloseContent['drawers']> {
  const reports = (await zReports(manager, scope)).map(zReport);
  const open = await openSessions(manager, scope);
  return {
    z_reports: reports,
    totals: cashTotals(reports),
    open_sessions: open.map((session) => ({
      id: session.id,
      number: session.number,
      drawer: { id: session.drawer_id, name: session.drawer_name },
      cashier: session.cashier,
      opened_at: session.opened_at.toISOString(),
    })),
  };
}

/** What a Z report's sealed text says of itself. */
interface SealedZ {
  drawer: { name: string };
  session: { closed_at: string };
  cashier: { name: string };
  currencies: CloseCash[];
}

function zReport({ id, drawer_id, number, session_id, hash, content }: ZFacts): CloseZReport {
  const sealed = JSON.parse(content) as SealedZ;
  return {
    id,
    drawer: { id: drawer_id, name: sealed.drawer.name },
    number,
    session: session_id,
    cashier: sealed.cashier.name,
    closed_at: sealed.session.closed_at,
    hash,
    currencies: sealed.currencies
      .filter(isUsed)
      .map(({ currency, expected, counted, variance }) => ({
        currency,
        expected,
        counted,
        variance,
      })),
  };
}

/** A drawer takes more currencies than it sees in a day. */
function isUsed({ expected, counted }: CloseCash): boolean {
  return /[1-9]/.test(expected + counted);
}

function cashTotals(reports: readonly CloseZReport[]): CloseCash[] {
  const lines = reports.flatMap(({ currencies }) => currencies);
  return currenciesOf(lines).map((currency) => {
    const total = (of: (line: CloseCash) => string): string =>
      formatMinor(
        sum(lines.filter((line) => line.currency === currency).map((line) => minorOf(of(line)))),
        currency,
      );
    return {
      currency,
      expected: total(({ expected }) => expected),
      counted: total(({ counted }) => counted),
      variance: total(({ variance }) => variance),
    };
  });
}

async function manualPayments(
  manager: EntityManager,
  scope: CloseScope,
): Promise<CloseContent['manual_payments']> {
  const facts = await approvedManualPayments(manager, scope);
  return {
    approved: facts.map(({ minor, approved_at: at, ...each }) => ({
      ...each,
      amount: formatMinor(minor, each.currency),
      approved_at: at.toISOString(),
    })),
    totals: currenciesOf(facts).map((currency): CloseTotal => {
      const those = facts.filter((each) => each.currency === currency);
      const total = sum(those.map(({ minor }) => BigInt(minor)));
      return { currency, count: those.length, amount: formatMinor(total, currency) };
    }),
  };
}

function unallocated(
  queue: readonly { currency: string; count: number; minor: string }[],
  accounts: readonly CloseBalance[],
): CloseUnallocated[] {
  const owed = accounts.filter(({ code }) => code === 'unallocated');
  return currenciesOf([...queue, ...owed]).map((currency) => {
    const open = queue.find((each) => each.currency === currency);
    const books = owed.find((each) => each.currency === currency);
    return {
      currency,
      count: open?.count ?? 0,
      open: formatMinor(open?.minor ?? 0, currency),
      // A liability is a credit, which is negative in the books.
      ledger: formatMinor(-minorOf(books?.closing ?? '0'), currency),
    };
  });
}

function currenciesOf(lines: readonly { currency: string }[]): string[] {
  return [...new Set(lines.map(({ currency }) => currency))].toSorted();
}

function sum(minors: readonly bigint[]): bigint {
  return minors.reduce((total, minor) => total + minor, 0n);
}
