import { Evidence } from './evidence.js';
import { EVIDENCE_TABLES, type EvidenceTable, type Verdict } from './evidence.types.js';
import type { Judgement } from './judgement.js';
import { acknowledgedActs } from './judgements/acts.judge.js';
import { auditChain, auditEntries } from './judgements/audit.judge.js';
import { completedWithMoney } from './judgements/backing.judge.js';
import {
  acknowledgedCreates,
  idempotentAnswers,
  ownAccountOnly,
  paymentsAskedFor,
} from './judgements/creations.judge.js';
import { cashTaken, drawerSums } from './judgements/drawers.judge.js';
import { balances, journalsBalance, journalsOfFacts } from './judgements/ledger.judge.js';
import { confirmationMails } from './judgements/mails.judge.js';
import {
  failedForGood,
  gatewayOrdersKnown,
  moneyTaken,
  paidOnce,
} from './judgements/money.judge.js';
import { numbersWithoutGaps, sealedPapers } from './judgements/numbers.judge.js';
import { credits, payablesPaid, stock, unallocatedQueue } from './judgements/payables.judge.js';
import { secondPersons } from './judgements/people.judge.js';
import { drained, nextSteps } from './judgements/progress.judge.js';
import {
  acknowledgedRefunds,
  gatewayRefunds,
  refundsWithinPayment,
} from './judgements/refunds.judge.js';
import { observedStates, transitions } from './judgements/states.judge.js';
import { acknowledgedWebhooks, forgedWebhooks, webhooksOnce } from './judgements/webhooks.judge.js';

type Judge = (evidence: Evidence) => Judgement | Promise<Judgement>;

const JUDGES: readonly Judge[] = [
  acknowledgedCreates,
  idempotentAnswers,
  paymentsAskedFor,
  ownAccountOnly,
  moneyTaken,
  paidOnce,
  completedWithMoney,
  gatewayOrdersKnown,
  failedForGood,
  forgedWebhooks,
  acknowledgedWebhooks,
  webhooksOnce,
  gatewayRefunds,
  refundsWithinPayment,
  acknowledgedRefunds,
  transitions,
  observedStates,
  nextSteps,
  drained,
  journalsBalance,
  journalsOfFacts,
  balances,
  payablesPaid,
  unallocatedQueue,
  acknowledgedActs,
  credits,
  stock,
  drawerSums,
  cashTaken,
  auditChain,
  auditEntries,
  confirmationMails,
  secondPersons,
  numbersWithoutGaps,
  sealedPapers,
];

/** What a load implies: where these were done, these judgements must have looked at something. */
const IMPLIED: Readonly<Record<string, readonly string[]>> = {
  create: ['acknowledged-creates', 'payments-asked-for', 'audit-chain', 'audit-entries'],
  initiate: ['gateway-orders-known', 'transitions'],
  refund: ['acknowledged-refunds', 'refunds-within-payment'],
  collect: ['cash-taken', 'drawer-sums'],
  propose: ['acknowledged-acts', 'unallocated-queue', 'second-persons'],
};

/** Without these nothing can be said about money. */
const NEEDED: readonly EvidenceTable[] = [
  'audit_entries',
  'audit_seals',
  'ledger_accounts',
  'ledger_journals',
  'ledger_postings',
  'outbox',
  'payment_transactions',
  'payments',
  'refunds',
  'webhook_events',
];

/** Judges a run folder. @throws Error when it cannot be read. */
export async function judge(folder: string): Promise<Verdict> {
  const evidence = await Evidence.read(folder);
  const judgements: Judgement[] = [];
  for (const judging of JUDGES) judgements.push(await judging(evidence));
  const problems = [...missing(evidence), ...judgements.flatMap((one) => one.lines())];
  const looked = new Map(judgements.map(({ name, looked: count }) => [name, count]));
  for (const name of claimed(evidence)) {
    if (looked.get(name)) continue;
    problems.push(
      looked.has(name)
        ? `${name}: looked at nothing, though the run says there was something`
        : `${name}: the run names a judgement that does not exist`,
    );
  }
  return {
    part: evidence.run.part,
    counts: judgements.map(({ name, looked: tried, faults, unit }) => ({
      what: name,
      tried,
      failures: faults,
      unit,
    })),
    problems,
    notes: judgements.flatMap(({ name, notes }) => notes.map((note) => `${name}: ${note}`)),
  };
}

function missing({ tables }: Evidence): string[] {
  const absent = EVIDENCE_TABLES.filter((table) => !tables.has(table) && NEEDED.includes(table));
  return absent.map((table) => `evidence: tables/${table}.jsonl is missing`);
}

/** Judgements that cannot have had nothing to look at. */
function claimed({ run, history }: Evidence): Set<string> {
  const claims = new Set(run.claims ?? []);
  // A load that was refused altogether leaves nothing to look at.
  if (history.creates.length > 0) add(claims, 'create');
  if (history.refunds.length > 0) add(claims, 'refund');
  if (history.collected.length > 0) add(claims, 'collect');
  if (history.acts.length > 0) add(claims, 'propose');
  if ((history.ops.get('initiate') ?? 0) > 0 && run.claims === undefined) add(claims, 'initiate');
  return claims;
}

function add(claims: Set<string>, op: string): void {
  for (const name of IMPLIED[op] ?? []) claims.add(name);
}
