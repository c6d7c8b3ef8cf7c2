import { codeOf, type Caller } from './caller.js';
import type { Load } from './load.js';
import { checkout, idOf, read } from './prompt.clients.js';

const BILLING = '/api/v1/billing/payments/';
const INVOICES = '/api/v1/payments/invoices/';
const SESSIONS = '/api/v1/cash-drawers/sessions/';

/** Opens a drawer of one's own: who holds cash works at one. */
export async function openDrawer(staff: Caller, seller: Caller, opening: string): Promise<number> {
  const drawer = await staff.untilDefinite({
    op: 'drawer',
    method: 'POST',
    path: '/api/v1/cash-drawers/',
    key: staff.key('drawer'),
    body: { name: `Till of ${seller.actor.name}`, currencies: [{ currency: 'TZS' }] },
  });
  const session = await seller.untilDefinite({
    op: 'open_session',
    method: 'POST',
    path: SESSIONS,
    key: seller.key('session'),
    body: { drawer: idOf(drawer), opening: [{ currency: 'TZS', amount: opening }] },
  });
  const id = idOf(session);
  if (id === null) throw new Error(`no drawer for ${seller.actor.name}: ${session?.text}`);
  return id;
}

/** Sells for cash into the drawer, and brings it to the safe now and then. */
export async function sellForCash(load: Load, me: Caller, session: number): Promise<void> {
  for (let sold = 1; !load.over; sold += 1) {
    const payment = await checkout(load, me, 'TZS', { provider: 'cash' });
    if (payment !== null && me.random.chance(0.15)) load.refunds.push(payment);
    if (sold % 20 !== 0) continue;
    await me.untilDefinite({
      op: 'drop',
      method: 'POST',
      path: `${SESSIONS}${session}/events/`,
      key: me.key('drop'),
      body: { type: 'drop_to_safe', amount: '50000.00', currency: 'TZS', reason: 'to the safe' },
    });
  }
}

/** Counts and closes: the Z report must add up to what was sold. */
export async function closeDrawer(me: Caller, session: number): Promise<void> {
  const report = await me.untilDefinite({
    op: 'x_report',
    method: 'GET',
    path: `${SESSIONS}${session}/x-report/`,
  });
  const { currencies } = Object(report?.body) as { currencies?: { expected?: string }[] };
  await me.untilDefinite({
    op: 'close_session',
    method: 'POST',
    path: `${SESSIONS}${session}/close/`,
    key: me.key('close'),
    body: { counted: [{ currency: 'TZS', amount: currencies?.[0]?.expected ?? '0.00' }] },
  });
}

/** Invoices paid by transfer: reported by the customer, approved by a second person. */
export async function payByTransfer(
  load: Load,
  { customer, staff, staff2 }: { customer: Caller; staff: Caller; staff2: Caller },
): Promise<void> {
  while (!load.over) {
    const amount = `${1000 + customer.random.int(9000)}.00`;
    const draft = await staff.untilDefinite({
      op: 'invoice',
      method: 'POST',
      path: INVOICES,
      key: staff.key('invoice'),
      body: {
        customer: 'customer@malipo.test',
        currency: 'TZS',
        lines: [{ description: 'Laundry', quantity: 1, unit_price: amount }],
      },
    });
    const invoice = idOf(draft);
    if (invoice === null) {
      load.refused('invoice', draft);
      continue;
    }
    await staff.untilDefinite({
      op: 'issue',
      method: 'POST',
      path: `${INVOICES}${invoice}/issue/`,
      key: staff.key('issue'),
      request: { invoice },
    });
    await reportAndApprove(load, customer, staff2, { id: invoice, amount });
  }
}

async function reportAndApprove(
  load: Load,
  customer: Caller,
  approver: Caller,
  invoice: { id: number; amount: string },
): Promise<void> {
  const reported = await customer.untilDefinite({
    op: 'submit',
    method: 'POST',
    path: `${BILLING}manual/`,
    key: customer.key('submit'),
    request: { invoice: invoice.id, amount: invoice.amount },
    body: {
      invoice_id: invoice.id,
      payment_method: 'bank_transfer',
      transaction_reference: customer.key('FT'),
    },
  });
  const { payment_id: payment } = Object(reported?.body) as { payment_id?: number };
  if (reported?.status !== 201 || payment === undefined) {
    load.refused('submit', reported);
    return;
  }
  load.count();
  if (customer.random.chance(0.1)) return;
  for (;;) {
    const found = await approver.untilDefinite({
      op: 'read',
      method: 'GET',
      path: `${BILLING}${payment}/`,
      request: { payment },
    });
    const { version } = Object(found?.body) as { version?: unknown };
    const answer = await approver.untilDefinite({
      op: 'approve',
      method: 'POST',
      path: `${BILLING}${payment}/approve/`,
      key: approver.key('approve'),
      request: { payment },
      body: { version },
    });
    // Somebody changed it between the reading and the deciding.
    if (answer?.status !== 409 || codeOf(answer.body) !== 'version_conflict') return;
  }
}

/** Gives money back for what others offer: by the gateway, or from the drawer. */
export async function giveBack(load: Load, me: Caller): Promise<void> {
  for (;;) {
    const payment = load.refunds.shift();
    if (payment === undefined) {
      if (load.over) return;
      await load.untilMade(load.made + 1);
      continue;
    }
    await refund(me, payment);
  }
}

async function refund(me: Caller, payment: number | string): Promise<void> {
  const found = await read(me, payment);
  const { id, status } = Object(found?.body) as { id?: number; status?: string };
  if (id === undefined || status !== 'completed') return;
  const asked = await me.untilDefinite({
    op: 'refund',
    method: 'POST',
    path: `/api/v1/payments/payments/${id}/refunds/`,
    key: me.key('refund'),
    request: { payment: id },
    body: { reason: 'left early' },
  });
  const { status: state } = Object(asked?.body) as { status?: string };
  if (asked?.status !== 201 || state !== 'needs_attention') return;
  await me.untilDefinite({
    op: 'settle',
    method: 'POST',
    path: `/api/v1/payments/refunds/${idOf(asked)}/settle/`,
    key: me.key('settle'),
    body: { method: 'cash', evidence: 'signed slip' },
  });
}
