import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Audits } from '../../audits/index.js';
import {
  actorOf,
  invalidField,
  Money,
  newUuid,
  type ObjectId,
  type Principal,
} from '../../common/index.js';
import { Transactions } from '../../database/index.js';
import type { LedgerCode } from '../../ledger/index.js';
import { readCash } from '../cash.amounts.js';
import { secondPersonNeeded } from '../cash.errors.js';
import {
  type Direction,
  EVENT_DIRECTIONS,
  type EventRow,
  type RecordedType,
  type SessionRow,
} from '../cash.types.js';
import { lockSession } from '../sessions/session.query.js';
import { assertMayWorkIn, assertOpen } from '../sessions/session.rules.js';
import { CashEvents } from './cash-events.service.js';
import { assertMayGive, assertMayTake, type Held, readHeld } from './cash.limits.js';
import { DrawerBooks } from './drawer-books.service.js';
import type { RecordEventDto } from './event-requests.dto.js';
import { readRecorded } from './event.query.js';

/** The ledger account on the other side of what people record. */
const AGAINST = {
  pay_in: 'cash_paid_in',
  pay_out: 'cash_paid_out',
  drop_to_safe: 'safe',
  bank_deposit: 'bank_in_transit',
  change_exchange: 'cash_exchange',
  adjustment: 'cash_over_short',
} as const satisfies Record<Exclude<RecordedType, 'no_sale'>, LedgerCode>;

const NEEDS_REASON: ReadonlySet<RecordedType> = new Set(['pay_in', 'pay_out', 'adjustment']);

/** One event to be: an exchange makes two. */
interface Part {
  direction: Direction;
  amount: Money;
}

/** What people record in a session besides sales and refunds. */
@Injectable()
export class EventRecording {
  constructor(
    private readonly transactions: Transactions,
    private readonly events: CashEvents,
    private readonly books: DrawerBooks,
    private readonly audits: Audits,
  ) {}

  /**
   * The same claim again answers what it recorded before.
   * @throws DomainError 400 naming the field at fault; 403 in somebody else's session, or for an
   * adjustment by its own cashier; 409 unless the session is open, holds enough and may hold more.
   */
  record(
    caller: Principal,
    id: ObjectId,
    wanted: RecordEventDto,
    claimId: string | null,
  ): Promise<[EventRow, EventRow?]> {
    return this.transactions.run(async (manager) => {
      const session = await lockSession(manager, caller, id);
      const earlier = await this.recordedByClaim(manager, claimId);
      if (earlier) return readRecorded(manager, earlier);
      assertMayWorkIn(caller, session);
      if (wanted.type === 'adjustment') assertSecondPerson(caller, session);
      const reason = wanted.reason?.trim() ?? '';
      if (NEEDS_REASON.has(wanted.type) && reason === '') {
        throw invalidField('reason', `is required for ${wanted.type}`);
      }
      const parts = partsOf(wanted, session);
      assertOpen(session);
      await this.assertAllowed(manager, session, wanted.type, parts);
      const exchangeId = wanted.type === 'change_exchange' ? newUuid() : undefined;
      const ids: number[] = [];
      for (const { direction, amount } of parts) {
        const eventId = await this.events.write(manager, session, {
          type: wanted.type,
          direction,
          amount,
          reason,
          exchangeId,
          actorId: caller.userId,
          claimId: ids.length === 0 ? claimId : null,
        });
        ids.push(eventId);
      }
      await this.post(manager, session, wanted.type, parts, ids);
      await this.audit(manager, caller, session, wanted.type, parts, reason);
      return readRecorded(manager, ids[0] ?? 0);
    });
  }

  private async recordedByClaim(
    manager: EntityManager,
    claimId: string | null,
  ): Promise<number | null> {
    if (!claimId) return null;
    const rows: { id: string }[] = await manager.query(
      'SELECT id FROM cash_events WHERE idempotency_claim_id = $1',
      [claimId],
    );
    return rows[0] ? Number(rows[0].id) : null;
  }

  private async assertAllowed(
    manager: EntityManager,
    session: SessionRow,
    type: RecordedType,
    parts: readonly Part[],
  ): Promise<void> {
    for (const { direction, amount } of parts) {
      const held = await this.held(manager, session, amount);
      if (type === 'pay_in') assertMayTake(held);
      if (direction === -1) assertMayGive(held, amount.minor);
    }
  }

  private async held(manager: EntityManager, session: SessionRow, amount: Money): Promise<Held> {
    const held = await readHeld(manager, session, amount.currency.code);
    if (!held) throw new Error(`session ${session.id} lost its ${amount.currency.code}`);
    return held;
  }

  /** Notes changed for others of the same currency leave the books as they are. */
  private async post(
    manager: EntityManager,
    session: SessionRow,
    type: RecordedType,
    parts: readonly Part[],
    ids: readonly number[],
  ): Promise<void> {
    if (type === 'no_sale') return;
    if (new Set(parts.map(({ amount }) => amount.currency.code)).size < parts.length) return;
    for (const [index, { direction, amount }] of parts.entries()) {
      await this.books.post(manager, {
        accountId: session.account_id,
        drawerId: session.drawer_id,
        currency: amount.currency.code,
        amountMinor: BigInt(direction) * amount.minor,
        against: AGAINST[type],
        fact: 'moved',
        sourceType: 'drawer_event',
        sourceId: String(ids[index]),
        memo: `${type} in session ${session.number} of drawer ${session.drawer_name}`,
      });
    }
  }

  private async audit(
    manager: EntityManager,
    caller: Principal,
    session: SessionRow,
    type: RecordedType,
    parts: readonly Part[],
    reason: string,
  ): Promise<void> {
    const amounts = parts.map(
      ({ direction, amount }) =>
        `${direction === -1 ? '-' : ''}${amount.toString()} ${amount.currency.code}`,
    );
    await this.audits.append(manager, [
      {
        accountId: session.account_id,
        actor: actorOf(caller),
        action: 'cash_session.event_recorded',
        objectType: 'cash_session',
        objectId: session.id,
        changes: { type, amounts, ...(reason ? { reason } : {}) },
      },
    ]);
  }
}

function assertSecondPerson(caller: Principal, session: SessionRow): void {
  if (caller.role !== 'cashier' && caller.userId !== session.cashier_id) return;
  throw secondPersonNeeded(
    'An adjustment is recorded by a staff member other than the cashier of the session',
  );
}

function partsOf(wanted: RecordEventDto, session: SessionRow): Part[] {
  const { type } = wanted;
  if (type !== 'adjustment' && wanted.direction !== undefined) {
    throw invalidField('direction', 'goes with an adjustment only');
  }
  if (type === 'change_exchange') return exchangeOf(wanted, session);
  if (wanted.received_amount !== undefined || wanted.received_currency !== undefined) {
    throw invalidField('received_amount', 'goes with a change_exchange only');
  }
  if (type === 'no_sale') return [{ direction: 0, amount: nothing(wanted, session) }];
  const amount = amountOf(wanted.amount, wanted.currency, 'amount', 'currency', session);
  if (type !== 'adjustment') return [{ direction: EVENT_DIRECTIONS[type], amount }];
  if (!wanted.direction) throw invalidField('direction', 'is required for an adjustment');
  return [{ direction: wanted.direction === 'in' ? 1 : -1, amount }];
}

function exchangeOf(wanted: RecordEventDto, session: SessionRow): Part[] {
  const given = amountOf(wanted.amount, wanted.currency, 'amount', 'currency', session);
  const received = amountOf(
    wanted.received_amount,
    wanted.received_currency,
    'received_amount',
    'received_currency',
    session,
  );
  if (given.currency.code === received.currency.code && given.minor !== received.minor) {
    throw invalidField('received_amount', 'must equal amount within one currency');
  }
  return [
    { direction: -1, amount: given },
    { direction: 1, amount: received },
  ];
}

function nothing(wanted: RecordEventDto, session: SessionRow): Money {
  const held = session.currencies.find(({ balance_minor: balance }) => balance !== '0');
  const own = (held ?? session.currencies[0])?.currency;
  const code = currencyOf(wanted.currency ?? own, 'currency', session);
  const amount = readCash(wanted.amount ?? 0, code, 'amount');
  if (amount.minor !== 0n) throw invalidField('amount', 'must be 0 when nothing goes in or out');
  return amount;
}

function amountOf(
  value: string | number | undefined,
  currency: string | undefined,
  amountField: string,
  currencyField: string,
  session: SessionRow,
): Money {
  const code = currencyOf(currency, currencyField, session);
  if (value === undefined || value === null) throw invalidField(amountField, 'is required');
  return Money.parse(value, code, amountField);
}

function currencyOf(value: string | undefined, field: string, session: SessionRow): string {
  if (!value) throw invalidField(field, 'is required');
  const { code } = Money.currency(value);
  const known = session.currencies.map(({ currency }) => currency);
  if (known.includes(code)) return code;
  throw invalidField(field, `must be one of this session: ${known.join(', ')}`);
}
