import {
  aPayment,
  at,
  isPaid,
  moveStock,
  owed,
  type Paper,
  type PaperPayment,
  post,
  Refused,
  settle,
  takesParts,
  TOTAL,
  unsettle,
  type Via,
} from './side-effects.paper.js';

/** What an act does on paper; throws `Refused` where it is refused, and then the paper is thrown away. */
export type Disposition = 'applied' | 'no_change' | 'parked';
const OPEN = ['initiated', 'pending'];
const WAITING = ['pending', 'pending_approval', 'processing'];

export const isOpen = ({ status }: { status: string }): boolean => OPEN.includes(status);

function openOf(paper: Paper, payment: number) {
  return paper.attempts.find((attempt) => attempt.payment === payment && isOpen(attempt));
}

function kindOf(paper: Paper, { elsewhere }: PaperPayment): string {
  return elsewhere ? 'booking' : paper.kind;
}

export function refuseUnless(holds: boolean, code: string): void {
  if (!holds) throw new Refused(code);
}

/** An amount that somebody wants to pay, against what is owed. */
export function assertPayable(paper: Paper, amount: number, elsewhere = false): void {
  refuseUnless(owed(paper, elsewhere) > 0, 'nothing_owed');
  refuseUnless(amount <= owed(paper, elsewhere), 'amount_exceeds_owed');
  refuseUnless(elsewhere || takesParts(paper) || amount === TOTAL, 'amount_not_exact');
}

/** What other payments have under way. */
function underWay(paper: Paper, besides: number): number {
  return paper.attempts
    .filter((attempt) => isOpen(attempt) && attempt.payment !== besides)
    .filter(({ payment }) => {
      const { elsewhere, status } = at(paper.payments, payment);
      return !elsewhere && [...WAITING, 'failed', 'expired'].includes(status);
    })
    .reduce((sum, { amount }) => sum + amount, 0);
}

export function hold(paper: Paper): void {
  if (paper.kind !== 'order' || paper.status !== 'pending') return;
  refuseUnless(moveStock(paper, 'held'), 'out_of_stock');
}

function release(paper: Paper): void {
  const isHeld = paper.kind === 'order' && paper.status === 'pending';
  const waits = paper.payments.some((one) => !one.elsewhere && WAITING.includes(one.status));
  if (isHeld && !waits && paper.stock.state === 'held') moveStock(paper, 'released');
}

export function intoDrawer(paper: Paper, amount: number): void {
  refuseUnless(paper.drawer.open, 'no_open_drawer_session');
  refuseUnless(paper.drawer.balance + amount >= 0, 'not_enough_cash');
  paper.drawer.balance += amount;
}

function keepExcess(paper: Paper, payment: number, amount: number): void {
  if (amount === 0) return;
  const receipt = paper.receipts.find((one) => one.kind === 'excess' && one.payment === payment);
  const via = at(paper.payments, payment).via ?? 'stripe';
  if (receipt) receipt.left += amount;
  else paper.receipts.push({ kind: 'excess', payment, left: amount, via });
}

function complete(paper: Paper, index: number, attempt: number, from: string): void {
  const payment = at(paper.payments, index);
  const { via } = at(paper.attempts, attempt);
  const applied = settle(paper, index, payment.amount);
  const excess = payment.amount - applied;
  Object.assign(payment, { status: 'completed', applied, excess, via });
  at(paper.attempts, attempt).status = 'completed';
  keepExcess(paper, index, excess);
  post(paper, from, payment.amount);
  post(paper, `settled:${kindOf(paper, payment)}`, -applied);
  post(paper, 'unallocated', -excess);
}

export function pay(paper: Paper, payment: PaperPayment, via: Via, from: string): void {
  paper.payments.push(payment);
  const index = paper.payments.length - 1;
  paper.attempts.push({
    payment: index,
    via,
    amount: payment.amount,
    status: 'pending',
    overpayment: false,
  });
  complete(paper, index, paper.attempts.length - 1, from);
}

function fail(paper: Paper, index: number, outcome: string): Disposition {
  const attempt = at(paper.attempts, index);
  if (!isOpen(attempt)) return 'no_change';
  attempt.status = outcome;
  const payment = at(paper.payments, attempt.payment);
  const isWaiting = ['processing', 'pending_approval'].includes(payment.status);
  if (!isWaiting) return 'applied';
  payment.status = outcome;
  release(paper);
  return 'applied';
}

function statusOf({ amount, refunded }: PaperPayment): string {
  if (refunded === 0) return 'completed';
  return refunded < amount ? 'partially_refunded' : 'refunded';
}

/** Money leaves a payment: first what nobody owed, then what it had paid. */
export function giveBack(paper: Paper, index: number, amount: number, account: string): void {
  const payment = at(paper.payments, index);
  refuseUnless(
    payment.refunded + amount <= payment.amount - payment.moved,
    'refund_exceeds_payment',
  );
  refuseUnless(isPaid(payment), 'payment_not_paid');
  const excess = Math.min(amount, payment.excess);
  unsettle(paper, index, amount - excess);
  payment.excess -= excess;
  payment.applied -= amount - excess;
  payment.refunded += amount;
  payment.status = statusOf(payment);
  const receipt = paper.receipts.find((one) => one.kind === 'excess' && one.payment === index);
  if (receipt) receipt.left -= excess;
  post(paper, `settled:${kindOf(paper, payment)}`, amount - excess);
  post(paper, 'unallocated', excess);
  post(paper, account, -amount);
}

/** A refund that had gone out came back. */
export function takeBack(paper: Paper, index: number, amount: number): void {
  const payment = at(paper.payments, index);
  const applied = settle(paper, index, amount, true);
  payment.applied += applied;
  payment.excess += amount - applied;
  payment.refunded -= amount;
  payment.status = statusOf(payment);
  keepExcess(paper, index, amount - applied);
  post(paper, `settled:${kindOf(paper, payment)}`, -applied);
  post(paper, 'unallocated', -(amount - applied));
  post(paper, `clearing:${payment.via ?? ''}`, amount);
}

export const payments = {
  announce: (paper: Paper, amount: number): Disposition => {
    assertPayable(paper, amount);
    paper.payments.push(aPayment(amount));
    return 'applied';
  },
  prompt: (paper: Paper, index: number): Disposition => {
    const payment = at(paper.payments, index);
    refuseUnless(!isPaid(payment), 'payment_already_completed');
    refuseUnless(!openOf(paper, index), 'attempt_in_progress');
    refuseUnless(['pending', 'failed', 'expired'].includes(payment.status), 'invalid_transition');
    refuseUnless(payment.amount <= owed(paper), 'amount_exceeds_owed');
    refuseUnless(
      payment.amount <= owed(paper) - underWay(paper, index),
      'payable_has_open_attempt',
    );
    hold(paper);
    const { amount } = payment;
    payment.status = 'processing';
    const attempt = { payment: index, via: 'stripe' as const, amount, status: 'initiated' };
    paper.attempts.push({ ...attempt, overpayment: false });
    return 'applied';
  },
  evidence: (paper: Paper, index: number): Disposition => {
    const attempt = at(paper.attempts, index);
    if (attempt.status === 'completed') return 'no_change';
    const payment = at(paper.payments, attempt.payment);
    if (!isPaid(payment)) {
      complete(paper, attempt.payment, index, 'clearing:stripe');
      return 'applied';
    }
    Object.assign(attempt, { status: 'completed', overpayment: true });
    paper.receipts.push({
      kind: 'overpayment',
      payment: attempt.payment,
      left: attempt.amount,
      via: 'stripe',
    });
    post(paper, 'clearing:stripe', attempt.amount);
    post(paper, 'unallocated', -attempt.amount);
    return 'applied';
  },
  fail: (paper: Paper, index: number): Disposition => fail(paper, index, 'failed'),
  expire: (paper: Paper, index: number): Disposition => fail(paper, index, 'expired'),
  cancel: (paper: Paper, index: number): Disposition => {
    const payment = at(paper.payments, index);
    if (payment.status === 'cancelled') return 'no_change';
    refuseUnless(!openOf(paper, index), 'attempt_in_progress');
    refuseUnless(payment.status === 'pending', 'invalid_transition');
    payment.status = 'cancelled';
    release(paper);
    return 'applied';
  },
  cash: (paper: Paper, wanted: number | null, drawer: string): Disposition => {
    refuseUnless(owed(paper) > 0 || paper.paid === 0, 'payment_already_completed');
    const amount = wanted ?? owed(paper);
    assertPayable(paper, amount);
    hold(paper);
    intoDrawer(paper, amount);
    pay(paper, aPayment(amount), 'cash', drawer);
    return 'applied';
  },
  /** Bank or gateway took it back by itself. */
  chargeback: (paper: Paper, index: number, amount: number): Disposition => {
    giveBack(paper, index, amount, `clearing:${at(paper.payments, index).via ?? ''}`);
    return 'applied';
  },
};

export const transfers = {
  submit: (paper: Paper, wanted: number | null): Disposition => {
    refuseUnless(owed(paper) > 0 || paper.paid === 0, 'invoice_already_paid');
    const free = owed(paper) - underWay(paper, -1);
    const amount = wanted ?? (free > 0 ? free : owed(paper));
    assertPayable(paper, amount);
    refuseUnless(amount <= free, 'payable_has_open_attempt');
    paper.payments.push({
      ...aPayment(amount),
      status: 'pending_approval',
      via: 'manual',
      isTransfer: true,
    });
    paper.attempts.push({
      payment: paper.payments.length - 1,
      via: 'manual',
      amount,
      status: 'pending',
      overpayment: false,
    });
    return 'applied';
  },
  approve: (paper: Paper, index: number, received: number): Disposition => {
    const payment = at(paper.payments, index);
    refuseUnless(payment.status === 'pending_approval', 'invalid_transition');
    payment.amount = received;
    const attempt = paper.attempts.findIndex((one) => one.payment === index);
    at(paper.attempts, attempt).amount = received;
    complete(paper, index, attempt, 'clearing:manual');
    return 'applied';
  },
  reject: (paper: Paper, index: number): Disposition => {
    const isWaiting = at(paper.payments, index).status === 'pending_approval';
    refuseUnless(isWaiting, 'invalid_transition');
    return fail(
      paper,
      paper.attempts.findIndex((one) => one.payment === index),
      'failed',
    );
  },
  propose: (paper: Paper, index: number): Disposition => {
    const payment = at(paper.payments, index);
    const left = isPaid(payment) ? payment.amount - payment.refunded - payment.moved : 0;
    refuseUnless(left > 0, 'invalid_transition');
    refuseUnless(payment.via === 'manual', 'not_manual');
    refuseUnless(payment.refunding === 0, 'refund_under_way');
    const isProposed = paper.reversals.some(
      (one) => one.payment === index && one.status === 'proposed',
    );
    refuseUnless(!isProposed, 'reversal_pending');
    paper.reversals.push({ payment: index, amount: left, status: 'proposed' });
    return 'applied';
  },
  confirm: (paper: Paper, index: number): Disposition => {
    const reversal = at(paper.reversals, index);
    refuseUnless(reversal.status === 'proposed', 'reversal_decided');
    const payment = at(paper.payments, reversal.payment);
    refuseUnless(payment.refunding === 0, 'refund_under_way');
    const left = payment.amount - payment.refunded - payment.moved;
    refuseUnless(left === reversal.amount, 'reversal_outdated');
    reversal.status = 'confirmed';
    giveBack(paper, reversal.payment, reversal.amount, 'clearing:manual');
    return 'applied';
  },
};
