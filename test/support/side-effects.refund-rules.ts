import {
  aPayment,
  at,
  isPaid,
  LIMIT,
  owed,
  type Paper,
  type PaperAct,
  post,
  unpromised,
} from './side-effects.paper.js';
import {
  assertPayable,
  type Disposition,
  giveBack,
  hold,
  intoDrawer,
  pay,
  refuseUnless,
  takeBack,
} from './side-effects.rules.js';

export const refunds = {
  request: (paper: Paper, index: number, wanted: number | null): Disposition => {
    const payment = at(paper.payments, index);
    refuseUnless(isPaid(payment), 'payment_not_paid');
    const amount = wanted ?? unpromised(payment);
    refuseUnless(amount > 0 && amount <= unpromised(payment), 'refund_exceeds_payment');
    const waits = payment.refunded + payment.refunding + amount > LIMIT;
    payment.refunding += amount;
    paper.refunds.push({
      payment: index,
      amount,
      status: waits || payment.via === 'stripe' ? 'pending' : 'needs_attention',
      approval: waits ? 'waiting' : 'not_needed',
      byHand: false,
      posted: false,
    });
    return 'applied';
  },
  approve: (paper: Paper, index: number): Disposition => {
    const refund = at(paper.refunds, index);
    // The same person decides each time: a repeat.
    if (refund.approval === 'approved') return 'no_change';
    refuseUnless(refund.approval === 'waiting', 'refund_not_waiting');
    refund.approval = 'approved';
    const { via } = at(paper.payments, refund.payment);
    refund.status = via === 'stripe' ? 'pending' : 'needs_attention';
    return 'applied';
  },
  reject: (paper: Paper, index: number): Disposition => {
    const refund = at(paper.refunds, index);
    if (refund.approval === 'rejected') return 'no_change';
    refuseUnless(refund.approval === 'waiting', 'refund_not_waiting');
    at(paper.payments, refund.payment).refunding -= refund.amount;
    Object.assign(refund, { approval: 'rejected', status: 'failed' });
    return 'applied';
  },
  payBack: (paper: Paper, index: number, drawer: string | null): Disposition => {
    const refund = at(paper.refunds, index);
    const inCash = drawer !== null;
    if (refund.byHand && refund.inCash === inCash) return 'no_change';
    refuseUnless(refund.status === 'needs_attention', 'refund_not_waiting');
    if (drawer) intoDrawer(paper, -refund.amount);
    const { via } = at(paper.payments, refund.payment);
    at(paper.payments, refund.payment).refunding -= refund.amount;
    giveBack(paper, refund.payment, refund.amount, drawer ?? `clearing:${via ?? ''}`);
    Object.assign(refund, { status: 'completed', byHand: true, inCash, posted: true });
    return 'applied';
  },
  /** The gateway says that it is done. */
  done: (paper: Paper, index: number): Disposition => {
    const refund = at(paper.refunds, index);
    // The payer has it twice: a person must see that.
    if (refund.byHand) return 'parked';
    if (refund.posted) return 'no_change';
    const payment = at(paper.payments, refund.payment);
    if (refund.status !== 'failed') payment.refunding -= refund.amount;
    // What had been given up was promised or given to somebody since.
    else if (refund.amount > unpromised(payment)) return 'parked';
    giveBack(paper, refund.payment, refund.amount, 'clearing:stripe');
    Object.assign(refund, { status: 'completed', posted: true });
    return 'applied';
  },
  /** The gateway says that nothing came of it, perhaps long after it said the contrary. */
  failed: (paper: Paper, index: number): Disposition => {
    const refund = at(paper.refunds, index);
    if (refund.status === 'failed' || refund.byHand) return 'no_change';
    if (refund.status === 'completed') takeBack(paper, refund.payment, refund.amount);
    else at(paper.payments, refund.payment).refunding -= refund.amount;
    refund.status = 'failed';
    return 'applied';
  },
  /** The gateway never says, so a person looks. */
  silent: (paper: Paper, index: number): Disposition => {
    const refund = at(paper.refunds, index);
    if (refund.status === 'completed' || refund.status === 'failed') return 'no_change';
    refund.status = 'needs_attention';
    return 'applied';
  },
  /** Somebody refunded it in the gateway's own pages. */
  dashboard: (paper: Paper, index: number, amount: number): Disposition => {
    const attempt = at(paper.attempts, index);
    const payment = at(paper.payments, attempt.payment);
    const isOpenHere = paper.refunds.some(
      (one) =>
        at(paper.payments, one.payment) === payment &&
        ['pending', 'processing'].includes(one.status) &&
        !attempt.overpayment,
    );
    if (isOpenHere || attempt.overpayment || !isPaid(payment)) return 'parked';
    if (payment.via !== 'stripe' || amount > unpromised(payment)) return 'parked';
    giveBack(paper, attempt.payment, amount, 'clearing:stripe');
    paper.refunds.push({
      payment: attempt.payment,
      amount,
      status: 'completed',
      approval: 'not_needed',
      byHand: false,
      posted: true,
    });
    return 'applied';
  },
};

export interface WantedOnPaper extends Pick<PaperAct, 'kind' | 'elsewhere' | 'cash'> {
  amount: number | null;
}

export const queue = {
  record: (paper: Paper, amount: number): Disposition => {
    paper.receipts.push({ kind: 'unmatched', payment: null, left: amount, via: 'stripe' });
    post(paper, 'clearing:stripe', amount);
    post(paper, 'unallocated', -amount);
    return 'applied';
  },
  propose: (paper: Paper, index: number, wanted: WantedOnPaper, drawer: string): Disposition => {
    const receipt = at(paper.receipts, index);
    const payment = receipt.kind === 'excess' ? at(paper.payments, receipt.payment ?? -1) : null;
    const bounds = [receipt.left];
    if (payment) bounds.push(unpromised(payment));
    if (wanted.kind === 'allocate') bounds.push(owed(paper, wanted.elsewhere));
    const free = Math.min(...bounds);
    refuseUnless(free > 0, 'nothing_left');
    const amount = wanted.amount ?? free;
    refuseUnless(amount <= free, 'amount_exceeds_left');
    receipt.left -= amount;
    if (payment) {
      payment.excess -= amount;
      payment.moved += amount;
    }
    const { kind, elsewhere, cash } = wanted;
    const act: PaperAct = { receipt: index, kind, amount, status: 'waiting', elsewhere, cash };
    paper.acts.push(act);
    if (amount <= LIMIT) carryOut(paper, act, drawer);
    return 'applied';
  },
  confirm: (paper: Paper, index: number, drawer: string): Disposition => {
    const act = at(paper.acts, index);
    if (act.confirmed) return 'no_change';
    refuseUnless(act.status === 'waiting', 'act_not_waiting');
    carryOut(paper, act, drawer);
    act.confirmed = true;
    return 'applied';
  },
  reject: (paper: Paper, index: number): Disposition => {
    const act = at(paper.acts, index);
    if (act.status === 'rejected') return 'no_change';
    refuseUnless(act.status === 'waiting', 'act_not_waiting');
    act.status = 'rejected';
    const receipt = at(paper.receipts, act.receipt);
    receipt.left += act.amount;
    if (receipt.kind !== 'excess') return 'applied';
    const payment = at(paper.payments, receipt.payment ?? -1);
    payment.excess += act.amount;
    payment.moved -= act.amount;
    return 'applied';
  },
};

function carryOut(paper: Paper, act: PaperAct, drawer: string): void {
  const { via } = at(paper.receipts, act.receipt);
  act.status = 'done';
  if (act.kind === 'allocate') {
    assertPayable(paper, act.amount, act.elsewhere);
    if (!act.elsewhere) hold(paper);
    pay(paper, aPayment(act.amount, act.elsewhere), 'manual', 'unallocated');
    return;
  }
  post(paper, 'unallocated', act.amount);
  if (act.kind === 'credit') {
    paper.credit += act.amount;
    post(paper, 'customer_credit', -act.amount);
    return;
  }
  if (act.cash) intoDrawer(paper, -act.amount);
  post(paper, act.cash ? drawer : `clearing:${via}`, -act.amount);
}
