import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { formatMinor, parseObjectId, type Principal } from '../../common/index.js';
import { type ListFilter, type ListSource, parseMoment } from '../../http/index.js';
import type {
  AtQuery,
  EntriesQuery,
  LedgerAccountDto,
  LedgerEntryDto,
  TrialBalanceDto,
} from './ledger-reports.dto.js';

interface BalanceRow {
  id: number;
  code: string;
  kind: string;
  currency: string;
  debit_minor: string;
  credit_minor: string;
}

export interface EntryRow {
  id: string;
  journal_id: string;
  created_at: Date;
  ledger_account_id: number;
  code: string;
  currency: string;
  amount_minor: string;
  fact: string;
  source_type: string;
  source_id: string;
  payment_id: number | null;
  memo: string;
}

/** The books of an account as people read them: balances at a date, and the entries behind each. */
@Injectable()
export class LedgerReports {
  constructor(private readonly dataSource: DataSource) {}

  async accounts(caller: Principal, query: AtQuery): Promise<LedgerAccountDto[]> {
    return (await this.balances(caller, query)).map(presentAccount);
  }

  /** Debit and credit per account; equal per currency, or somebody has to look. */
  async trialBalance(caller: Principal, query: AtQuery): Promise<TrialBalanceDto> {
    const rows = await this.balances(caller, query);
    const currencies = [...new Set(rows.map(({ currency }) => currency))];
    return {
      at: (momentOf(query) ?? new Date()).toISOString(),
      currencies: currencies.map((currency) => {
        const accounts = rows.filter((row) => row.currency === currency);
        const debit = sum(accounts.map(({ debit_minor: minor }) => minor));
        const credit = sum(accounts.map(({ credit_minor: minor }) => minor));
        return {
          currency,
          debit: formatMinor(debit, currency),
          credit: formatMinor(credit, currency),
          balanced: debit === credit,
          accounts: accounts.map(presentAccount),
        };
      }),
    };
  }

  /** Entries with the journal they belong to; what a balance is made of. */
  entries(caller: Principal, query: EntriesQuery): ListSource {
    return {
      select: `e.id, e.journal_id, j.created_at, e.ledger_account_id, a.code, e.currency,
        e.amount_minor, j.fact, j.source_type, j.source_id, j.payment_id, j.memo`,
      from: `ledger_postings e JOIN ledger_journals j ON j.id = e.journal_id
        JOIN ledger_accounts a ON a.id = e.ledger_account_id`,
      where: [
        { sql: 'e.account_id = ?', params: [caller.accountId] },
        // Lets the list walk the journals by their time.
        { sql: 'j.account_id = ?', params: [caller.accountId] },
        accountFilter(query.account),
        query.currency ? { sql: 'e.currency = ?', params: [query.currency] } : null,
        query.journal ? { sql: 'e.journal_id = ?', params: [query.journal] } : null,
        paymentFilter(query.payment),
      ],
      orderings: { amount: 'e.amount_minor', id: 'e.id' },
      idColumn: 'e.id',
      createdColumn: 'j.created_at',
    };
  }

  private balances(caller: Principal, query: AtQuery): Promise<BalanceRow[]> {
    return this.dataSource.query(
      `SELECT a.id, a.code, a.kind, a.currency,
         coalesce(sum(e.amount_minor) FILTER (WHERE e.amount_minor > 0), 0)::text AS debit_minor,
         coalesce(-sum(e.amount_minor) FILTER (WHERE e.amount_minor < 0), 0)::text AS credit_minor
       FROM ledger_accounts a
       LEFT JOIN (ledger_postings e JOIN ledger_journals j
           ON j.id = e.journal_id AND ($2::timestamptz IS NULL OR j.created_at <= $2))
         ON e.ledger_account_id = a.id
       WHERE a.account_id = $1 AND ($3::text IS NULL OR a.currency = $3)
       GROUP BY a.id ORDER BY a.currency, a.code`,
      [caller.accountId, momentOf(query), query.currency ?? null],
    );
  }
}

export function presentEntry(row: EntryRow): LedgerEntryDto {
  return {
    id: Number(row.id),
    journal: Number(row.journal_id),
    created_at: row.created_at.toISOString(),
    account: row.ledger_account_id,
    account_code: row.code,
    currency: row.currency,
    amount: formatMinor(row.amount_minor, row.currency),
    fact: row.fact,
    source_type: row.source_type,
    source_id: row.source_id,
    payment: row.payment_id,
    memo: row.memo,
  };
}

function presentAccount(row: BalanceRow): LedgerAccountDto {
  const { id, code, kind, currency } = row;
  const [debit, credit] = [BigInt(row.debit_minor), BigInt(row.credit_minor)];
  return {
    id,
    code,
    kind,
    currency,
    debit: formatMinor(debit, currency),
    credit: formatMinor(credit, currency),
    balance: formatMinor(debit - credit, currency),
  };
}

function accountFilter(account: string | undefined): ListFilter | null {
  if (account === undefined) return null;
  return /^\d{1,9}$/.test(account)
    ? { sql: 'a.id = ?', params: [Number(account)] }
    : { sql: 'a.code = ?', params: [account] };
}

function paymentFilter(payment: string | undefined): ListFilter | null {
  const id = payment === undefined ? null : parseObjectId(payment);
  if (!id) return null;
  return 'id' in id
    ? { sql: 'j.payment_id = ?', params: [id.id] }
    : {
        sql: 'j.payment_id = (SELECT p.id FROM payments p WHERE p.uuid = ?)',
        params: [id.uuid],
      };
}

function momentOf({ at }: AtQuery): Date | null {
  return at === undefined ? null : parseMoment(at);
}

function sum(minors: string[]): bigint {
  return minors.reduce((total, minor) => total + BigInt(minor), 0n);
}
