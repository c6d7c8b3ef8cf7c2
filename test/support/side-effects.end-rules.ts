import { at, FLOAT, moveStock, owed, type Paper, PIECES, statusNow } from './side-effects.paper.js';
import { type Disposition, isOpen, refuseUnless } from './side-effects.rules.js';

export const ends = {
  cancelBooking: (paper: Paper): Disposition => {
    refuseUnless(paper.status !== 'cancelled', 'booking_already_cancelled');
    refuseUnless(paper.paid === 0, 'booking_has_payments');
    paper.status = 'cancelled';
    return 'applied';
  },
  cancelOrder: (paper: Paper): Disposition => {
    refuseUnless(paper.status !== 'paid', 'order_has_payments');
    refuseUnless(paper.status === 'pending', 'invalid_order_state');
    for (const attempt of paper.attempts.filter(isOpen)) attempt.status = 'expired';
    for (const payment of paper.payments.filter((one) => !one.elsewhere)) {
      if (payment.status === 'processing') payment.status = 'expired';
      if (payment.status === 'pending') payment.status = 'cancelled';
    }
    moveStock(paper, 'released');
    paper.status = 'cancelled';
    return 'applied';
  },
  fulfil: (paper: Paper): Disposition => {
    refuseUnless(paper.status === 'paid', 'invalid_order_state');
    if (paper.stock.fulfilled) return 'no_change';
    paper.stock.fulfilled = true;
    return 'applied';
  },
  leftUnpaid: (paper: Paper): Disposition => {
    const asked = paper.attempts.some(
      (one) => isOpen(one) && !at(paper.payments, one.payment).elsewhere,
    );
    if (asked || paper.status !== 'pending' || paper.stock.state !== 'held') return 'no_change';
    moveStock(paper, 'released');
    return 'applied';
  },
  /** Others buy what is not held for anybody. */
  sellOut: (paper: Paper): Disposition => {
    const { stock } = paper;
    if (stock.shelf === stock.reserved) return 'no_change';
    stock.shelf = stock.reserved;
    return 'applied';
  },
  restock: (paper: Paper): Disposition => {
    paper.stock.shelf += PIECES;
    return 'applied';
  },
  voidInvoice: (paper: Paper): Disposition => {
    refuseUnless(paper.status !== 'void', 'invoice_void');
    refuseUnless(paper.paid === 0, 'invoice_has_payments');
    refuseUnless(paper.credited === 0, 'invoice_has_credit_notes');
    paper.status = 'void';
    return 'applied';
  },
  creditNote: (paper: Paper, amount: number): Disposition => {
    refuseUnless(paper.status !== 'void', 'invoice_void');
    refuseUnless(owed(paper) > 0, 'nothing_to_credit');
    refuseUnless(amount <= owed(paper), 'credit_exceeds_owed');
    const isAll = amount === owed(paper);
    paper.credited += amount;
    if (isAll) paper.status = paper.paid > 0 ? 'paid' : 'void';
    return 'applied';
  },
  visitAnew: (paper: Paper): Disposition => {
    const isCurrent = ['pending', 'active'].includes(statusNow(paper));
    if (isCurrent || paper.visit.otherOpen) return 'no_change';
    paper.visit.otherOpen = true;
    return 'applied';
  },
  passDays: (paper: Paper): Disposition => {
    paper.clock += 80;
    return 'applied';
  },
};

export const drawer = {
  close: (paper: Paper): Disposition => {
    refuseUnless(paper.drawer.open, 'drawer_session_closed');
    paper.drawer.open = false;
    return 'applied';
  },
  open: (paper: Paper): Disposition => {
    refuseUnless(!paper.drawer.open, 'drawer_in_use');
    paper.drawer.open = true;
    return 'applied';
  },
  payIn: (paper: Paper): Disposition => {
    refuseUnless(paper.drawer.open, 'drawer_session_closed');
    paper.drawer.balance += FLOAT;
    return 'applied';
  },
  drop: (paper: Paper): Disposition => {
    refuseUnless(paper.drawer.open, 'drawer_session_closed');
    refuseUnless(paper.drawer.balance >= FLOAT, 'not_enough_cash');
    paper.drawer.balance -= FLOAT;
    return 'applied';
  },
};
