import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Audits } from '../../audits/index.js';
import {
  actorOf,
  formatMinor,
  invalidField,
  Money,
  parseObjectId,
  type Principal,
} from '../../common/index.js';
import { Transactions } from '../../database/index.js';
import { readCash } from '../cash.amounts.js';
import {
  cashierHasSession,
  drawerArchived,
  drawerInUse,
  drawerNotFound,
  reviewPending,
} from '../cash.errors.js';
import type { DrawerRow, SessionRow } from '../cash.types.js';
import { DrawerReader } from '../drawers/drawer.reader.js';
import { CashEvents, type EventSession } from '../events/cash-events.service.js';
import { DrawerBooks } from '../events/drawer-books.service.js';
import type { OpeningAmount, OpenSessionDto } from './session-requests.dto.js';
import { readSession } from './session.query.js';

interface LastClose {
  number: number;
  review_pending: boolean;
  currency: string | null;
  counted_minor: string | null;
}

/** What was found of a currency, and what the last close left; null when there was none. */
interface Opening {
  currency: string;
  declaredMinor: bigint;
  expectedMinor: bigint | null;
}

/** Begins a session: the cashier says what lies in the drawer, and answers for it from then on. */
@Injectable()
export class SessionOpening {
  constructor(
    private readonly transactions: Transactions,
    private readonly drawers: DrawerReader,
    private readonly events: CashEvents,
    private readonly books: DrawerBooks,
    private readonly audits: Audits,
  ) {}

  /**
   * The same claim again answers the session it opened before.
   * @throws DomainError 404 for an unknown drawer, 400 for amounts that do not fit it, 409 while drawer or
   * cashier has a session open or the last one waits for its review.
   */
  open(caller: Principal, wanted: OpenSessionDto, claimId: string | null): Promise<SessionRow> {
    return this.transactions.run(async (manager) => {
      const drawerId = parseObjectId(wanted.drawer);
      if (!drawerId) throw drawerNotFound();
      const drawer = await this.drawers.lock(caller, drawerId, manager);
      const opened = await this.openedByClaim(manager, claimId);
      if (opened) return readSession(manager, caller, { id: opened });
      if (drawer.archived_at) throw drawerArchived();
      if (drawer.session_id !== null) throw drawerInUse();
      const last = await this.lastClose(manager, drawer);
      const number = last[0]?.number ?? 0;
      if (last[0]?.review_pending) throw reviewPending(number);
      const openings = openingsOf(drawer, last, wanted.opening);
      const session = await this.insert(manager, caller, drawer, {
        number: number + 1,
        notes: wanted.notes?.trim() ?? '',
        claimId,
      });
      await this.insertCurrencies(manager, session.id, openings);
      for (const opening of openings) await this.take(manager, session, number + 1, opening);
      await this.audit(manager, caller, drawer, session.id, number + 1, openings);
      return readSession(manager, caller, { id: session.id });
    });
  }

  private async openedByClaim(
    manager: EntityManager,
    claimId: string | null,
  ): Promise<number | null> {
    if (!claimId) return null;
    const rows: { id: number }[] = await manager.query(
      'SELECT id FROM cash_sessions WHERE open_claim_id = $1',
      [claimId],
    );
    return rows[0]?.id ?? null;
  }

  private lastClose(manager: EntityManager, drawer: DrawerRow): Promise<LastClose[]> {
    return manager.query(
      `SELECT s.number, s.status = 'closed' AND s.review_required AS review_pending, c.currency,
         c.counted_minor
       FROM cash_sessions s LEFT JOIN cash_session_currencies c ON c.session_id = s.id
       WHERE s.drawer_id = $1
         AND s.number = (SELECT max(number) FROM cash_sessions WHERE drawer_id = $1)`,
      [drawer.id],
    );
  }

  /** The drawer is locked and has no open session: what is in the way is another of the cashier's. */
  private async insert(
    manager: EntityManager,
    caller: Principal,
    drawer: DrawerRow,
    session: { number: number; notes: string; claimId: string | null },
  ): Promise<EventSession> {
    const rows: EventSession[] = await manager.query(
      `INSERT INTO cash_sessions (account_id, drawer_id, cashier_id, number, blind, opening_notes,
         open_claim_id)
       VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING
       RETURNING id, account_id, drawer_id, cashier_id`,
      [
        drawer.account_id,
        drawer.id,
        caller.userId,
        session.number,
        drawer.blind,
        session.notes,
        session.claimId,
      ],
    );
    if (!rows[0]) throw cashierHasSession();
    return rows[0];
  }

  private async insertCurrencies(
    manager: EntityManager,
    sessionId: number,
    openings: readonly Opening[],
  ): Promise<void> {
    await manager.query(
      `INSERT INTO cash_session_currencies (session_id, currency, declared_opening_minor,
         expected_opening_minor)
       SELECT $1::int, * FROM unnest($2::text[], $3::bigint[], $4::bigint[])`,
      [
        sessionId,
        openings.map(({ currency }) => currency),
        openings.map(({ declaredMinor }) => declaredMinor.toString()),
        openings.map(({ expectedMinor }) => expectedMinor?.toString() ?? null),
      ],
    );
  }

  /**
   * The whole of what was found is this session's float. In the books the drawer still holds what the
   * last close left: more than that is a float that was brought, less is cash that is missing.
   */
  private async take(
    manager: EntityManager,
    session: EventSession,
    number: number,
    { currency, declaredMinor, expectedMinor }: Opening,
  ): Promise<void> {
    if (declaredMinor > 0n) {
      await this.events.write(manager, session, {
        type: 'opening_float',
        direction: 1,
        amount: Money.ofMinor(declaredMinor, currency),
        reason: '',
        actorId: session.cashier_id,
      });
    }
    const difference = declaredMinor - (expectedMinor ?? 0n);
    await this.books.post(manager, {
      accountId: session.account_id,
      drawerId: session.drawer_id,
      currency,
      amountMinor: difference,
      against: difference > 0n ? 'cash_float' : 'cash_over_short',
      fact: 'moved',
      sourceType: 'drawer_session',
      sourceId: `${session.id}:${currency}`,
      memo: `Opening of session ${number} of drawer ${session.drawer_id}`,
    });
  }

  private async audit(
    manager: EntityManager,
    caller: Principal,
    drawer: DrawerRow,
    sessionId: number,
    number: number,
    openings: readonly Opening[],
  ): Promise<void> {
    await this.audits.append(manager, [
      {
        accountId: drawer.account_id,
        actor: actorOf(caller),
        action: 'cash_session.opened',
        objectType: 'cash_session',
        objectId: sessionId,
        changes: {
          drawer: drawer.name,
          number,
          opening: openings.map(({ currency, declaredMinor, expectedMinor }) => ({
            currency,
            declared: formatMinor(declaredMinor, currency),
            expected: expectedMinor === null ? null : formatMinor(expectedMinor, currency),
          })),
        },
      },
    ]);
  }
}

/** One opening for each of the drawer's currencies; what is not said is nothing. */
function openingsOf(
  drawer: DrawerRow,
  last: readonly LastClose[],
  declared: readonly OpeningAmount[],
): Opening[] {
  const taken = drawer.currencies.map(({ currency }) => currency);
  const given = new Map<string, bigint>();
  for (const [index, { currency, amount }] of declared.entries()) {
    const { code } = Money.currency(currency);
    if (!taken.includes(code)) {
      throw invalidField(
        `opening.${index}.currency`,
        `must be one of the drawer: ${taken.join(', ')}`,
      );
    }
    if (given.has(code)) throw invalidField(`opening.${index}.currency`, `${code} is named twice`);
    given.set(code, readCash(amount, code, `opening.${index}.amount`).minor);
  }
  const left = new Map(last.map((each) => [each.currency, each.counted_minor]));
  return taken.map((currency) => {
    const counted = left.get(currency);
    const expectedMinor = counted === undefined || counted === null ? null : BigInt(counted);
    const declaredMinor = given.get(currency);
    if (declaredMinor === undefined && expectedMinor) {
      throw invalidField('opening', `must say how much ${currency} was found: some was left`);
    }
    return { currency, declaredMinor: declaredMinor ?? 0n, expectedMinor };
  });
}
