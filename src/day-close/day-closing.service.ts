import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Audits } from '../audits/index.js';
import { actorOf, type Principal, SYSTEM } from '../common/index.js';
import { Transactions } from '../database/index.js';
import { canonicalJson, chainedHash, dayAfter } from './close.chain.js';
import { readParts } from './close.content.js';
import { dayBeforeAccount, dayClosed, dayNotOver, dayOutOfOrder } from './close.errors.js';
import { CLOSE_COLUMNS, type CloseContent, type CloseRow, contentOfClose } from './close.types.js';

/** With the account's id: one close of an account at a time. */
const LOCK = 1_795_219_229;
/** A day of a big account takes longer to add up than any request elsewhere. */
const PATIENCE = `SELECT set_config('lock_timeout', '60s', true),
  set_config('statement_timeout', '300s', true)`;
const DAY_MS = 86_400_000;

interface Wish {
  accountId: number;
  date: string;
  caller: Principal | null;
  claimId: string | null;
}

interface Account {
  name: string;
  /** Days of UTC; today by the clock that due times are compared with. */
  made_on: string;
  today: string;
  now: Date;
}

/** Closes days: one document per account and day, in order, which nothing changes afterwards. */
@Injectable()
export class DayClosing {
  constructor(
    private readonly transactions: Transactions,
    private readonly audits: Audits,
  ) {}

  /** @throws DomainError 400 before the day is over; 409 for one that is closed already or not the next. */
  close(caller: Principal, date: string, claimId: string | null): Promise<CloseRow> {
    return this.transactions.run((manager) =>
      this.write(manager, { accountId: caller.accountId, date, caller, claimId }),
    );
  }

  /** Closes what is over and open of an account, each day in a transaction of its own. Answers how many. */
  async closeDue(accountId: number): Promise<number> {
    for (let closed = 0; ; closed += 1) {
      const written = await this.transactions.run(async (manager) => {
        await lockAccount(manager, accountId);
        const date = await nextDue(manager, accountId);
        if (date === null) return false;
        await this.write(manager, { accountId, date, caller: null, claimId: null });
        return true;
      });
      if (!written) return closed;
    }
  }

  private async write(manager: EntityManager, wish: Wish): Promise<CloseRow> {
    const { accountId, date, caller, claimId } = wish;
    await lockAccount(manager, accountId);
    const repeated = await closedByClaim(manager, claimId);
    if (repeated) return repeated;
    const account = await readAccount(manager, accountId);
    const previous = await lastClose(manager, accountId);
    refuseWrongDay(date, account, previous);
    const closeId = await reserveId(manager);
    const from = previous ? startOf(date) : null;
    const until = startOf(dayAfter(date));
    await this.cover(manager, { closeId, accountId, from, until, previous });
    const before = previous ? contentOfClose(previous).ledger : null;
    const scope = { closeId, accountId, from, until, previousDigest: before?.digest ?? null };
    const content: CloseContent = {
      format: 'malipo-day-close-1',
      account: { id: accountId, name: account.name },
      number: (previous?.number ?? 0) + 1,
      date,
      from: from?.toISOString() ?? null,
      until: until.toISOString(),
      closed_at: account.now.toISOString(),
      closed_by: caller && { id: caller.userId, name: await nameOf(manager, caller.userId) },
      ...(await readParts(manager, scope, before?.accounts ?? [])),
    };
    const row = await insert(manager, closeId, content, previous?.hash ?? null, claimId);
    await this.audits.append(manager, [
      {
        accountId,
        actor: caller ? actorOf(caller) : SYSTEM,
        action: 'day.closed',
        objectType: 'day_close',
        objectId: row.id,
        changes: { date, number: row.number, hash: row.hash },
      },
    ]);
    return row;
  }

  /**
   * Puts on this close's lists what was written before the day's end and is on no list yet. So a row that
   * became visible after its own day was closed is not lost: it belongs to the next. No transaction is
   * older than a day, so nothing much older than the close before can turn up.
   */
  private async cover(
    manager: EntityManager,
    scope: {
      closeId: number;
      accountId: number;
      from: Date | null;
      until: Date;
      previous: CloseRow | null;
    },
  ): Promise<void> {
    const { closeId, accountId, from, until, previous } = scope;
    const oldest =
      from && previous
        ? new Date(Math.min(from.getTime(), previous.created_at.getTime()) - DAY_MS)
        : null;
    await manager.query(
      `INSERT INTO day_close_journals (journal_id, account_id, close_id)
       SELECT j.id, j.account_id, $1 FROM ledger_journals j
       WHERE j.account_id = $2 AND j.created_at < $3
         AND ($4::timestamptz IS NULL OR j.created_at >= $4)
         AND NOT EXISTS (SELECT 1 FROM day_close_journals c WHERE c.journal_id = j.id)`,
      [closeId, accountId, until, oldest],
    );
    await manager.query(
      `INSERT INTO day_close_z_reports (z_report_id, account_id, close_id)
       SELECT z.id, z.account_id, $1 FROM cash_z_reports z
       WHERE z.account_id = $2 AND z.created_at < $3
         AND NOT EXISTS (SELECT 1 FROM day_close_z_reports c WHERE c.z_report_id = z.id)`,
      [closeId, accountId, until],
    );
  }
}

async function lockAccount(manager: EntityManager, accountId: number): Promise<void> {
  await manager.query(PATIENCE);
  await manager.query('SELECT pg_advisory_xact_lock($1, $2)', [LOCK, accountId]);
}

async function readAccount(manager: EntityManager, accountId: number): Promise<Account> {
  const [account]: Account[] = await manager.query(
    `SELECT name, (created_at AT TIME ZONE 'UTC')::date AS made_on,
       (app_now() AT TIME ZONE 'UTC')::date AS today, clock_timestamp() AS now
     FROM accounts WHERE id = $1`,
    [accountId],
  );
  if (!account) throw new Error(`there is no account ${accountId}`);
  return account;
}

/** The next day to be closed, where one is over; a first close is of yesterday. */
async function nextDue(manager: EntityManager, accountId: number): Promise<string | null> {
  const { today, made_on: madeOn } = await readAccount(manager, accountId);
  const previous = await lastClose(manager, accountId);
  const date = previous
    ? dayAfter(previous.date)
    : new Date(startOf(today).getTime() - DAY_MS).toISOString().slice(0, 10);
  return date < today && date >= madeOn ? date : null;
}

function refuseWrongDay(date: string, account: Account, previous: CloseRow | null): void {
  if (date >= account.today) throw dayNotOver(account.today);
  if (!previous) {
    if (date < account.made_on) throw dayBeforeAccount(account.made_on);
    return;
  }
  if (date <= previous.date) throw dayClosed(date);
  const next = dayAfter(previous.date);
  if (date !== next) throw dayOutOfOrder(next);
}

async function lastClose(manager: EntityManager, accountId: number): Promise<CloseRow | null> {
  const rows: CloseRow[] = await manager.query(
    `SELECT ${CLOSE_COLUMNS} FROM day_closes d WHERE d.account_id = $1
     ORDER BY d.number DESC LIMIT 1`,
    [accountId],
  );
  return rows[0] ?? null;
}

async function closedByClaim(
  manager: EntityManager,
  claimId: string | null,
): Promise<CloseRow | null> {
  if (claimId === null) return null;
  const rows: CloseRow[] = await manager.query(
    `SELECT ${CLOSE_COLUMNS} FROM day_closes d WHERE d.idempotency_claim_id = $1`,
    [claimId],
  );
  return rows[0] ?? null;
}

/** The lists name the close before it is there: it states what is on them. */
async function reserveId(manager: EntityManager): Promise<number> {
  const [row]: { id: number }[] = await manager.query(
    `SELECT nextval(pg_get_serial_sequence('day_closes', 'id'))::int AS id`,
  );
  if (!row) throw new Error('the sequence answered nothing');
  return row.id;
}

async function insert(
  manager: EntityManager,
  id: number,
  content: CloseContent,
  previousHash: string | null,
  claimId: string | null,
): Promise<CloseRow> {
  const text = canonicalJson(content);
  const [row]: CloseRow[] = await manager.query(
    `INSERT INTO day_closes AS d (id, account_id, number, date, previous_hash, hash, content,
       closed_by, idempotency_claim_id)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING ${CLOSE_COLUMNS}`,
    [
      id,
      content.account.id,
      content.number,
      content.date,
      previousHash,
      chainedHash(previousHash, text),
      text,
      content.closed_by?.id ?? null,
      claimId,
    ],
  );
  if (!row) throw new Error('the day close was not written');
  return row;
}

async function nameOf(manager: EntityManager, userId: number): Promise<string> {
  const rows: { name: string }[] = await manager.query('SELECT name FROM users WHERE id = $1', [
    userId,
  ]);
  return rows[0]?.name ?? '';
}

/** Midnight UTC. */
function startOf(date: string): Date {
  return new Date(`${date}T00:00:00Z`);
}
