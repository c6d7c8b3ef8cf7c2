import type { AccessDesk } from './access.desk.js';

/** Objects of `customer` in account 1, at the hotel of `owner`: each call makes a new one. Amounts are TZS. */
export const bookingBody = () => ({
  property: 124,
  customer: 'customer@malipo.test',
  check_in: '2026-04-01',
  check_out: '2026-04-02',
  guests: 1,
  total_price: '5000.00',
  currency: 'TZS',
});
const PAYMENTS = '/api/v1/payments/payments/';

export const aBooking = (desk: AccessDesk): Promise<number> =>
  desk.make('staff', '/api/v1/bookings/', bookingBody());

export const paymentBody = async (desk: AccessDesk) => ({
  booking: await aBooking(desk),
  amount: '5000.00',
  payment_method: 'mobile_money',
  mobile_money_provider: 'AIRTEL',
});

export const aPayment = async (desk: AccessDesk): Promise<number> =>
  desk.make('customer', PAYMENTS, await paymentBody(desk));

export const aCashPayment = async (desk: AccessDesk): Promise<number> =>
  desk.make('customer', PAYMENTS, {
    booking: await aBooking(desk),
    amount: '5000.00',
    payment_method: 'cash',
  });

const initiated = (desk: AccessDesk, payment: number): Promise<Record<string, unknown>> =>
  desk.post('customer', `${PAYMENTS}${payment}/initiate-gateway/`);

/** One that waits for a person, as after a call that nobody knows the outcome of. */
export async function aTransaction(desk: AccessDesk): Promise<number> {
  const { transaction_id: id } = await initiated(desk, await aPayment(desk));
  await desk.database.rows(
    `UPDATE payment_transactions SET status = 'unknown', review_reason = 'outcome_unknown' WHERE id = $1`,
    [id],
  );
  return Number(id);
}

export async function aPaidPayment(desk: AccessDesk): Promise<number> {
  const id = await aPayment(desk);
  const { transaction_reference: reference } = await initiated(desk, id);
  await desk.sandbox.answer(String(reference), 'approve');
  await desk.until(`${PAYMENTS}${id}/`, 'status', 'completed');
  return id;
}

export const aRefund = async (desk: AccessDesk): Promise<number> =>
  desk.make('staff', `${PAYMENTS}${await aPaidPayment(desk)}/refunds/`, { reason: 'left early' });

const PARKED = {
  reference: 'R',
  dedupeKey: 'k',
  state: 'paid',
  gatewayTransactionId: null,
  amount: null,
  failure: null,
  wireStatus: 'success',
};

export async function anEvent(desk: AccessDesk): Promise<number> {
  const { id } = await desk.database.one(
    `INSERT INTO webhook_events (provider, dedupe_key, verification, status, reason, raw_body, event,
       wire_status, reference, processed_at, transaction_id, payment_id, account_id)
     SELECT 'azampay', gen_random_uuid(), 'verified', 'parked', 'amount_mismatch', '{}', $2,
       'success', 'R', now(), t.id, t.payment_id, t.account_id
     FROM payment_transactions t WHERE t.id = $1 RETURNING id`,
    [await aTransaction(desk), PARKED],
  );
  return Number(id);
}
