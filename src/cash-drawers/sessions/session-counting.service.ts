import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Audits } from '../../audits/index.js';
import { actorOf, formatMinor, type ObjectId, type Principal } from '../../common/index.js';
import { change, Transactions } from '../../database/index.js';
import { sessionClosed } from '../cash.errors.js';
import type { SessionRow } from '../cash.types.js';
import type { CountedAmount } from './session-requests.dto.js';
import { readCounts } from './session.counts.js';
import { lockSession, readSession } from './session.query.js';
import { assertMayWorkIn } from './session.rules.js';

/** Takes a drawer out of service and writes down what was counted. */
@Injectable()
export class SessionCounting {
  constructor(
    private readonly transactions: Transactions,
    private readonly audits: Audits,
  ) {}

  /** @throws DomainError 400 for a bad count, 403 in somebody else's session, 409 once it is closed. */
  count(caller: Principal, id: ObjectId, counted: readonly CountedAmount[]): Promise<SessionRow> {
    return this.transactions.run(async (manager) => {
      const session = await lockSession(manager, caller, id);
      assertMayWorkIn(caller, session);
      return this.write(manager, caller, session, counted);
    });
  }

  /** In the caller's transaction, under the session's lock. */
  async write(
    manager: EntityManager,
    caller: Principal,
    session: SessionRow,
    counted: readonly CountedAmount[],
  ): Promise<SessionRow> {
    if (session.status !== 'open' && session.status !== 'counting') throw sessionClosed();
    const counts = readCounts(counted, session.currencies);
    await change(
      manager,
      `UPDATE cash_sessions SET status = 'counting', counted_by = $2,
         counting_at = coalesce(counting_at, clock_timestamp()), updated_at = now()
       WHERE id = $1 RETURNING id`,
      [session.id, caller.userId],
    );
    await change(
      manager,
      `UPDATE cash_session_currencies c
       SET counted_minor = input.counted_minor, denominations = input.denominations
       FROM jsonb_to_recordset($2::jsonb)
         AS input (currency text, counted_minor bigint, denominations jsonb)
       WHERE c.session_id = $1 AND c.currency = input.currency RETURNING c.currency`,
      [
        session.id,
        JSON.stringify(
          counts.map(({ currency, countedMinor, denominations }) => ({
            currency,
            counted_minor: countedMinor.toString(),
            denominations,
          })),
        ),
      ],
    );
    await this.audits.append(manager, [
      {
        accountId: session.account_id,
        actor: actorOf(caller),
        action: 'cash_session.counted',
        objectType: 'cash_session',
        objectId: session.id,
        changes: {
          status: [session.status, 'counting'],
          counted: counts.map(
            ({ currency, countedMinor }) => `${formatMinor(countedMinor, currency)} ${currency}`,
          ),
        },
      },
    ]);
    return readSession(manager, caller, { id: session.id });
  }
}
