import { minor, type Row, text } from '../cells.js';
import type { Evidence } from '../evidence.js';
import { Judgement } from '../judgement.js';
import { expectedBalances } from './expected.balances.js';

/** Every journal sums to zero in every currency, and has two sides. */
export async function journalsBalance({ tables }: Evidence): Promise<Judgement> {
  const judgement = new Judgement('journals-balance', 'journals');
  const sums = new Map<string, bigint>();
  const seen = new Set<string>();
  for await (const posting of tables.stream('ledger_postings')) {
    const journal = text(posting, 'journal_id');
    const name = `${journal} ${text(posting, 'currency')}`;
    const sum = (sums.get(name) ?? 0n) + minor(posting, 'amount_minor');
    if (sum === 0n) sums.delete(name);
    else sums.set(name, sum);
    seen.add(journal);
  }
  for (const [name, sum] of sums) judgement.fault(`journal ${name} sums to ${sum}`);
  for (const journal of await tables.rows('ledger_journals')) {
    judgement.look();
    if (!seen.has(text(journal, 'id'))) {
      judgement.fault(`journal ${text(journal, 'id')} has no postings`);
    }
  }
  return judgement;
}

/** Whatever moved money has its journal, and each has one. */
export async function journalsOfFacts(evidence: Evidence): Promise<Judgement> {
  const { tables } = evidence;
  const judgement = new Judgement('journals-of-facts', 'facts about money');
  const posted = new Map<string, number>();
  for (const row of await tables.rows('ledger_journals')) {
    const name = `${text(row, 'source_type')} ${text(row, 'source_id')} ${text(row, 'fact')}`;
    posted.set(name, (posted.get(name) ?? 0) + 1);
  }
  const expect = (name: string): void => {
    judgement.look();
    const count = posted.get(name) ?? 0;
    if (count !== 1) judgement.fault(`${name}: ${count} journals`);
  };
  const done = async (
    table: 'payment_transactions' | 'refunds' | 'unallocated_acts',
    status: string,
  ): Promise<Row[]> =>
    (await tables.rows(table)).filter((row) => row['status'] === status && evidence.ofRun(row));
  for (const row of await done('payment_transactions', 'completed')) {
    expect(`transaction ${text(row, 'id')} paid`);
  }
  for (const row of await done('refunds', 'completed'))
    expect(`refund ${text(row, 'id')} refunded`);
  for (const row of await done('unallocated_acts', 'done')) {
    if (row['kind'] === 'credit') expect(`unallocated_act ${text(row, 'id')} kept`);
    if (row['kind'] === 'refund') expect(`unallocated_act ${text(row, 'id')} refunded`);
  }
  return judgement;
}

/** The ledger's balances are what payments, refunds, drawers and desks say, to the minor unit. */
export async function balances(evidence: Evidence): Promise<Judgement> {
  const judgement = new Judgement('balances', 'ledger accounts');
  const found = await ledgerBalances(evidence);
  const expected = await expectedBalances(evidence);
  for (const name of new Set([...found.keys(), ...expected.keys()])) {
    judgement.look();
    const says = found.get(name) ?? 0n;
    const should = expected.get(name) ?? 0n;
    if (says !== should) {
      judgement.fault(`account ${name}: the ledger says ${says}, the facts say ${should}`);
    }
  }
  return judgement;
}

async function ledgerBalances({ tables }: Evidence): Promise<Map<string, bigint>> {
  const names = new Map<string, string>();
  for (const row of await tables.rows('ledger_accounts')) {
    names.set(
      text(row, 'id'),
      `${text(row, 'account_id')} ${text(row, 'code')} ${text(row, 'currency')}`,
    );
  }
  const sums = new Map<string, bigint>();
  for await (const posting of tables.stream('ledger_postings')) {
    const id = text(posting, 'ledger_account_id');
    const name = names.get(id) ?? `unknown ${id}`;
    sums.set(name, (sums.get(name) ?? 0n) + minor(posting, 'amount_minor'));
  }
  return sums;
}
