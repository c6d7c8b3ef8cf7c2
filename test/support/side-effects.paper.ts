/**
 * One payable with everything around it, as an accountant would keep it on paper: what the product must
 * agree with after every act. Nothing here reads the product's code or its database. Amounts are cents.
 */
export const KINDS = ['booking', 'order', 'invoice', 'visit'] as const;
export type Kind = (typeof KINDS)[number];

/** Of every payable but the place that money can be moved to. */
export const TOTAL = 10_000;
/** A refund or an act above it waits for a second person. */
export const LIMIT = 6_000;
/** What an order takes of the shelf, and what stands there at first. */
export const PIECES = 2;
const ON_SHELF = 3;
export const ELSEWHERE_TOTAL = 1_000_000;
export const FLOAT = 3_000;
const VISIT_HOURS = 72;

/** Why an act is refused, in the word that the product answers. */
export class Refused extends Error {
  constructor(readonly code: string) {
    super(code);
  }
}

export type Via = 'stripe' | 'cash' | 'manual';

export interface PaperPayment {
  /** What it pays: the payable itself, or the booking elsewhere. */
  elsewhere: boolean;
  amount: number;
  status: string;
  applied: number;
  excess: number;
  refunded: number;
  refunding: number;
  moved: number;
  via: Via | null;
  /** Somebody reported it as a transfer. */
  isTransfer: boolean;
}

export interface PaperAttempt {
  payment: number;
  via: Via;
  amount: number;
  status: string;
  overpayment: boolean;
}

export interface PaperRefund {
  payment: number;
  amount: number;
  status: string;
  approval: string;
  /** A person has paid it back. */
  byHand: boolean;
  /** And in cash, when they did. */
  inCash?: boolean;
  /** It has been in the books once. */
  posted: boolean;
}

export interface PaperReceipt {
  kind: string;
  payment: number | null;
  left: number;
  via: Via;
}

export interface PaperAct {
  receipt: number;
  kind: 'allocate' | 'credit' | 'refund';
  amount: number;
  status: string;
  elsewhere: boolean;
  cash: boolean;
  /** A second person has confirmed it. */
  confirmed?: boolean;
}

export interface Paper {
  kind: Kind;
  status: string;
  paid: number;
  credited: number;
  elsewherePaid: number;
  stock: { state: string; shelf: number; reserved: number; fulfilled: boolean };
  visit: { payment: number | null; ends: number; otherOpen: boolean };
  /** Hours since the beginning. */
  clock: number;
  payments: PaperPayment[];
  attempts: PaperAttempt[];
  refunds: PaperRefund[];
  receipts: PaperReceipt[];
  acts: PaperAct[];
  reversals: { payment: number; amount: number; status: string }[];
  drawer: { open: boolean; balance: number };
  /** The customer's. */
  credit: number;
  ledger: Record<string, number>;
}

export function blankPaper(kind: Kind): Paper {
  const isOrder = kind === 'order';
  return {
    kind,
    status: kind === 'invoice' ? 'issued' : 'pending',
    paid: 0,
    credited: 0,
    elsewherePaid: 0,
    stock: {
      state: isOrder ? 'held' : 'none',
      shelf: ON_SHELF,
      reserved: isOrder ? PIECES : 0,
      fulfilled: false,
    },
    visit: { payment: null, ends: 0, otherOpen: false },
    clock: 0,
    payments: isOrder ? [aPayment(TOTAL)] : [],
    attempts: [],
    refunds: [],
    receipts: [],
    acts: [],
    reversals: [],
    drawer: { open: true, balance: FLOAT },
    credit: 0,
    ledger: {},
  };
}

/** Of its own down to the last row; quicker than a structured clone, and walks are planned with many. */
export function copyOf(paper: Paper): Paper {
  const rows = <T extends object>(list: readonly T[]): T[] => list.map((row) => ({ ...row }));
  return {
    ...paper,
    stock: { ...paper.stock },
    visit: { ...paper.visit },
    drawer: { ...paper.drawer },
    ledger: { ...paper.ledger },
    payments: rows(paper.payments),
    attempts: rows(paper.attempts),
    refunds: rows(paper.refunds),
    receipts: rows(paper.receipts),
    acts: rows(paper.acts),
    reversals: rows(paper.reversals),
  };
}

export function aPayment(amount: number, elsewhere = false): PaperPayment {
  const none = { applied: 0, excess: 0, refunded: 0, refunding: 0, moved: 0 };
  return { elsewhere, amount, status: 'pending', ...none, via: null, isTransfer: false };
}

export function takesParts(paper: Paper): boolean {
  return paper.kind === 'booking' || paper.kind === 'invoice';
}

/** A visit whose hours are over is over, whoever looks. */
export function statusNow(paper: Paper): string {
  const over = paper.kind === 'visit' && paper.visit.ends <= paper.clock;
  return over && paper.status === 'active' ? 'expired' : paper.status;
}

/** Contract: the total less what completed payments, net of refunds, have paid; nothing once it is off. */
export function owed(paper: Paper, elsewhere = false): number {
  if (elsewhere) return ELSEWHERE_TOTAL - paper.elsewherePaid;
  if (paper.kind === 'order' || paper.kind === 'visit') {
    return statusNow(paper) === 'pending' ? TOTAL : 0;
  }
  const isOff = paper.status === 'cancelled' || paper.status === 'void';
  return isOff ? 0 : TOTAL - paper.paid - paper.credited;
}

export function isPaid({ status }: PaperPayment): boolean {
  return ['completed', 'partially_refunded', 'refunded'].includes(status);
}

/** What of a payment has neither gone back nor been promised to. */
export function unpromised(payment: PaperPayment): number {
  return payment.amount - payment.refunded - payment.refunding - payment.moved;
}

export function post(paper: Paper, code: string, minor: number): void {
  const balance = (paper.ledger[code] ?? 0) + minor;
  if (balance === 0) delete paper.ledger[code];
  else paper.ledger[code] = balance;
}

/** Keeps the money for what it is for; the amount that was taken. `returned`: it was paid before. */
export function settle(paper: Paper, index: number, amount: number, returned = false): number {
  const payment = at(paper.payments, index);
  if (payment.elsewhere) {
    const applied = Math.min(amount, owed(paper, true));
    paper.elsewherePaid += applied;
    return applied;
  }
  if (paper.kind === 'order') return settleOrder(paper, amount, returned);
  if (paper.kind === 'visit') return settleVisit(paper, index, amount, returned);
  const applied = Math.min(amount, owed(paper));
  if (applied === 0) return 0;
  paper.paid += applied;
  if (paper.kind === 'invoice') paper.credit += applied;
  restate(paper);
  return applied;
}

function settleOrder(paper: Paper, amount: number, returned: boolean): number {
  if (paper.status === 'cancelled') return 0;
  const missing = TOTAL - paper.paid;
  // A whole payment buys it; money that had gone back fills up what it left.
  const whole = paper.status !== 'paid' && amount >= missing ? missing : 0;
  const applied = returned && paper.status !== 'pending' ? Math.min(amount, missing) : whole;
  if (applied === 0) return 0;
  if (!moveStock(paper, 'sold')) {
    if (paper.status === 'pending') paper.status = 'cancelled';
    return 0;
  }
  paper.paid += applied;
  paper.status = 'paid';
  return applied;
}

function settleVisit(paper: Paper, index: number, amount: number, returned: boolean): number {
  const status = statusNow(paper);
  const isOwn = paper.visit.payment === index;
  if (isOwn) {
    const applied = Math.min(amount, TOTAL - paper.paid);
    // One whose hours are over takes nobody's place.
    const isOver = paper.visit.ends <= paper.clock;
    if (status === 'refunded' && paper.visit.otherOpen && !isOver) return 0;
    paper.paid += applied;
    if (status === 'refunded') paper.status = 'active';
    return applied;
  }
  const isFree = status === 'pending' || (status === 'refunded' && !paper.visit.otherOpen);
  if (returned || !isFree) return 0;
  Object.assign(paper, { status: 'active', paid: amount });
  Object.assign(paper.visit, { payment: index, ends: paper.clock + VISIT_HOURS });
  return amount;
}

/** Gives money back that it had kept. */
export function unsettle(paper: Paper, index: number, amount: number): void {
  if (amount === 0) return;
  const { elsewhere } = at(paper.payments, index);
  if (elsewhere) {
    paper.elsewherePaid -= amount;
    return;
  }
  paper.paid -= amount;
  if (paper.kind === 'invoice') paper.credit -= amount;
  if (paper.kind === 'order') {
    if (paper.paid === 0 && !paper.stock.fulfilled) moveStock(paper, 'released');
    paper.status = paper.paid === 0 ? 'refunded' : 'paid';
  } else if (paper.kind === 'visit') {
    if (paper.paid === 0) paper.status = 'refunded';
  } else restate(paper);
}

/** Bookings and invoices say by their money how they stand. */
function restate(paper: Paper): void {
  if (paper.status === 'cancelled' || paper.status === 'void') return;
  const [none, all] = paper.kind === 'booking' ? ['pending', 'confirmed'] : ['issued', 'paid'];
  if (paper.paid === 0) paper.status = none ?? '';
  else paper.status = (owed(paper) === 0 ? all : 'partially_paid') ?? '';
}

/** False when the goods are to be had no more. */
export function moveStock(paper: Paper, to: string): boolean {
  const { stock } = paper;
  const from = stock.state;
  if (from === to) return true;
  if (from === 'released' && stock.shelf - stock.reserved < PIECES) return false;
  stock.shelf += PIECES * (Number(from === 'sold') - Number(to === 'sold'));
  stock.reserved += PIECES * (Number(to === 'held') - Number(from === 'held'));
  stock.state = to;
  return true;
}

export function at<T>(list: readonly T[], index: number): T {
  const found = list[index];
  if (found === undefined) throw new Error(`there is no ${index} of ${list.length}`);
  return found;
}
