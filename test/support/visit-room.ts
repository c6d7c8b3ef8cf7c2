import { Audits } from '../../src/audits/index.js';
import { gatewayActor, type Principal, randomToken, SYSTEM } from '../../src/common/index.js';
import { Outbox, Transactions } from '../../src/database/index.js';
import { Users } from '../../src/identity/index.js';
import { Ledger } from '../../src/ledger/index.js';
import { Payables, type Settled, Settlement } from '../../src/payments/index.js';
import { PaymentRepository } from '../../src/payments/payment.repository.js';
import { FailureSettlement } from '../../src/payments/settlement/failure.settlement.js';
import { PaidSettlement } from '../../src/payments/settlement/paid.settlement.js';
import { RefundSettlement } from '../../src/payments/settlement/refund.settlement.js';
import { UnallocatedReceipts } from '../../src/payments/unallocated/unallocated-receipts.service.js';
import { Releases } from '../../src/payments/settlement/releases.service.js';
import { Properties, type PropertyRow } from '../../src/properties/index.js';
import { VisitAttempts } from '../../src/visit-access/visit-attempts.repository.js';
import { VisitOpening } from '../../src/visit-access/visit-opening.service.js';
import { VisitPayable } from '../../src/visit-access/visit.payable.js';
import { VisitRepository } from '../../src/visit-access/visit.repository.js';
import type { VisitRow } from '../../src/visit-access/visit.types.js';
import { createTestDatabase } from './database.js';
import { aUser, insertRow } from './fixtures.js';

export const VISIT_HOURS = 72;
const PRICE = '300000';

interface Row {
  id: number;
  status: string;
  excess_minor: string;
}

/** Visits and the settle path on a database of their own, without HTTP and gateways. */
export async function aVisitRoom() {
  const database = await createTestDatabase({ poolSize: 20 });
  const { dataSource } = database;
  const transactions = new Transactions(dataSource);
  const audits = new Audits();
  const ledger = new Ledger();
  const visits = new VisitRepository(dataSource);
  const attempts = new VisitAttempts(dataSource);
  const opening = new VisitOpening(transactions, visits, attempts, audits);
  const payable = new VisitPayable({ visitAccessHours: VISIT_HOURS }, visits, opening, audits);
  const payables = new Payables();
  const unallocated = new UnallocatedReceipts();
  payables.register(payable);
  const settlement = new Settlement(
    payables,
    new PaymentRepository(),
    new PaidSettlement(ledger, audits, new Outbox(), unallocated),
    new FailureSettlement(audits, new Releases(payables)),
    new RefundSettlement(ledger, audits, unallocated),
  );
  const properties = new Properties(dataSource, transactions, new Users(dataSource), audits);
  const owner = await aUser(dataSource, 'owner');

  const settle = (fact: Parameters<Settlement['settle']>[1]): Promise<Settled> =>
    transactions.run((manager) => settlement.settle(manager, fact));
  const aHouse = async (values: Record<string, unknown> = {}): Promise<PropertyRow> => {
    const { id } = await insertRow<{ id: number }>(dataSource, 'properties', {
      account_id: 1,
      owner_id: owner.userId,
      kind: 'house',
      title: 'House with a well',
      city: 'Moshi',
      country: 'Tanzania',
      visit_cost_minor: PRICE,
      visit_cost_currency: 'TZS',
      ...values,
    });
    return properties.read(owner, { id });
  };
  const open = async (house: PropertyRow, visitor: Principal): Promise<VisitRow> => {
    const visit = await opening.open(house, visitor);
    if (!visit) throw new Error('no visit was opened');
    return visit;
  };
  /** A payment of the visit's price, at a gateway. */
  const aPayment = async (visit: VisitRow): Promise<{ payment: number; attempt: number }> => {
    const money = { currency: visit.currency, amount_minor: visit.cost_minor };
    const payment = await insertRow<Row>(dataSource, 'payments', {
      account_id: 1,
      payable_kind: 'visit',
      payable_id: visit.id,
      payable_uuid: visit.uuid,
      payable_reference: `VISIT-${visit.id}`,
      customer_id: visit.user_id,
      payment_method: 'mobile_money',
      status: 'processing',
      ...money,
    });
    const attempt = await insertRow<Row>(dataSource, 'payment_transactions', {
      payment_id: payment.id,
      account_id: 1,
      provider: 'azampay',
      reference: `T-${randomToken()}`,
      status: 'pending',
      sent_at: new Date(),
      ...money,
    });
    return { payment: payment.id, attempt: attempt.id };
  };
  const pay = (attempt: number): Promise<Settled> =>
    settle({
      kind: 'paid',
      transactionId: attempt,
      cause: 'evidence',
      gatewayTransactionId: `G-${randomToken()}`,
      amount: null,
      wireStatus: 'success',
      actor: gatewayActor('azampay'),
    });
  const moved = { provider: 'azampay', reason: 'the house was let', actor: SYSTEM } as const;
  return {
    database,
    owner,
    visits,
    payable,
    transactions,
    aHouse,
    aVisitor: () => aUser(dataSource, 'customer'),
    open,
    aPayment,
    pay,
    payNew: async (visit: VisitRow): Promise<number> => {
      const { payment, attempt } = await aPayment(visit);
      await pay(attempt);
      return payment;
    },
    refund: (paymentId: number, minor = PRICE): Promise<Settled> =>
      settle({
        kind: 'refunded',
        paymentId,
        refundId: randomToken(),
        amountMinor: BigInt(minor),
        ...moved,
      }),
    /** A refund that had gone out comes back. */
    returnRefund: (paymentId: number, minor = PRICE): Promise<Settled> =>
      settle({
        kind: 'reversed',
        of: 'refund',
        paymentId,
        sourceId: randomToken(),
        amountMinor: BigInt(minor),
        ...moved,
      }),
    read: async (id: number): Promise<VisitRow> => {
      const visit = await visits.find({ id });
      if (!visit) throw new Error(`no visit ${id}`);
      return visit;
    },
    excessOf: async (payment: number): Promise<string | undefined> => {
      const rows: Row[] = await dataSource.query('SELECT * FROM payments WHERE id = $1', [payment]);
      return rows[0]?.excess_minor;
    },
    /** Moves the clock of due times. */
    passHours: (hours: number): Promise<unknown> =>
      database.asOwner(`UPDATE app_clock SET offset_s = offset_s + ${hours * 3_600}`),
    actionsOf: async (id: number): Promise<string[]> => {
      const rows: { action: string }[] = await dataSource.query(
        `SELECT action FROM audit_entries WHERE object_type = 'visit' AND object_id = $1 ORDER BY id`,
        [id],
      );
      return rows.map(({ action }) => action);
    },
  };
}
export type VisitRoom = Awaited<ReturnType<typeof aVisitRoom>>;
