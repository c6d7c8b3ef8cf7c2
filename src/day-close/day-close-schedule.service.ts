import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleInit } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { CONFIG, type Config } from '../config/index.js';
import { Outbox, OutboxHandlers, type OutboxVerdict, Transactions } from '../database/index.js';
import { DayClosing } from './day-closing.service.js';

/** Outbox topic of the one row that never ends: after each midnight it makes a row for each account. */
export const DAY_CLOSE_PLAN = 'day_close.plan';
/** Outbox topic: an account's days up to one are to be closed; payload `{ accountId, date }`. */
export const DAY_CLOSE_DUE = 'day_close.due';
const PLAN_KEY = 'nightly';
/** Long enough for what was begun before midnight to end. */
const AFTER_MIDNIGHT_S = 300;
const PLAN_LEASE_S = 120;
/** More than a close may take; a second worker would wait for the account's lock, and find it done. */
const CLOSE_LEASE_S = 900;

/** Closes days that are over without being asked, where the setting says so. */
@Injectable()
export class DayCloseSchedule implements OnModuleInit, OnApplicationBootstrap {
  constructor(
    @Inject(CONFIG) private readonly config: Pick<Config, 'dayClose' | 'role'>,
    private readonly transactions: Transactions,
    private readonly outbox: Outbox,
    private readonly handlers: OutboxHandlers,
    private readonly closing: DayClosing,
  ) {}

  onModuleInit(): void {
    this.handlers.register({
      kind: 'lease',
      topic: DAY_CLOSE_PLAN,
      leaseS: PLAN_LEASE_S,
      handle: () => this.plan(),
    });
    this.handlers.register({
      kind: 'lease',
      topic: DAY_CLOSE_DUE,
      leaseS: CLOSE_LEASE_S,
      handle: (row) => this.closeAccount(Number(row.payload['accountId'])),
    });
  }

  /** Each start looks whether a night was missed. */
  async onApplicationBootstrap(): Promise<void> {
    if (!this.config.dayClose.automatic || this.config.role === 'api') return;
    await this.transactions.run(async (manager) => {
      await this.outbox.add(manager, { topic: DAY_CLOSE_PLAN, key: PLAN_KEY, payload: {} });
      await this.outbox.hasten(manager, DAY_CLOSE_PLAN, PLAN_KEY);
    });
  }

  private async plan(): Promise<OutboxVerdict> {
    if (!this.config.dayClose.automatic) return { done: true };
    const againInS = await this.transactions.run(async (manager) => {
      const open: { accountId: number; date: string }[] = await manager.query(OPEN_ACCOUNTS);
      for (const { accountId, date } of open) {
        const key = `${accountId}/${date}`;
        const payload = { accountId, date };
        await this.outbox.add(manager, { topic: DAY_CLOSE_DUE, key, payload });
      }
      return untilNextNight(manager);
    });
    return { done: false, againInS };
  }

  private async closeAccount(accountId: number): Promise<OutboxVerdict> {
    await this.closing.closeDue(accountId);
    return { done: true };
  }
}

/** Accounts that were there yesterday, and whose yesterday is not closed. */
const OPEN_ACCOUNTS = `SELECT a.id AS "accountId", day.yesterday AS date FROM accounts a,
    (SELECT (app_now() AT TIME ZONE 'UTC')::date - 1 AS yesterday) AS day
  WHERE (a.created_at AT TIME ZONE 'UTC')::date <= day.yesterday AND NOT EXISTS
    (SELECT 1 FROM day_closes d WHERE d.account_id = a.id AND d.date >= day.yesterday)
  ORDER BY a.id`;

async function untilNextNight(manager: EntityManager): Promise<number> {
  const [row]: { seconds: number }[] = await manager.query(
    `SELECT extract(epoch FROM
       (date_trunc('day', app_now() AT TIME ZONE 'UTC') + make_interval(days => 1, secs => $1))
         - (app_now() AT TIME ZONE 'UTC'))::float8 AS seconds`,
    [AFTER_MIDNIGHT_S],
  );
  if (!row) throw new Error('the database knows no time');
  return row.seconds;
}
