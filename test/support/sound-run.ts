import { type Cells, RunFolder } from './run-folder.js';
import { closedDrawer, paidBack } from './sound-papers.js';

/** Every payment here is over this much. */
export const AMOUNT = 5_000_000;
const TEXT = '50000.00';
const PAID_AT = '2026-11-21 10:01:02.5+00';
const UUID = '00000000-0000-4000-8000-00000000000';

/**
 * What a small run without a flaw leaves behind: payments 1 (phone prompt, mailed), 2 (cash into a drawer),
 * 3 (created without an answer), 4 (card, half of it paid back), 5 (paid twice: half of the second is in the
 * queue, half went back), 6 (transfer for an invoice, approved), 7 (at the gateway) and 8 (declined).
 */
export function soundRun(): RunFolder {
  const run = new RunFolder();
  promptPaid(run);
  cash(run);
  unanswered(run);
  refunded(run);
  paidTwice(run);
  transfer(run);
  underWay(run);
  declined(run);
  closedDrawer(run);
  run.add('products', { reserved: 2 });
  run.add('orders', { account_id: 1, stock_state: 'held', paid_minor: 0 });
  run.add('order_items', { order_id: 1, product_id: 1, quantity: 2 });
  run.seal();
  return run;
}

function created(run: RunFolder, id: number, values: Parameters<RunFolder['add']>[1] = {}): Cells {
  const booking = {
    account_id: 1,
    customer_email: 'guest@example.com',
    paid_minor: 0,
    ...(values['payable_kind'] ? {} : { id }),
  };
  if (!values['payable_kind']) run.add('bookings', booking);
  const payment = run.add('payments', {
    id,
    uuid: `${UUID}${id}`,
    payable_id: id,
    amount_minor: AMOUNT,
    ...values,
  });
  run.audit('payment', payment['id'], 'payment.created', { amount: TEXT });
  return payment;
}

function acknowledged(run: RunFolder, id: number, kind = 'booking'): void {
  const answer = {
    id,
    amount: TEXT,
    currency: 'TZS',
    payable_kind: kind,
    payable_id: id,
    status: 'pending',
    version: 1,
  };
  run.call('create', {
    key: `key-${id}`,
    account: 1,
    request: { [kind]: id, amount: TEXT },
    status: 201,
    answer,
  });
}

function sent(run: RunFolder, id: number, provider = 'azampay'): Cells {
  const reference = `REF-${run.tables.payment_transactions.length + 1}`;
  const attempt = run.add('payment_transactions', {
    payment_id: id,
    provider,
    reference,
    status: 'pending',
    amount_minor: AMOUNT,
    gateway_transaction_id: `gw-${reference}`,
  });
  run.audit('transaction', attempt['id'], 'transaction.initiated', {});
  run.audit('payment', String(id), 'payment.processing', { status: ['pending', 'processing'] });
  run.audit('transaction', attempt['id'], 'transaction.pending', {
    status: ['initiated', 'pending'],
  });
  return attempt;
}

function settled(
  run: RunFolder,
  payment: Cells,
  attempt: Cells,
  from: string,
  receivedOn = `clearing:${attempt['provider']}`,
): void {
  Object.assign(attempt, { status: 'completed' });
  Object.assign(payment, {
    status: 'completed',
    applied_minor: String(AMOUNT),
    paid_at: PAID_AT,
    provider: attempt['provider'],
    version: '4',
  });
  run.journal('transaction', attempt['id'], 'paid', {
    [receivedOn]: AMOUNT,
    [`settled:${payment['payable_kind']}`]: -AMOUNT,
  });
  run.audit('transaction', attempt['id'], 'transaction.completed', {
    status: ['pending', 'completed'],
  });
  run.audit('payment', payment['id'], 'payment.completed', { status: [from, 'completed'] });
  run.add('outbox', {
    topic: 'payment.completed',
    key: payment['id'] ?? null,
    next_at: PAID_AT,
    done_at: PAID_AT,
  });
  if (payment['payable_kind'] === 'booking')
    run.row('bookings', Number(payment['payable_id']))['paid_minor'] = String(AMOUNT);
  run.add('sent_mails', { kind: 'payment_confirmation', payment_id: payment['id'] ?? null });
  run.gateway.push({
    kind: 'mail',
    id: `mail-${payment['id']}`,
    to: 'guest@example.com',
    subject: 'Paid',
    text: `Payment ID: ${payment['uuid']}\n`,
  });
}

/** Its prompt, approved, told by a callback that was taken. */
function prompted(run: RunFolder, attempt: Cells, status = 'approved'): void {
  const reference = attempt['reference'] ?? '';
  const callbacks =
    status === 'approved'
      ? [
          {
            body: JSON.stringify({ utilityref: reference, transactionstatus: 'success' }),
            status: 200,
          },
        ]
      : [];
  run.gateway.push({
    kind: 'prompt',
    id: `prm-${reference}`,
    provider: 'azampay',
    reference,
    gateway_reference: `gw-${reference}`,
    amount: TEXT,
    currency: 'TZS',
    status,
    callbacks,
  });
  if (status !== 'approved') return;
  const raw_body = `\\x${Buffer.from(reference).toString('hex')}`;
  run.add('webhook_events', {
    uuid: `${UUID}a`,
    reference,
    dedupe_key: `verified:${reference}`,
    raw_body,
    payment_id: attempt['payment_id'] ?? null,
  });
}

function promptPaid(run: RunFolder): void {
  const payment = created(run, 1);
  acknowledged(run, 1);
  acknowledged(run, 1);
  const attempt = sent(run, 1);
  run.call('initiate', {
    request: { payment: 1 },
    answer: { payment_id: 1, status: 'processing' },
  });
  prompted(run, attempt);
  settled(run, payment, attempt, 'processing');
  run.call('read', {
    account: 1,
    request: { payment: 1 },
    answer: { id: 1, status: 'completed', version: 4 },
  });
  run.call('webhook', {
    phase: 'fail',
    request: { provider: 'azampay', kind: 'forged', reference: 'REF-1', outcome: 'success' },
    status: 401,
  });
}

function cash(run: RunFolder): void {
  const payment = created(run, 2, { payment_method: 'cash' });
  acknowledged(run, 2);
  run.add('cash_sessions', {
    account_id: 1,
    drawer_id: 1,
    cashier_id: 5,
    number: 1,
    status: 'open',
    reviewed_by: null,
    closed_by: null,
    event_count: null,
  });
  run.add('cash_session_currencies', {
    session_id: 1,
    currency: 'TZS',
    declared_opening_minor: 0,
    expected_opening_minor: null,
    balance_minor: AMOUNT,
    expected_minor: null,
    variance_minor: null,
    counted_minor: null,
  });
  const attempt = run.add('payment_transactions', {
    payment_id: 2,
    provider: 'cash',
    reference: 'CASH-2',
    status: 'pending',
    amount_minor: AMOUNT,
    ledger_account: 'drawer:1',
  });
  run.add('cash_events', { type: 'sale', direction: 1, amount_minor: AMOUNT, payment_id: 2 });
  settled(run, payment, attempt, 'pending', 'drawer:1');
  run.call('collect', {
    key: 'collect-2',
    request: { payment: 2 },
    answer: { id: 2, status: 'completed', version: 4 },
  });
}

function unanswered(run: RunFolder): void {
  created(run, 3);
  run.call('create', { phase: 'info', key: 'key-3', request: { booking: 3, amount: TEXT } });
}

function refunded(run: RunFolder): void {
  const payment = created(run, 4, { payment_method: 'card' });
  acknowledged(run, 4);
  const attempt = sent(run, 4, 'stripe');
  const reference = attempt['reference'] ?? '';
  run.gateway.push({
    kind: 'checkout',
    id: 'chk-4',
    provider: 'stripe',
    reference,
    gateway_reference: `gw-${reference}`,
    amount: TEXT,
    currency: 'TZS',
    status: 'paid',
  });
  settled(run, payment, attempt, 'processing');
  const half = AMOUNT / 2;
  const refund = run.add('refunds', {
    payment_id: 4,
    reference: 'rf-4',
    amount_minor: half,
    status: 'completed',
    approval: 'approved',
    requested_by: 6,
    decided_by: 7,
  });
  Object.assign(payment, {
    status: 'partially_refunded',
    applied_minor: String(half),
    refunded_minor: String(half),
  });
  run.row('bookings', 4)['paid_minor'] = String(half);
  run.journal('refund', refund['id'], 'refunded', {
    'settled:booking': half,
    'clearing:stripe': -half,
  });
  run.audit('refund', refund['id'], 'refund.requested', { status: 'pending' });
  run.audit('refund', refund['id'], 'refund.completed', { status: ['pending', 'completed'] });
  run.audit('payment', '4', 'payment.refunded', { status: ['completed', 'partially_refunded'] });
  run.gateway.push({
    kind: 'refund',
    id: 're-4',
    provider: 'stripe',
    reference: 'rf-4',
    amount: '25000.00',
    currency: 'TZS',
    status: 'completed',
  });
  run.call('refund', {
    key: 'refund-4',
    request: { payment: 4, amount: '25000.00' },
    status: 201,
    answer: { id: 1, amount: '25000.00' },
  });
}

function paidTwice(run: RunFolder): void {
  const payment = created(run, 5);
  acknowledged(run, 5);
  const attempt = sent(run, 5);
  prompted(run, attempt);
  settled(run, payment, attempt, 'processing');
  const late = run.add('payment_transactions', {
    payment_id: 5,
    reference: 'REF-LATE',
    status: 'completed',
    amount_minor: AMOUNT,
    overpayment: true,
    review_reason: 'overpayment',
    gateway_transaction_id: 'gw-REF-LATE',
  });
  prompted(run, late);
  run.audit('transaction', late['id'], 'transaction.completed', {
    status: ['expired', 'completed'],
  });
  run.journal('transaction', late['id'], 'paid', {
    'clearing:azampay': AMOUNT,
    unallocated: -AMOUNT,
  });
  run.add('unallocated_receipts', {
    kind: 'overpayment',
    payment_id: 5,
    transaction_id: late['id'] ?? null,
    amount_minor: AMOUNT,
    left_minor: AMOUNT,
  });
  paidBack(run, AMOUNT / 2);
}

function transfer(run: RunFolder): void {
  run.add('invoices', {
    id: 6,
    account_id: 1,
    number_year: 2026,
    number_seq: 1,
    customer_email: null,
    paid_minor: AMOUNT,
  });
  const payment = created(run, 6, { payable_kind: 'invoice', payment_method: 'bank_transfer' });
  acknowledged(run, 6, 'invoice');
  const attempt = run.add('payment_transactions', {
    payment_id: 6,
    provider: 'manual',
    reference: 'MAN-6',
    status: 'pending',
    amount_minor: AMOUNT,
  });
  run.audit('payment', '6', 'payment.pending_approval', {
    status: ['pending', 'pending_approval'],
  });
  run.add('manual_payments', { payment_id: 6, submitted_by: 1 });
  run.add('manual_payment_reviews', {
    payment_id: 6,
    decision: 'approved',
    actor_id: 6,
    received_minor: AMOUNT,
  });
  settled(run, payment, attempt, 'pending_approval');
  run.add('credit_accounts', { account_id: 1, balance_minor: AMOUNT });
  run.add('credit_entries', {
    credit_account_id: 1,
    amount_minor: AMOUNT,
    payment_id: 6,
    source_type: 'invoice',
  });
}

function underWay(run: RunFolder): void {
  const payment = created(run, 7);
  acknowledged(run, 7);
  const attempt = sent(run, 7);
  prompted(run, attempt, 'pending');
  payment['status'] = 'processing';
  run.add('outbox', {
    topic: 'attempt.check',
    key: attempt['id'] ?? null,
    next_at: '2026-11-21 10:05:00+00',
  });
}

function declined(run: RunFolder): void {
  const payment = created(run, 8);
  acknowledged(run, 8);
  const attempt = sent(run, 8);
  prompted(run, attempt, 'declined');
  Object.assign(attempt, { status: 'failed', failure_code: 'declined' });
  payment['status'] = 'failed';
  const changes = { code: 'declined' };
  run.audit('transaction', attempt['id'], 'transaction.failed', {
    status: ['pending', 'failed'],
    ...changes,
  });
  run.audit('payment', '8', 'payment.failed', { status: ['processing', 'failed'], ...changes });
}
