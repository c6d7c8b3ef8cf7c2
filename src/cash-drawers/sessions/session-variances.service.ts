import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { SessionRow } from '../cash.types.js';
import { DrawerBooks } from '../events/drawer-books.service.js';
import type { Outcome } from './session.variance.js';

/** Brings the books to what was counted: the difference is cash over or short. */
@Injectable()
export class SessionVariances {
  constructor(private readonly books: DrawerBooks) {}

  /** Once per session and currency; the ledger refuses a second time. */
  async post(
    manager: EntityManager,
    session: Pick<SessionRow, 'id' | 'account_id' | 'drawer_id' | 'number' | 'drawer_name'>,
    outcomes: readonly Pick<Outcome, 'currency' | 'varianceMinor'>[],
  ): Promise<void> {
    for (const { currency, varianceMinor } of outcomes) {
      await this.books.post(manager, {
        accountId: session.account_id,
        drawerId: session.drawer_id,
        currency,
        amountMinor: varianceMinor,
        against: 'cash_over_short',
        fact: 'counted',
        sourceType: 'drawer_session',
        sourceId: `${session.id}:${currency}`,
        memo: `Count of session ${session.number} of drawer ${session.drawer_name}`,
      });
    }
  }
}
