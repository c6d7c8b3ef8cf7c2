import { Audits } from '../../src/audits/index.js';
import { CashEvents } from '../../src/cash-drawers/events/cash-events.service.js';
import { DrawerBooks } from '../../src/cash-drawers/events/drawer-books.service.js';
import { DrawerCashDesk } from '../../src/cash-drawers/events/drawer-cash-desk.service.js';
import { EventRecording } from '../../src/cash-drawers/events/event-recording.service.js';
import { Drawers } from '../../src/cash-drawers/drawers/drawers.service.js';
import { DrawerReader } from '../../src/cash-drawers/drawers/drawer.reader.js';
import { XReports } from '../../src/cash-drawers/reports/x-reports.service.js';
import { ZReports } from '../../src/cash-drawers/reports/z-reports.service.js';
import { SessionClosing } from '../../src/cash-drawers/sessions/session-closing.service.js';
import { SessionCounting } from '../../src/cash-drawers/sessions/session-counting.service.js';
import { SessionOpening } from '../../src/cash-drawers/sessions/session-opening.service.js';
import { SessionReview } from '../../src/cash-drawers/sessions/session-review.service.js';
import { SessionVariances } from '../../src/cash-drawers/sessions/session-variances.service.js';
import type { DrawerRow, SessionCurrency, SessionRow } from '../../src/cash-drawers/cash.types.js';
import type { DrawerCurrencyInput } from '../../src/cash-drawers/drawers/drawer-requests.dto.js';
import type { RecordEventDto } from '../../src/cash-drawers/events/event-requests.dto.js';
import { type DomainError, Money, type Principal, randomToken } from '../../src/common/index.js';
import { Transactions } from '../../src/database/index.js';
import { type Journal, Ledger } from '../../src/ledger/index.js';
import { createTestDatabase } from './database.js';
import { aBooking, aUser, insertRow } from './fixtures.js';

/** The room of cash drawers on a database of its own, with a second staff member to review. */
export async function aCashRoom() {
  const database = await createTestDatabase({ poolSize: 30 });
  const { dataSource } = database;
  const transactions = new Transactions(dataSource);
  const audits = new Audits();
  const ledger = new Ledger();
  const reader = new DrawerReader(dataSource);
  const events = new CashEvents();
  const books = new DrawerBooks(ledger);
  const desk = new DrawerCashDesk(events);
  const counting = new SessionCounting(transactions, audits);
  const variances = new SessionVariances(books);
  const zReports = new ZReports(dataSource, reader);
  const drawers = new Drawers(transactions, reader, audits);
  const opening = new SessionOpening(transactions, reader, events, books, audits);
  const closing = new SessionClosing(transactions, counting, variances, zReports, audits);
  const recording = new EventRecording(transactions, events, books, audits);
  const [staff, staff2, customer, owner] = [
    await aUser(dataSource, 'staff'),
    await aUser(dataSource, 'staff'),
    await aUser(dataSource, 'customer'),
    await aUser(dataSource, 'owner'),
  ];

  /** A payment with a refund to hang a movement of cash on; their own state does not matter here. */
  const aPayment = async (amount: Money): Promise<{ paymentId: number; refundId: number }> => {
    const booking = await aBooking(dataSource, customer, owner);
    const common = {
      account_id: 1,
      currency: amount.currency.code,
      amount_minor: amount.minor.toString(),
    };
    const { id: paymentId } = await insertRow<{ id: number }>(dataSource, 'payments', {
      ...common,
      payable_kind: 'booking',
      payable_id: booking.id,
      payable_uuid: booking.uuid,
      payable_reference: booking.reference,
      payment_method: 'cash',
    });
    const { id: attemptId } = await insertRow<{ id: number }>(dataSource, 'payment_transactions', {
      ...common,
      payment_id: paymentId,
      provider: 'cash',
      reference: `T-${randomToken()}`,
      status: 'pending',
    });
    const { id: refundId } = await insertRow<{ id: number }>(dataSource, 'refunds', {
      ...common,
      payment_id: paymentId,
      transaction_id: attemptId,
      provider: 'cash',
      reference: `R-${randomToken()}`,
      reason: 'test',
    });
    return { paymentId, refundId };
  };

  /** Paid past the drawer, by a payment that `maker` began. */
  const aPaidPayment = async (maker: Principal, value: string, method: string): Promise<void> => {
    const { minor } = Money.parse(value, 'TZS');
    const booking = await aBooking(dataSource, customer, owner);
    await insertRow(dataSource, 'payments', {
      account_id: 1,
      currency: 'TZS',
      amount_minor: minor.toString(),
      applied_minor: minor.toString(),
      payable_kind: 'booking',
      payable_id: booking.id,
      payable_uuid: booking.uuid,
      payable_reference: booking.reference,
      payment_method: method,
      created_by: maker.userId,
      status: 'completed',
      paid_at: new Date(),
      processed_at: new Date(),
    });
  };

  /** As the settle path does it: take the cash, then post with the account that the desk answers. */
  const sell = async (
    cashier: Principal,
    value: string,
    currency = 'TZS',
    { fail = false } = {},
  ): Promise<number> => {
    const amount = Money.parse(value, currency);
    const { paymentId } = await aPayment(amount);
    return transactions.run(async (manager) => {
      const moved = await desk.takeSale(manager, {
        accountId: 1,
        cashier,
        amount,
        paymentId,
        reason: 'a booking',
      });
      await ledger.post(manager, {
        ...journal(amount, 'paid', 'transaction', String(paymentId)),
        postings: [
          { code: moved.ledgerAccount, amountMinor: amount.minor },
          { code: 'settled:booking', amountMinor: -amount.minor },
        ],
      });
      if (fail) throw new Error('the payable refused');
      return moved.eventId;
    });
  };

  const giveBack = async (cashier: Principal, value: string, currency = 'TZS'): Promise<void> => {
    const amount = Money.parse(value, currency);
    const made = await aPayment(amount);
    await transactions.run(async (manager) => {
      const moved = await desk.giveRefund(manager, {
        accountId: 1,
        cashier,
        amount,
        ...made,
        reason: 'left early',
      });
      await ledger.post(manager, {
        ...journal(amount, 'refunded', 'refund', String(made.refundId)),
        postings: [
          { code: moved.ledgerAccount, amountMinor: -amount.minor },
          { code: 'settled:booking', amountMinor: amount.minor },
        ],
      });
    });
  };

  return {
    database,
    dataSource,
    transactions,
    desk,
    drawers,
    opening,
    counting,
    closing,
    recording,
    zReports,
    reviews: new SessionReview(transactions, variances, audits),
    xReports: new XReports(dataSource),
    staff,
    staff2,
    sell,
    giveBack,
    aPaidPayment,
    aCashier: (): Promise<Principal> => aUser(dataSource, 'cashier'),
    aDrawer: (
      currencies: DrawerCurrencyInput[] = [{ currency: 'TZS' }],
      blind = false,
    ): Promise<DrawerRow> =>
      drawers.create(staff, { name: `Drawer ${randomToken(6)}`, currencies, blind }, null),
    open: (
      cashier: Principal,
      drawer: Pick<DrawerRow, 'id'>,
      amount = '100.00',
      currency = 'TZS',
    ): Promise<SessionRow> =>
      opening.open(cashier, { drawer: drawer.id, opening: [{ currency, amount }] }, null),
    record: (by: Principal, session: Pick<SessionRow, 'id'>, event: RecordEventDto) =>
      recording.record(by, { id: session.id }, event, null),
    close: (by: Principal, session: Pick<SessionRow, 'id'>, amount: string, currency = 'TZS') =>
      closing.close(by, { id: session.id }, { counted: [{ currency, amount }] }, null),
    zOf: (session: Pick<SessionRow, 'id'>) => zReports.ofSession(staff, { id: session.id }),
    /** Balance of one of the account's ledger accounts, minor units. */
    balance: async (code: string, currency = 'TZS'): Promise<bigint> => {
      const rows: { minor: string }[] = await dataSource.query(
        `SELECT coalesce(sum(p.amount_minor), 0) AS minor FROM ledger_accounts a
         JOIN ledger_postings p ON p.ledger_account_id = a.id
         WHERE a.code = $1 AND a.currency = $2`,
        [code, currency],
      );
      return BigInt(rows[0]?.minor ?? 0);
    },
    rows: <Row>(sql: string, params: unknown[] = []): Promise<Row[]> =>
      dataSource.query(sql, params),
  };
}
export type CashRoom = Awaited<ReturnType<typeof aCashRoom>>;

function journal(
  amount: Money,
  fact: 'paid' | 'refunded',
  sourceType: 'transaction' | 'refund',
  sourceId: string,
): Omit<Journal, 'postings'> {
  return {
    accountId: 1,
    currency: amount.currency.code,
    fact,
    sourceType,
    sourceId,
    paymentId: null,
    memo: 'test',
  };
}

/** The code that the work is refused with. */
export async function refusal(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.then(
    () => new Error('was not refused'),
    (reason: unknown) => reason,
  );
  return (error as DomainError).code ?? (error as Error).message;
}

/** How many of the answers are good, and the codes of all the others, each once. */
export function outcomes(answers: readonly PromiseSettledResult<unknown>[]): {
  done: number;
  codes: string[];
} {
  const refused = answers.flatMap((answer) =>
    answer.status === 'rejected' ? [(answer.reason as DomainError).code] : [],
  );
  return { done: answers.length - refused.length, codes: [...new Set(refused)] };
}

export function amountsOf(session: SessionRow, currency = 'TZS'): SessionCurrency | undefined {
  return session.currencies.find((each) => each.currency === currency);
}
