import type { DemoUser } from '../../stack/index.js';
import { type LoadDesk, PAYMENTS, SESSIONS } from '../desk/load.desk.js';

/** A request that many callers send with one key, and what must come of it exactly once. */
export interface KeyCase {
  kind: string;
  user: DemoUser;
  path: string;
  body: Record<string, unknown>;
  /** The same key with this is another request. */
  otherBody: Record<string, unknown>;
  /** How often the effect is there: rows, or what the gateway received. Right is 1. */
  effects: Effect;
}

/** Counted in SQL with one parameter; `gateway`: a column of references that the gateway was asked about. */
export interface Effect {
  sql: string;
  value: number | string;
  gateway?: boolean;
}

type CaseMaker = (desk: LoadDesk, key: string, context: CaseContext) => Promise<KeyCase>;

export interface CaseContext {
  /** An open drawer session of `cashier`. */
  session: number;
}

const count = (from: string): string => `SELECT count(*)::int AS times FROM ${from}`;

async function aBooking(desk: LoadDesk): Promise<number> {
  const [id] = await desk.bookings(1);
  return Number(id);
}

const prompt = { payment_method: 'mobile_money', mobile_money_provider: 'AIRTEL' };
/** A part of what is owed: were it taken twice, nothing but the key would be in the way. */
const PART = { amount: '1000.00' };

async function aPayment(desk: LoadDesk, method: object = prompt): Promise<number> {
  const body = { booking: await aBooking(desk), ...PART, ...method };
  return Number((await desk.ask('customer', 'POST', PAYMENTS, body))['id']);
}

/** Paid in cash at once: its id. */
async function aPaidPayment(desk: LoadDesk): Promise<number> {
  const booking = await aBooking(desk);
  await desk.ask('cashier', 'POST', '/api/payments/initiate/', {
    booking_id: booking,
    provider: 'cash',
    ...PART,
  });
  const row = await desk.database.one(
    `SELECT id FROM payments WHERE payable_kind = 'booking' AND payable_id = $1`,
    [booking],
  );
  return Number(row['id']);
}

const MAKERS: Readonly<Record<string, CaseMaker>> = {
  create: async (desk) => {
    const booking = await aBooking(desk);
    return {
      kind: 'create',
      user: 'customer',
      path: PAYMENTS,
      body: { booking, ...PART, ...prompt },
      otherBody: { booking, ...prompt, amount: '2000.00' },
      effects: {
        sql: count(`payments WHERE payable_kind = 'booking' AND payable_id = $1`),
        value: booking,
      },
    };
  },
  initiate: async (desk) => {
    const payment = await aPayment(desk);
    return {
      kind: 'initiate',
      user: 'customer',
      path: `${PAYMENTS}${payment}/initiate-gateway/`,
      body: {},
      otherBody: { mobile_money_provider: 'TIGO' },
      effects: {
        sql: `SELECT reference FROM payment_transactions WHERE payment_id = $1`,
        value: payment,
        gateway: true,
      },
    };
  },
  refund: async (desk) => {
    const payment = await aPaidPayment(desk);
    return {
      kind: 'refund',
      user: 'staff',
      path: `${PAYMENTS}${payment}/refunds/`,
      body: { amount: '100.00', reason: 'left early' },
      otherBody: { amount: '200.00', reason: 'left early' },
      effects: { sql: count('refunds WHERE payment_id = $1'), value: payment },
    };
  },
  'cash sale': async (desk) => {
    const booking = await aBooking(desk);
    return {
      kind: 'cash sale',
      user: 'cashier',
      path: '/api/payments/initiate/',
      body: { booking_id: booking, provider: 'cash', ...PART },
      otherBody: { booking_id: booking, provider: 'cash', amount: '2000.00' },
      effects: {
        sql: count(`cash_events e JOIN payments p ON p.id = e.payment_id
          WHERE e.type = 'sale' AND p.payable_kind = 'booking' AND p.payable_id = $1`),
        value: booking,
      },
    };
  },
  collect: async (desk) => {
    const payment = await aPayment(desk, { payment_method: 'cash' });
    return {
      kind: 'collect',
      user: 'cashier',
      path: `${PAYMENTS}${payment}/collect/`,
      body: {},
      // It takes no body, so another request is another payment under the same route.
      otherBody: {},
      effects: {
        sql: count(`cash_events WHERE type = 'sale' AND payment_id = $1`),
        value: payment,
      },
    };
  },
  booking: async (_desk, key) => {
    const body = {
      property: 124,
      customer_name: key,
      check_in: '2026-04-01',
      check_out: '2026-04-02',
      guests: 1,
      total_price: '5000.00',
      currency: 'TZS',
    };
    return {
      kind: 'booking',
      user: 'staff',
      path: '/api/v1/bookings/',
      body,
      otherBody: { ...body, guests: 2 },
      effects: { sql: count('bookings WHERE customer_name = $1'), value: key },
    };
  },
  expense: async (_desk, key) => {
    const body = {
      property: 124,
      category: 'maintenance',
      amount: '45000.00',
      currency: 'TZS',
      date: '2026-01-20',
      vendor: key,
    };
    return {
      kind: 'expense',
      user: 'staff',
      path: '/api/v1/payments/expenses/',
      body,
      otherBody: { ...body, amount: '46000.00' },
      effects: { sql: count('expenses WHERE vendor = $1'), value: key },
    };
  },
  'drawer event': async (_desk, key, { session }) => {
    const body = { type: 'pay_in', amount: '10.00', currency: 'TZS', reason: key };
    return {
      kind: 'drawer event',
      user: 'cashier',
      path: `${SESSIONS}${session}/events/`,
      body,
      otherBody: { ...body, amount: '20.00' },
      effects: { sql: count('cash_events WHERE reason = $1'), value: key },
    };
  },
};

export const KINDS = Object.keys(MAKERS);

/** The `number`-th case; the kinds come in turn. */
export function makeCase(
  desk: LoadDesk,
  number: number,
  key: string,
  context: CaseContext,
): Promise<KeyCase> {
  const kind = KINDS[number % KINDS.length] ?? '';
  const maker = MAKERS[kind];
  if (!maker) throw new Error(`no case ${kind}`);
  return maker(desk, key, context);
}
